"""The second line: what a query forgets to ask is not told, and nobody is left in the role."""

from uuid import UUID

import asyncpg
import msgspec
import pytest

from service.actions.authenticate import authenticate
from service.actions.enroll import MerchantEntry, enroll
from service.domain.ids import JobId
from service.store import jobs, webhook_endpoints
from service.store.migrations import migrate
from service.store.pool import open_pool
from service.store.row_security import read_state, reading_as, writing_as
from tests.integration.api.conftest import JOB, client_of
from tests.integration.conftest import url_of
from tests.integration.deliveries import deliver

# As if a query had forgotten to say whose rows it wants: the owner of each row that comes back.
UNFILTERED = {
    "job": "SELECT merchant_id FROM job",
    "job_with_stops": "SELECT merchant_id FROM job_with_stops",
    "stop": "SELECT j.merchant_id FROM stop s LEFT JOIN job j ON j.id = s.job_id",
    "tracking": "SELECT j.merchant_id FROM tracking t LEFT JOIN job j ON j.id = t.job_id",
    "proof": "SELECT j.merchant_id FROM proof p LEFT JOIN job j ON j.id = p.job_id",
    "proof_code": "SELECT j.merchant_id FROM proof_code c LEFT JOIN job j ON j.id = c.job_id",
    "job_message": "SELECT merchant_id FROM job_message",
    "merchant": "SELECT id FROM merchant",
    "fact": "SELECT merchant_id FROM fact",
    "transfer": "SELECT split_part(debit, ':', 2)::uuid FROM transfer WHERE kind = 'charge'",
    "posting": "SELECT split_part(account, ':', 2)::uuid FROM posting WHERE account ^@ 'merchant:'",
    "credential": "SELECT merchant_id FROM credential",
    "webhook_endpoint": "SELECT merchant_id FROM webhook_endpoint",
    "webhook_lane": "SELECT e.merchant_id FROM webhook_lane l"
    " LEFT JOIN webhook_endpoint e ON e.id = l.endpoint_id",
    "webhook_delivery": "SELECT e.merchant_id FROM webhook_delivery d"
    " LEFT JOIN webhook_endpoint e ON e.id = d.endpoint_id",
}
SHUT = (
    "proof_code_try",
    "idempotency",
    "webhook_secret",
    "courier",
    "operator",
    "identity",
    "audit_entry",
    "offer",
)
CLOSED = {
    "transfer": "market_id",
    "audit_entry": "market_id",
    "job": "market_id",
    "fact": "market_id",
    "stop": "address",
    "proof": "media_type",
    "proof_code": "code",
    "job_message": "text",
    "merchant": "color",
    "credential": "name",
}
PLAIN = "plain_service"  # a role of the service's that may nothing but own its database


# A code that nobody has said, one that was, and a message.
PROVE = """
WITH code AS (INSERT INTO proof_code (job_id, kind, code) VALUES ($1, 'return', '4711')),
message AS (
  INSERT INTO job_message (id, job_id, number, merchant_id, courier_id, sender, text, sent_at)
  SELECT gen_random_uuid(), id, 1, merchant_id, courier_id, 'ops', 'Hello', now()
    FROM job WHERE id = $1
)
INSERT INTO proof (id, job_id, stop_id, courier_id, kind, created_at)
SELECT gen_random_uuid(), job_id, id, courier_id, 'code', now() FROM stop WHERE job_id = $1
"""


