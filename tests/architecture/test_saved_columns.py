"""What is saved of a row is all of its struct: a forgotten column would lose its updates."""

import re
from pathlib import Path

import msgspec
import pytest

from service.domain.courier import Courier
from service.domain.facts import Fact
from service.domain.job import Job
from service.domain.ledger import Transfer
from service.domain.offer import Offer
from service.domain.stop import Stop
from service.store.changes import AssignmentRow, BundleRow

QUERY = Path(__file__).parents[2] / "sql" / "queries" / "changes" / "save_changes.sql"
PART = re.compile(
    r"INSERT INTO (?P<table>\w+) \((?P<into>[^)]*)\)\s+"
    r"SELECT (?P<selected>[^()]*?)\s+FROM jsonb_populate_recordset\(NULL::(?P<type>\w+), \$\d\)\s*"
    r"(?:ON CONFLICT \(id\) DO UPDATE\s+SET (?P<assigned>[^()]*?))?\s*(?=\n\)|\Z)"
)
PARTS = {part["table"]: part for part in PART.finditer(QUERY.read_text("utf-8"))}
STRUCTS = {
    "transfer": Transfer,
    "job": Job,
    "stop": Stop,
    "offer": Offer,
    "bundle": BundleRow,
    "courier": Courier,
    "assignment": AssignmentRow,
    "fact": Fact,
}
NOT_OF_THE_ROW = {"job": {"stops"}}
NEVER_CHANGES = {
    "job": {
        "id",
        "market_id",
        "merchant_id",
        "reference",
        "size_class",
        "weight_g",
        "items_count",
        "requirements",
        "vehicles",
        "is_unmixed",
        "fee_cents",
        "currency",
        "created_at",
        "ready_at",
        "due_at",
    },
    "stop": {
        "id",
        "job_id",
        "kind",
        "attempt",
        "lat_deg",
        "lng_deg",
        "service_s",
        "address",
        "contact_name",
        "contact_phone",
        "instructions",
        "required_proofs",
    },
    "offer": {
        "id",
        "market_id",
        "courier_id",
        "bundle_id",
        "mode",
        "job_ids",
        "stop_ids",
        "legs",
        "pay",
        "created_at",
        "sent_at",  # `mark_sent` writes it, and nobody else
        "ttl_s",
        "policy_version",
        "dispatch_epoch",
        "tick_id",
    },
    "bundle": {"id", "market_id"},
    "courier": {"id", "market_id", "name", "abilities"},
}


def columns_of(text):
    """Return the names in a list of columns."""
    return [name.strip() for name in text.split(",")]


def fields_of(table):
    """Return the fields of the struct that are columns of its table."""
    names = {field.name for field in msgspec.structs.fields(STRUCTS[table])}
    return names - NOT_OF_THE_ROW.get(table, set())


def test_every_part_is_known_and_seen():
    text = QUERY.read_text("utf-8")
    assert PARTS.keys() == STRUCTS.keys()
    assert len(re.findall("INSERT INTO", text)) == len(PARTS)
    assert len(re.findall("DO UPDATE", text)) == len(NEVER_CHANGES)


@pytest.mark.parametrize("table", STRUCTS)
def test_the_columns_are_the_fields_in_one_order(table):
    part = PARTS[table]
    columns = columns_of(part["into"])
    assert part["type"] == table
    assert columns == columns_of(part["selected"])
    assert sorted(columns) == sorted(fields_of(table))


@pytest.mark.parametrize("table", STRUCTS)
def test_an_update_sets_each_column_that_can_change(table):
    assigned = PARTS[table]["assigned"]
    if table not in NEVER_CHANGES:
        assert assigned is None  # only new rows are sent
        return
    pairs = [assignment.split(" = ") for assignment in columns_of(assigned)]
    assert [value for _, value in pairs] == [f"excluded.{name}" for name, _ in pairs]
    assert sorted(name for name, _ in pairs) == sorted(fields_of(table) - NEVER_CHANGES[table])
