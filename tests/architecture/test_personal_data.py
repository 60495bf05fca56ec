"""Every column that could hold something about a person is classified: a new one has to be."""

import re
from pathlib import Path

from service.domain.personal_data import PERSONAL

SCHEMA = (Path(__file__).parents[2] / "sql" / "schema.sql").read_text("utf-8")
TABLE = re.compile(r"^CREATE TABLE public\.(\w+) \(\n(.*?)^\);", re.MULTILINE | re.DOTALL)
# Ids, enums, instants, counts and flags say nothing by themselves.
COLUMN = re.compile(
    r"^    (\w+) (?:text|bytea|jsonb?|double precision|real|inet|character)\b", re.MULTILINE
)

# Names of ours, codes, digests, sums and ids: nothing in them is about somebody, or leads to them
# without the columns above. Merchants are told to put no names into `reference`.
FREE = {
    "audit_entry": {
        *("market_id", "credential_id", "action", "before", "after", "reason"),
        *("request_id", "previous_sha256", "sha256", "content_sha256"),
    },
    "audit_head": {"market_id", "sha256"},
    "bundle": {"market_id"},
    "courier": {"market_id"},
    "credential": {"id", "secret_sha256", "scopes", "opened_by"},
    "decision": {"reasons"},  # ids of couriers, distances and costs
    "deployment": {"time_scale"},
    "exception": {"market_id", "resolution"},
    "fact": {"market_id", "type"},
    "idempotency": {"key", "request_sha256"},
    "identity": {"issuer"},
    "job": {"market_id", "reference", "currency"},
    "lease": {"name", "holder"},
    "market": {
        *("id", "name", "currency", "timezone"),
        *("center_lat_deg", "center_lng_deg", "service_radius_m"),
    },
    "merchant": {"market_id", "color"},
    "migration": {"name", "sha256"},
    "offer": {"market_id", "pay", "ttl_s"},
    "former_operator_market": {"market_id"},
    "operator": {"market_id"},
    "operator_market": {"market_id"},
    "policy": {"market_id", "parameters"},
    "position_sample": {"market_id"},
    "proof": {"media_type", "sha256"},
    "proposal": {"market_id", "terms"},  # amounts, roles and ids
    "recorded_tick": {"market_id"},
    "refresh_line": {
        *("credential_id", "line_sha256", "token_sha256", "former_sha256", "device_key"),
        *("next_sealed",),
    },
    "relay_cursor": {"market_id"},
    "seal_check": {"sealed"},  # words of ours
    "stop": {"accepted_proofs"},  # ids, kinds and digests of pictures
    "stream": {"owner"},
    "stream_event": {"owner", "type"},
    "tick": {"market_id", "summary"},
    "tracking": {"key_id"},
    "transfer": {"market_id", "debit", "credit", "currency"},
    "webhook_delivery": {"event_id", "type"},
    "webhook_endpoint": {"market_id", "events", "public_key"},
    "webhook_secret": {"seed", "key_id"},
}


def columns():
    """Return every such column as `table.column`."""
    return {
        f"{table}.{column}"
        for table, body in TABLE.findall(SCHEMA)
        for column in COLUMN.findall(body)
    }


def test_every_column_is_classified_once():
    free = {f"{table}.{column}" for table, names in FREE.items() for column in names}
    assert not free & PERSONAL.keys()
    assert columns() - free - PERSONAL.keys() == set(), "say in personal_data.py what these hold"
    assert (free | PERSONAL.keys()) - columns() == set(), "these are columns no more"


def test_a_column_of_a_new_table_would_be_seen():
    assert "stop.contact_phone" in columns()
    assert len(columns()) > 80
    assert len(TABLE.findall(SCHEMA)) == len(re.findall("CREATE TABLE ", SCHEMA))
