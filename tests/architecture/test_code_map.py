"""The code map in ARCHITECTURE.md names every module, each under its package, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
LINES_MAX = 400  # as of a module


def mapped():
    """Return {package: modules} as the map states them: rows of "| `package/` | ... |"."""
    found = {}
    for package, text in re.findall(r"^\| `([\w/]+)/` \| (.*) \|$", ARCHITECTURE, re.MULTILINE):
        found[package] = set(re.findall(r"`(\w+)`", text))
    return found


def existing():
    """Return {package: modules} as they are on disk."""
    found = {}
    for folder in ("service", "matching"):
        for path in (ROOT / folder).rglob("*.py"):
            package = path.parent.relative_to(ROOT).as_posix()
            modules = found.setdefault(package, set())
            if path.stem != "__init__":
                modules.add(path.stem)
    return {package: modules for package, modules in found.items() if modules}


def test_every_package_and_module_is_on_the_map():
    assert mapped() == existing()


def test_the_page_stays_short():
    assert len(ARCHITECTURE.splitlines()) < LINES_MAX
