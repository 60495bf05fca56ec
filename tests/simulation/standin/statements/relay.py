"""Stands in for `sql/queries/facts`, `relay`, `streams`, `leases` and `webhook_endpoints`."""

from bisect import bisect_right
from datetime import timedelta

from tests.simulation.standin.statements.registry import statements_of

# ------------------------------------------------------------------ facts
statement = statements_of("facts")


@statement
async def read_new_facts(transaction, market_id, limit_count):
    """Read in commit order, nothing of a transaction that runs or is newer than one that does."""
    cursor = transaction.get("relay_cursor", market_id)
    if cursor is None:
        return []
    database = transaction.database
    begin = bisect_right(database.facts_in_order, (cursor["xid"], cursor["id"]))
    new = []
    for xid, id_ in database.facts_in_order[begin:]:
        if xid >= database.xmin or len(new) == limit_count:
            break
        fact = database.committed["fact"][id_]
        if fact["market_id"] == market_id:
            new.append({**fact, "xid": str(xid)})
    return new


# ------------------------------------------------------------------ relay
statement = statements_of("relay")


@statement
async def find_cursor(transaction, market_id):
    row = transaction.get("relay_cursor", market_id)
    return [] if row is None else [{"xid": str(row["xid"]), "id": row["id"]}]


@statement
async def move_cursor(transaction, market_id, first_xid, first_id, xid, id):
    first = int(first_xid), first_id
    row = transaction.get("relay_cursor", market_id)
    if row is None or not (row["xid"], row["id"]) < first:
        return "UPDATE 0"
    transaction.number()  # an UPDATE takes it before it waits
    newest = await transaction.lock("relay_cursor", market_id)
    if not (newest["xid"], newest["id"]) < first:
        return "UPDATE 0"
    await transaction.update("relay_cursor", market_id, xid=int(xid), id=id)
    return "UPDATE 1"


# ------------------------------------------------------------------ streams
statement = statements_of("streams")


@statement
async def advance_streams(transaction, owners, counts):
    ends = []
    for owner, count in sorted(zip(owners, counts, strict=True)):
        before = await transaction.lock("stream", owner)
        last_seq = count if before is None else before["last_seq"] + count
        row = {"owner": owner, "last_seq": last_seq}
        await transaction.upsert("stream", row, ())
        ends.append(row)
    return ends


@statement
async def insert_events(transaction, owners, seqs, types, messages):
    for owner, seq, type_, message in zip(owners, seqs, types, messages, strict=True):
        event = {"owner": owner, "seq": seq, "type": str(type_), "message": message}
        await transaction.insert("stream_event", event)
    return []


@statement
async def read_stream(transaction, owner):
    stream = transaction.get("stream", owner)
    return [] if stream is None else [{"last_seq": stream["last_seq"], "first_kept_seq": 1}]


@statement
async def read_events(transaction, owner, after_seq, limit_count):
    events = []
    while len(events) < limit_count:
        event = transaction.get("stream_event", (owner, after_seq + 1 + len(events)))
        if event is None:
            break
        events.append(event)
    return events


@statement
async def list_last_seqs(transaction, owners):
    found = (transaction.get("stream", owner) for owner in owners)
    return [stream for stream in found if stream is not None]


# ------------------------------------------------------------------ leases
statement = statements_of("leases")


@statement
async def take_lease(transaction, name, holder, ttl_s):
    before = await transaction.lock("lease", name)
    now = transaction.database.now()
    expires_at = now + timedelta(seconds=ttl_s)
    if before is None:
        row = {"name": name, "epoch": 1, "holder": holder, "expires_at": expires_at}
        await transaction.upsert("lease", row, ())
        return [{"epoch": 1}]
    if before["holder"] != holder and before["expires_at"] >= now:
        return []
    epoch = before["epoch"] + (before["holder"] != holder)
    await transaction.update("lease", name, epoch=epoch, holder=holder, expires_at=expires_at)
    return [{"epoch": epoch}]


@statement
async def check_lease(transaction, name, epoch):
    seen = transaction.get("lease", name)
    if seen is None or seen["epoch"] != epoch:
        return []
    newest = await transaction.lock("lease", name, "share")
    return [{"epoch": epoch}] if newest["epoch"] == epoch else []


@statement
async def release_lease(transaction, name, holder):
    seen = transaction.get("lease", name)
    if seen is not None and seen["holder"] == holder:
        transaction.number()
        newest = await transaction.lock("lease", name)
        if newest["holder"] == holder:
            await transaction.update("lease", name, expires_at=transaction.database.now())
    return []


# ------------------------------------------------------------------ webhooks
statement = statements_of("webhook_endpoints")


@statement
async def list_listeners(transaction, merchant_ids):
    """No merchant of a simulated market has an endpoint: its lanes are another matter."""
    return []