@pytest.fixture
async def merchants(runtime, market, address, keys, ids, conn):
    """Two merchants with something in every table; (id, client, job) of each."""
    (other,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Other")])
    found = []
    for key, courier_id in zip((keys[0], other), ids, strict=False):
        merchant = await authenticate(runtime, key_text=key.text)
        client = client_of(address, key)
        headers = {"Idempotency-Key": "k"}
        job = (await client.post("/v1/jobs", json=JOB, headers=headers)).json()
        await deliver(runtime, job_id=UUID(job["id"]), courier_id=courier_id, market_id=market)
        await conn.execute(PROVE, UUID(job["id"]))
        endpoint = await client.post(
            "/v1/webhook-endpoints",
            json={"url": "https://example.com/hooks"},
            headers={"Idempotency-Key": "e"},
        )
        tested = await client.post(
            f"/v1/webhook-endpoints/{endpoint.json()['endpoint']['id']}/test"
        )
        assert tested.status_code == 202, tested.text
        found.append((merchant.merchant_id, client, job))
    yield found
    for _, client, _ in found:
        await client.aclose()


async def test_a_forgotten_filter_shows_no_row_of_another(runtime, merchants):
    ids = [merchant_id for merchant_id, *_ in merchants]
    for table, query in UNFILTERED.items():
        async with runtime.pool.connection() as conn:
            owners = {row[0] for row in await conn.fetch(query)}
        assert owners >= set(ids), table  # or nothing would be proven
        for merchant_id in ids:
            async with reading_as(runtime.pool, merchant_id) as conn:
                assert {row[0] for row in await conn.fetch(query)} == {merchant_id}, table


async def test_a_role_without_a_merchant_sees_nothing(conn, merchants):
    await conn.execute("SET ROLE hexhaul_merchant")
    for table, query in UNFILTERED.items():
        assert await conn.fetch(query) == [], table


async def test_what_merchants_never_read_is_shut_and_nothing_can_be_changed(conn, market):
    await conn.execute("SET ROLE hexhaul_merchant")
    reads = [f"SELECT * FROM {table}" for table in SHUT]  # noqa: S608  # ours
    writes = [f"DELETE FROM {table}" for table in CLOSED]  # noqa: S608  # ours
    writes += [f"UPDATE {table} SET {column} = 'x'" for table, column in CLOSED.items()]  # noqa: S608  # ours
    for statement in (*reads, *writes):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement)


async def test_routes_have_the_second_line_behind_their_own_filter(merchants, monkeypatch):
    """Take the owner out of the queries of two routes: they still tell nothing of another."""
    (_, mine, job), (_, other, _) = merchants
    for name in ("list_jobs_of_merchant", "read_job_of_merchant"):
        query = jobs._SQL[name]  # noqa: SLF001  # the filter is to go
        number = "$1" if name == "list_jobs_of_merchant" else "$2"
        assert f"merchant_id = {number}" in query
        without = query.replace(f"merchant_id = {number}", f"{number}::uuid IS NOT NULL")
        monkeypatch.setitem(jobs._SQL, name, without)  # noqa: SLF001  # as above
    assert [one["id"] for one in (await mine.get("/v1/jobs")).json()["jobs"]] == [job["id"]]
    assert (await mine.get(f"/v1/jobs/{job['id']}")).status_code == 200
    assert (await other.get(f"/v1/jobs/{job['id']}")).status_code == 404
    assert (await other.get(f"/v1/jobs/{job['id']}/events")).status_code == 404


FOREIGN_WRITES = (
    "UPDATE job SET status = 'canceled'",
    "UPDATE credential SET name = 'mine' WHERE merchant_id IS NOT NULL",
    "UPDATE credential SET merchant_id = '{mine}' WHERE merchant_id = '{other}'",
    "DELETE FROM webhook_endpoint",
    "UPDATE webhook_endpoint SET url = 'https://mine.example'",
    "UPDATE merchant SET name = 'mine'",
    "INSERT INTO idempotency (merchant_id, key, request_sha256) VALUES ('{other}', 'k2', '')",
)


@pytest.mark.parametrize("statement", FOREIGN_WRITES)
async def test_a_forgotten_filter_changes_no_row_of_another(runtime, merchants, statement):
    (mine, *_), (other, *_) = merchants
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="a row of another merchant"):
        async with writing_as(runtime.pool, mine).transaction() as conn:
            await conn.execute(statement.format(mine=mine, other=other))


async def test_nothing_goes_round_the_second_line(runtime, merchants):
    (mine, *_), _ = merchants
    pool = writing_as(runtime.pool, mine)
    for way in (pool.connection, pool.share(connections_count_max=1).transaction):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="a row of another merchant"):
            async with way() as conn:
                await conn.execute("UPDATE job SET status = 'canceled'")


