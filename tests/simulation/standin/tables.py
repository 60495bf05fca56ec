"""The tables of the stand-in: their keys, unique indexes and checks, as in `sql/schema.sql`.

Left out: foreign keys, columns' types and the checks of single values.
"""

OPEN = ("pending", "seen")
ENDED = ("delivered", "returned", "canceled", "expired", "failed")
WITHOUT_COURIER = ("scheduled", "open", "canceled", "expired")

KEYS = {
    "assignment": ("id",),
    "audit_entry": ("market_id", "number"),
    "audit_head": ("market_id",),
    "bundle": ("id",),
    "courier": ("id",),
    "decision": ("offer_id",),
    "deployment": ("id",),
    "exception": ("id",),
    "fact": ("id",),
    "idempotency": ("merchant_id", "key"),
    "job": ("id",),
    "lease": ("name",),
    "market": ("id",),
    "merchant": ("id",),
    "offer": ("id",),
    "offer_job": ("job_id", "offer_id"),
    "relay_cursor": ("market_id",),
    "stop": ("id",),
    "stream": ("owner",),
    "stream_event": ("owner", "seq"),
    "tick": ("id",),
    "tracking": ("job_id",),
    "transfer": ("id",),
}


def key_of(table, row):
    columns = KEYS[table]
    return row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns)


def subject_of(row):
    return row["job_id"] or row["courier_id"] or row["endpoint_id"]


ENDED_IN_VAIN = ("returned", "canceled", "expired", "failed")

# {table: {index: what it holds of a row, None if nothing}}
INDEXES = {
    "job": {
        "job_reference_once": lambda row: (
            None
            if row["reference"] is None or row["status"] in ENDED_IN_VAIN
            else (row["merchant_id"], row["reference"])
        )
    },
    "stop": {"stop_of_attempt": lambda row: (row["job_id"], row["kind"], row["attempt"])},
    "offer": {
        "offer_one_open_of_courier": lambda row: (
            row["courier_id"] if row["status"] in OPEN else None
        )
    },
    "assignment": {
        "assignment_one_active": lambda row: row["job_id"] if row["ended_at"] is None else None
    },
    "exception": {
        "exception_one_open": lambda row: (
            (row["kind"], subject_of(row)) if row["resolved_at"] is None else None
        )
    },
    "fact": {
        "fact_of_job": lambda row: (
            None if row["job_id"] is None else (row["job_id"], row["sequence"])
        )
    },
}

# {table: columns by whose value rows are looked up}
LOOKUPS = {
    "assignment": ("job_id",),
    "fact": ("job_id",),
    "job": ("courier_id", "bundle_id"),
    "offer": ("courier_id",),
    "offer_job": ("job_id",),
    "stop": ("job_id", "courier_id"),
    "transfer": ("job_id",),
}


def _fits(row):
    return all(
        0 <= row[f"load_{what}"] <= row[f"capacity_{what}"]
        for what in ("weight_g", "volume_l", "jobs_count")
    )


# {table: {name: what must be true of a row}}
CHECKS = {
    "courier": {"courier_not_overloaded": lambda row: _fits(row) and row["live_jobs_count"] >= 0},
    "job": {
        "job_due_after_ready": lambda row: row["due_at"] > row["ready_at"],
        "job_ended_has_an_end": lambda row: (
            (row["ended_at"] is not None) == (row["status"] in ENDED)
        ),
        "job_offered_only_while_open": lambda row: (
            row["offer_id"] is None or row["status"] == "open"
        ),
        "job_carried_has_a_courier": lambda row: (
            row["courier_id"] is not None or row["status"] in WITHOUT_COURIER
        ),
    },
    "assignment": {
        "assignment_ends_after_start": lambda row: (
            row["ended_at"] is None or row["ended_at"] >= row["started_at"]
        )
    },
    "fact": {
        "fact_of_a_job_is_numbered": lambda row: (
            (row["job_id"] is None) == (row["sequence"] is None)
        )
    },
    "transfer": {
        "transfer_amount": lambda row: row["amount_cents"] > 0,
        "transfer_between_two": lambda row: row["debit"] != row["credit"],
        "transfer_by_hand_has_a_reason": lambda row: (
            (row["reason"] is None) == (row["kind"] in ("charge", "pay"))
        ),
    },
}


def overlaps(one, other):
    """Return whether two assignments of a job hold at the same time: half-open ranges."""
    if one["job_id"] != other["job_id"]:
        return False
    if one["started_at"] == one["ended_at"] or other["started_at"] == other["ended_at"]:
        return False  # an empty range is never in the way
    begins_before = other["ended_at"] is None or one["started_at"] < other["ended_at"]
    return begins_before and (one["ended_at"] is None or other["started_at"] < one["ended_at"])
