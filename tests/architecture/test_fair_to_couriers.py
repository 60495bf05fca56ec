"""What a courier is promised: no rating ranks anybody, and only people suspend."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("service", "matching") for path in (ROOT / folder).rglob("*.py")]
QUERIES = sorted((ROOT / "sql" / "queries").rglob("*.sql"))
SCHEMA = (ROOT / "sql" / "schema.sql").read_text("utf-8")


def importers_of(*modules):
    """Return the modules that import one of these, by path without suffix."""
    wanted = {f"service.{module}" for module in modules}
    return {
        path.relative_to(ROOT / "service").with_suffix("").as_posix()
        for path in SOURCES
        if wanted & set(imported_by(path))
    }


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_ratings_are_kept_and_shown_and_nothing_that_decides_reads_them():
    readers = importers_of("store.ratings", "domain.rating")
    assert {reader for reader in readers if not reader.startswith(("api/", "wire/", "store/"))} == {
        "actions/find_tracked",
        "actions/rate_delivery",
    }


def test_no_statement_beside_theirs_asks_for_ratings():
    asking = {path.parent.name for path in QUERIES if re.search(r"\brating\b", path.read_text())}
    assert asking == {"privacy", "ratings"}
    views = re.findall(r"^CREATE VIEW .*?;$", SCHEMA, re.MULTILINE | re.DOTALL)
    assert views
    assert not [view for view in views if re.search(r"\brating\b", view)]


def test_only_people_suspend():
    assert importers_of("actions.suspend_courier") == {"api/ops_courier_acts"}
    assert importers_of("domain.account") == {
        "actions/reinstate_courier",
        "actions/suspend_courier",
    }