async def test_what_follows_from_a_merchants_act_may_touch_the_jobs_of_others(runtime, merchants):
    """A cancellation takes back the offer of others' jobs too; rows are written as new or known."""
    (mine, *_), (_, _, theirs) = merchants
    async with writing_as(runtime.pool, mine).transaction() as conn:
        await conn.execute(
            "INSERT INTO job SELECT * FROM job WHERE id = $1"
            " ON CONFLICT (id) DO UPDATE SET version = job.version + 1",
            UUID(theirs["id"]),
        )
        (row,) = await conn.fetch("SELECT version FROM job WHERE id = $1", UUID(theirs["id"]))
    assert row["version"] > theirs["version"]


async def test_routes_that_change_have_the_second_line_too(merchants, monkeypatch):
    """Take the owner out of the query by which a merchant's endpoint is found to be changed."""
    (_, mine, _), (_, other, _) = merchants
    (endpoint,) = (await other.get("/v1/webhook-endpoints")).json()["endpoints"]
    query = webhook_endpoints._SQL["lock_endpoint"]  # noqa: SLF001  # the filter is to go
    assert "merchant_id = $2" in query
    without = query.replace("merchant_id = $2", "$2::uuid IS NOT NULL")
    monkeypatch.setitem(webhook_endpoints._SQL, "lock_endpoint", without)  # noqa: SLF001  # as above
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    wish = {"url": "https://example.com/mine", "is_enabled": False}
    assert (await mine.put(path, json=wish)).status_code == 500
    assert (await other.put(path, json=wish)).status_code == 200
    assert (await mine.delete(path)).status_code in (404, 500)
    assert (await other.get(path)).status_code == 200


async def _read(pool, merchant_id, statement):
    async with reading_as(pool, merchant_id) as conn:
        await conn.fetch(statement)


async def test_nobody_is_left_in_the_role(runtime, merchants):
    """One connection, which is used again after a good end and after a bad one."""
    narrow = msgspec.structs.replace(runtime.settings, pool_connections_count_max=1)
    pool = await open_pool(narrow)
    (merchant_id, _, job), (_, _, other) = merchants
    for statement in ("SELECT 1 / 0", "SELECT * FROM courier"):
        with pytest.raises(asyncpg.PostgresError):
            await _read(pool, merchant_id, statement)
    await _read(pool, merchant_id, "SELECT 1")
    async with pool.connection() as conn:
        row = await conn.fetchrow("SELECT current_user, current_setting('app.merchant_id', true)")
        assert (row[0], row[1] or None) == ("postgres", None)
        read = await jobs.read_jobs(conn, job_ids=[JobId(UUID(one["id"])) for one in (job, other)])
    assert len(read) == 2
    await pool.close()


@pytest.fixture
async def plain(settings, template):
    """The settings of a service whose own role may make no roles, on a fresh database."""
    conn = await asyncpg.connect(settings.database_url)
    await conn.execute(f"CREATE ROLE {PLAIN} LOGIN")
    await conn.execute(f"CREATE DATABASE plain OWNER {PLAIN}")
    url = url_of(settings, "plain").replace("postgres@", f"{PLAIN}@", 1)
    plain = msgspec.structs.replace(settings, database_url=url)
    await migrate(plain)
    yield plain
    await conn.execute("DROP DATABASE plain WITH (FORCE)")
    await conn.execute(f"DROP ROLE {PLAIN}")
    await conn.close()


async def test_where_the_role_is_not_to_be_had_the_first_line_stands_alone(settings, plain):
    pool = await open_pool(plain)
    async with pool.connection() as conn:
        assert not (await read_state(conn)).is_on
    async with reading_as(pool, UUID(int=1)) as conn:
        assert (await conn.fetchrow("SELECT current_user"))[0] == PLAIN
    admin = await asyncpg.connect(settings.database_url)
    await admin.execute(f"GRANT hexhaul_merchant TO {PLAIN}")  # as the README tells the DBA
    async with pool.connection() as conn:
        await conn.execute("SELECT admit_merchants()")
        assert (await read_state(conn)).is_on
    async with reading_as(pool, UUID(int=1)) as conn:
        assert (await conn.fetchrow("SELECT current_user"))[0] == "hexhaul_merchant"
    await admin.execute(f"REVOKE hexhaul_merchant FROM {PLAIN}")
    await admin.close()
    await pool.close()
