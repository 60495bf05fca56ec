"""Which modules a page's script needs: a browser that is told of all at once fetches them at once.

Left to itself it learns of each from the one that imports it, level by level.
"""

import posixpath
import re
from collections.abc import Callable

_IMPORT = re.compile(r'^(?:import|export)\b[^;"]*?(?:\bfrom\s+)?"(\.[^"]+)";', re.MULTILINE)


def modules_of(entry: str, text_of: Callable[[str], str]) -> tuple[str, ...]:
    """Return the paths of all that the entry imports, and of what those do; the nearest first.

    What is imported later, by `import(...)`, is left out: it is not needed to begin.

    Args:
        entry: the path of the page's script.
        text_of: returns the text of the module of a path.
    """
    found = {entry: None}
    waiting = [entry]
    for path in waiting:  # which grows
        folder = posixpath.dirname(path)
        for name in _IMPORT.findall(text_of(path)):
            imported = posixpath.normpath(posixpath.join(folder, name))
            if imported not in found:
                found[imported] = None
                waiting.append(imported)
    return tuple(waiting[1:])
