"""Which queries a process can come to, by imports and names in its code: rather too many."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUERIES = {(path.parent.name, path.stem) for path in (ROOT / "sql" / "queries").glob("*/*.sql")}


def queries_of(entry):
    """Return (folder, name) of what the modules that this one imports, and theirs, call."""
    return {query for module in _closure(entry) for query in _called(module)} & QUERIES


def _path_of(module):
    path = ROOT / Path(*module.split("."))
    return next(
        (one for one in (path.with_suffix(".py"), path / "__init__.py") if one.exists()), None
    )


@cache
def _tree(module):
    return ast.parse(_path_of(module).read_text("utf-8"))


def _imports(module):
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("service"):
            yield from ((node.module, name.name, name.asname or name.name) for name in node.names)


def _closure(entry):
    found, waiting = set(), [entry]
    while waiting:
        module = waiting.pop()
        if module in found or _path_of(module) is None:
            continue
        found.add(module)
        for source, name, _ in _imports(module):
            waiting += [source, f"{source}.{name}"]
    return found


def _called(module):
    folders, functions = {}, {}
    for source, name, here in _imports(module):
        if source == "service.store":
            folders[here] = name
        elif source.startswith("service.store."):
            functions[here] = (source.rpartition(".")[2], name)
    own = module.rpartition(".")[2] if module.startswith("service.store.") else None
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield folders.get(node.value.id), node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield functions.get(node.id, (own, node.id))
