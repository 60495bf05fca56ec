"""Each kind of process logs in as a user of its own, runs all of its queries, and may no more."""

import asyncpg
import pytest

from service.store.roles import grant_roles
from tests.security.reach import QUERIES, ROOT, queries_of

ENTRIES = {
    "api": "service.app",
    "dispatch": "service.commands.dispatch",
    "relay": "service.commands.relay",
    "webhooks": "service.commands.webhooks",
}

# What the modules hold and these processes do not do: the owner prepares a database, ...
_OWNERS = {
    *(("deployment", name) for name in ("create_deployment", "set_epoch", "set_time")),
    ("leases", "outdate_leases"),
    ("refresh_lines", "note_restored"),
    *(("seal_check", name) for name in ("count_sealed", "delete_check", "replace_check")),
}
# ... and who changes facts only writes them by a statement of its own.
_NOT_DONE = {
    "dispatch": {
        ("changes", "save_changes"),
        ("couriers", "lock_couriers"),
        ("jobs", "read_jobs"),
        ("offers", "lock_offer"),
        ("offers", "read_offer"),
    },
    "relay": {("privacy", "hold_job"), ("privacy", "end_hold")},
    "webhooks": {("changes", "save_changes")},
}
PERSONAL_OF_DISPATCH = (
    *("stop.contact_name", "stop.contact_phone", "stop.instructions"),
    *("stop.recipient_instructions", "stop.safe_place", "courier.name", "offer.legs"),
    *("offer.answer", "proof.content", "job_message.text", "position_sample.lat_deg"),
    *("credential.secret_sha256", "transfer.amount_cents", "rating.comment", "tracking.seed"),
    *("audit_entry.client_address", "identity.password", "webhook_secret.seed"),
)


@pytest.fixture
async def log_in(database, conn):
    """Return a connection of a user of that kind of process."""
    await grant_roles(database)
    opened = []

    async def open_one(kind):
        name = f"process_{kind}"
        if not await conn.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", name):
            await conn.execute(f"CREATE ROLE {name} LOGIN IN ROLE hexhaul_{kind}")
        url = database.database_url.replace("//postgres@", f"//{name}@")
        opened.append(await asyncpg.connect(url))
        return opened[-1]

    yield open_one
    for one in opened:
        await one.close()


async def plan(conn, folder, name):
    """Have Postgres plan the query without running it: it checks what the user may."""
    text = (ROOT / "sql" / "queries" / folder / f"{name}.sql").read_text("utf-8")
    types = [one.name for one in (await conn.prepare(text)).get_parameters()]
    taken, given = (
        f"({', '.join(ones)})" if ones else "" for ones in (types, ["NULL"] * len(types))
    )
    await conn.execute(f"PREPARE one {taken} AS {text}")
    try:
        await conn.execute(f"EXPLAIN EXECUTE one {given}")
    finally:
        await conn.execute("DEALLOCATE one")


async def test_the_api_sees_since_when_other_users_are_at_work(log_in, conn):
    api = await log_in("api")
    text = (ROOT / "sql/queries/deployment/read_recorded_until.sql").read_text("utf-8")
    async with conn.transaction():
        await conn.execute("SELECT pg_current_xact_id()")
        at = await conn.fetchval(
            "SELECT anchor_market_at + (transaction_timestamp() - anchor_real_at) * time_scale"
            " FROM deployment"
        )
        assert await api.fetchval(text) == at
    assert await api.fetchval(text) > at


@pytest.mark.parametrize("kind", ENTRIES)
async def test_a_process_may_run_all_of_its_queries(log_in, kind):
    conn = await log_in(kind)
    queries = queries_of(ENTRIES[kind]) - _OWNERS - _NOT_DONE.get(kind, set())
    assert len(queries) > 10
    refused = []
    for folder, name in sorted(queries):
        try:
            await plan(conn, folder, name)
        except asyncpg.InsufficientPrivilegeError as error:
            refused.append((folder, name, str(error)))
    assert refused == []


def test_what_is_left_out_is_there():
    assert _OWNERS | {query for queries in _NOT_DONE.values() for query in queries} <= QUERIES


@pytest.mark.parametrize("column", PERSONAL_OF_DISPATCH)
async def test_dispatch_reads_nothing_personal_but_places(log_in, column):
    conn = await log_in("dispatch")
    table, _, name = column.partition(".")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.fetch(f"SELECT {name} FROM {table}")  # noqa: S608  # names of ours


@pytest.mark.parametrize("kind", ENTRIES)
@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET market_id = market_id",
        "DELETE FROM fact",
        "DELETE FROM transfer",
        "UPDATE transfer SET amount_cents = 1",
        "TRUNCATE job",
        "DROP TABLE job",
        "CREATE TABLE mine ()",
        "ALTER TABLE job DISABLE ROW LEVEL SECURITY",
        "CREATE ROLE mine",
        "UPDATE migration SET name = name",
    ],
)
async def test_no_process_may_undo_the_record_or_the_schema(log_in, kind, act):
    conn = await log_in(kind)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute(act)


@pytest.mark.parametrize(
    ("kind", "column", "may"),
    [
        ("relay", "client_address", True),  # of looks in their time, as the table lets through
        ("relay", "sha256", False),
        ("relay", "content_sha256", False),
        ("relay", "action", False),
        ("api", "client_address", False),
        ("dispatch", "client_address", False),
        ("webhooks", "client_address", False),
    ],
)
async def test_only_the_relay_may_blank_and_never_a_hash(log_in, kind, column, may):
    conn = await log_in(kind)
    blanking = f"EXPLAIN UPDATE audit_entry SET {column} = NULL"  # noqa: S608  # names of ours
    if may:
        await conn.execute(blanking)
        return
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute(blanking)


async def test_webhooks_know_nobody(log_in):
    conn = await log_in("webhooks")
    for table in ("stop", "courier", "job", "offer", "credential", "proof", "position_sample"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.fetch(f"SELECT count(*) FROM {table}")  # noqa: S608  # likewise


async def test_the_api_may_still_take_the_role_of_merchants(log_in):
    conn = await log_in("api")
    assert await conn.fetchval("SELECT can_act_as_merchant()")


async def test_what_was_granted_by_hand_is_taken_back(log_in, database, conn):
    dispatch = await log_in("dispatch")
    await conn.execute("GRANT SELECT ON stop TO hexhaul_dispatch")
    await dispatch.fetch("SELECT contact_name FROM stop")
    await grant_roles(database)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await dispatch.fetch("SELECT contact_name FROM stop")
