"""Stands in for the queries about markets, people, requests, ticks, exceptions and ops' doings."""

from tests.simulation.standin.statements.registry import columns, plain, statements_of
from tests.simulation.standin.tables import subject_of

# ------------------------------------------------------------------ deployment
statement = statements_of("deployment")


@statement
async def create_deployment(transaction, epoch, time_scale):
    now = transaction.database.now()
    if not transaction.rows("deployment"):
        anchors = {"anchor_real_at": now, "anchor_market_at": now, "time_scale": time_scale}
        await transaction.insert("deployment", {"id": True, "epoch": epoch, **anchors})
    return []


@statement
async def find_deployment(transaction):
    has_live_market = any(market["livemode"] for market in transaction.rows("market").values())
    found = transaction.rows("deployment").values()
    return [{"epoch": row["epoch"], "has_live_market": has_live_market} for row in found]


@statement
async def read_running_time(transaction):
    (row,) = transaction.rows("deployment").values()
    return [{"now": transaction.database.market_now(), "time_scale": row["time_scale"]}]


@statement
async def read_market_time(transaction):
    return [{"now": transaction.database.market_now()}]


# ------------------------------------------------------------------ markets
statement = statements_of("markets")


@statement
async def create_market(
    transaction,
    market_id,
    name,
    currency,
    timezone,
    center_lat_deg,
    center_lng_deg,
    service_radius_m,
    policy,
    livemode,
):
    row = {
        "id": market_id,
        "name": name,
        "currency": currency,
        "timezone": timezone,
        "center_lat_deg": center_lat_deg,
        "center_lng_deg": center_lng_deg,
        "service_radius_m": service_radius_m,
        "livemode": livemode,
        "is_paused": False,
        "policy_version": 1,
        "policy": plain(policy),  # one version of it, so it stands in the row
    }
    await transaction.insert("market", row)
    await transaction.insert("relay_cursor", {"market_id": market_id, "xid": 0, "id": 0})
    return []


@statement
async def read_market(transaction, market_id):
    row = transaction.get("market", market_id)
    return [] if row is None else [row]


@statement
async def read_market_at_work(transaction, market_id):
    now = transaction.database.market_now()
    return [{**row, "now": now} for row in await read_market(transaction, market_id)]


# ------------------------------------------------------------------ merchants
statement = statements_of("merchants")


@statement
async def create_merchant(transaction, merchant_id, market_id, name):
    await transaction.insert("merchant", {"id": merchant_id, "market_id": market_id, "name": name})
    return []


# ------------------------------------------------------------------ idempotency
statement = statements_of("idempotency")


@statement
async def find_response(transaction, merchant_id, key):
    row = transaction.get("idempotency", (merchant_id, key))
    return [] if row is None else [columns(row, "request_sha256", "status_code", "body")]


@statement
async def reserve_key(transaction, merchant_id, key, request_sha256, status_code, body):
    if transaction.get("idempotency", (merchant_id, key)) is not None:
        return []  # DO NOTHING holds no row
    if await transaction.lock("idempotency", (merchant_id, key)) is not None:
        return []
    answer = {"request_sha256": request_sha256, "status_code": status_code, "body": body}
    await transaction.insert("idempotency", {"merchant_id": merchant_id, "key": key, **answer})
    return [{"is_new": True}]


# ------------------------------------------------------------------ tracking
statement = statements_of("tracking")


@statement
async def create_tracking(transaction, job_id, token_sha256, seed, key_id):
    made_of = {"token_sha256": token_sha256, "seed": seed, "key_id": key_id}
    await transaction.insert("tracking", {"job_id": job_id, **made_of})
    return []


# ------------------------------------------------------------------ ticks
statement = statements_of("ticks")


@statement
async def insert_tick(transaction, market_id, at, policy_version, dispatch_epoch, summary):
    row = {
        "id": transaction.database.next_identity("tick"),
        "market_id": market_id,
        "at": at,
        "policy_version": policy_version,
        "dispatch_epoch": dispatch_epoch,
        "summary": plain(summary),
    }
    await transaction.insert("tick", row)
    return [columns(row, "id")]


@statement
async def insert_decisions(transaction, offer_ids, tick_ids, ats, reasons):
    for offer_id, tick_id, at, why in zip(offer_ids, tick_ids, ats, reasons, strict=True):
        row = {"offer_id": offer_id, "tick_id": tick_id, "at": at, "reasons": plain(why)}
        await transaction.insert("decision", row)
    return []


@statement
async def read_decisions(transaction, offer_ids):
    found = (transaction.get("decision", offer_id) for offer_id in offer_ids)
    return [row for row in found if row is not None]


# ------------------------------------------------------------------ exceptions
statement = statements_of("exceptions")


@statement
async def open_exception(
    transaction,
    exception_id,
    market_id,
    kind,
    severity,
    job_id,
    courier_id,
    merchant_id,
    endpoint_id,
    opened_at,
    due_at,
):
    row = {
        "id": exception_id,
        "market_id": market_id,
        "kind": str(kind),
        "severity": str(severity),
        "job_id": job_id,
        "courier_id": courier_id,
        "merchant_id": merchant_id,
        "endpoint_id": endpoint_id,
        "opened_at": opened_at,
        "due_at": due_at,
        "resolved_at": None,
        "resolution": None,
        "version": 1,
    }
    key = row["kind"], subject_of(row)
    is_open = bool(_open_exceptions(transaction, *key))
    if is_open and not transaction.is_contested("exception_one_open", key):
        return []  # DO NOTHING holds no row
    await transaction.claim("exception_one_open", key)
    if _open_exceptions(transaction, row["kind"], subject_of(row)):
        return []
    await transaction.insert("exception", row)
    return [row]


def _open_exceptions(transaction, kind, subject_id):
    return transaction.where(
        "exception",
        lambda row: (
            row["kind"] == kind
            and subject_id in (subject_of(row), row["id"])
            and row["resolved_at"] is None
        ),
    )


@statement
async def read_exception(transaction, exception_id, market_id):
    row = transaction.get("exception", exception_id)
    return [row] if row is not None and row["market_id"] == market_id else []


@statement
async def resolve_exceptions(transaction, kind, subject_id, resolved_at, resolution):
    resolved = []
    for seen in _open_exceptions(transaction, str(kind), subject_id):
        transaction.number()  # an UPDATE takes it before it waits
        newest = await transaction.lock("exception", seen["id"])
        if newest["resolved_at"] is None:
            resolved.append(
                await transaction.update(
                    "exception",
                    seen["id"],
                    resolved_at=resolved_at,
                    resolution=resolution,
                    version=newest["version"] + 1,
                )
            )
    return resolved


# ------------------------------------------------------------------ audit log
statement = statements_of("audit_log")


@statement
async def lock_head(transaction, market_id, beginning_sha256):
    head = await transaction.lock("audit_head", market_id)
    if head is None:
        head = {"market_id": market_id, "number": 0, "sha256": beginning_sha256}
        await transaction.insert("audit_head", head)
    return [{**columns(head, "number", "sha256"), "at": transaction.database.now()}]


@statement
async def insert_entries(transaction, market_id, entries, number, sha256):
    for entry in map(plain, entries):
        await transaction.insert("audit_entry", entry)
    await transaction.update("audit_head", market_id, number=number, sha256=sha256)
    return []
