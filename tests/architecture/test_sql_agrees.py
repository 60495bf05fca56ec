"""What SQL and Python both say, they say alike."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from service.domain import lifecycle, vocabulary
from service.domain.lifecycle import JOB_BEFORE_CUSTODY, JOB_ENDS, OFFER_OPEN, STOP_UNFINISHED
from service.domain.permission import Scope

ROOT = Path(__file__).parents[2]
MIGRATIONS = "\n".join(
    path.read_text("utf-8") for path in sorted((ROOT / "sql" / "migrations").glob("*.sql"))
)
ENUMS = {
    name: re.findall(r"'(\w+)'", body)
    for name, body in re.findall(r"CREATE TYPE (\w+) AS ENUM \((.*?)\);", MIGRATIONS, re.DOTALL)
}
for name, member in re.findall(r"ALTER TYPE (\w+) ADD VALUE '(\w+)'", MIGRATIONS):
    ENUMS[name].append(member)
CLASSES = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): member
    for module in (lifecycle, vocabulary)
    for name, member in vars(module).items()
    if isinstance(member, type)
    and issubclass(member, StrEnum)
    and member is not StrEnum
    and not name.endswith("Step")
    and not name.startswith("_")
}


@pytest.mark.parametrize("name", sorted(ENUMS.keys() | CLASSES.keys()))
def test_an_enum_has_the_same_members_in_sql_and_in_python(name):
    assert sorted(ENUMS[name]) == sorted(member.value for member in CLASSES[name])


def test_the_scopes_of_keys_are_those_of_the_table():
    (found,) = set(re.findall(r"scopes <@ '\{(.*?)\}'", MIGRATIONS))
    assert found.split(",") == [scope.value for scope in Scope]


def literals(pattern):
    """Return the sets of quoted words in every `status IN (...)` that the pattern finds."""
    return [frozenset(re.findall(r"'(\w+)'", found)) for found in re.findall(pattern, MIGRATIONS)]


def test_the_ends_of_a_job_are_those_of_its_table():
    (ends,) = literals(r"\(ended_at IS NOT NULL\) = \(status IN \((.*?)\)\)")
    assert ends == {status.value for status in JOB_ENDS}


def test_custody_begins_where_the_domain_says():
    (before,) = set(literals(r"j\.status NOT IN \(('scheduled'.*?)\)"))
    assert before == {status.value for status in JOB_BEFORE_CUSTODY}


def test_open_offers_and_unfinished_stops_are_those_of_their_tables():
    texts = [MIGRATIONS, *(p.read_text("utf-8") for p in (ROOT / "sql" / "queries").rglob("*.sql"))]
    for text in texts:
        for words in re.findall(r"status IN \(('pending'.*?)\)", text):
            members = frozenset(re.findall(r"'(\w+)'", words))
            assert members in (
                {status.value for status in OFFER_OPEN},
                {status.value for status in STOP_UNFINISHED},
            )


def test_a_clock_is_read_once_and_not_for_each_row():
    """Volatile functions in a filter run row by row, and no index helps: a subquery runs once."""
    for path in sorted((ROOT / "sql" / "queries").rglob("*.sql")):
        if path.parent.name != "leases":  # one row, looked up by its name
            text = path.read_text("utf-8")
            assert not re.search(r"[<>]=? *(market_now|clock_timestamp)\(\)", text), path.name


def test_the_dump_is_that_of_the_migrations():
    """The full comparison runs against a server; this one sees a forgotten `dev.py schema`."""
    dump = (ROOT / "sql" / "schema.sql").read_text("utf-8")
    for kind in ("TABLE", "TYPE", "VIEW"):
        made = re.findall(rf"^CREATE {kind} (\w+)", MIGRATIONS, re.MULTILINE)
        dumped = re.findall(rf"^CREATE {kind} public\.(\w+)", dump, re.MULTILINE)
        assert sorted(made) == sorted(set(dumped) - {"migration"})  # the runner's own table
