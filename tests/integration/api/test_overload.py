"""Too much to do: what goes first goes on, the rest is told so before anything of it is read."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import pytest
from msgspec.structs import replace

from service.api import process
from service.api.priority import LIMITS, Limits, Priority, shares_of
from service.api.process import api_process
from service.api.readiness import LOOKED_S, Readiness
from service.domain.errors import LockContentionError, UnavailableError
from tests.integration.api.conftest import JOB, PATIENCE_S, client_of, running_api
from tests.integration.api.talk import resumed
from tests.integration.api.test_rest import check_problem
from tests.integration.waiting import until_waiting

NO_PLACE = Limits(served_count_max=1, waiting_count_max=0, wait_s_max=0.0)


@asynccontextmanager
async def all_held(pool, count):
    """All connections of a share are lent while the block runs."""
    async with AsyncExitStack() as stack:
        for _ in range(count):
            await stack.enter_async_context(pool.connection())
        yield


@pytest.fixture
async def crowded(runtime, keys, monkeypatch):
    """Clients of an api in which some classes have no place, by name, merchant and ops."""
    async with AsyncExitStack() as stack:

        async def open_with(*classes):
            limits = LIMITS | dict.fromkeys(classes, NO_PLACE)
            monkeypatch.setattr(process, "LIMITS", limits)
            address = await stack.enter_async_context(running_api(runtime))
            merchant = await stack.enter_async_context(client_of(address, keys[0]))
            ops = await stack.enter_async_context(client_of(address, keys[-1]))
            return address, merchant, ops

        yield open_with


async def test_reads_that_have_no_place_are_refused_and_changes_go_on(crowded):
    _, merchant, ops = await crowded(Priority.READ)
    for refused in (await merchant.get("/v1/jobs"), await ops.get("/v1/ops/market")):
        check_problem(refused, 503, "overloaded")
        assert refused.headers["retry-after"] == "1"
    posted = await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": "k"})
    assert posted.status_code == 201
    path = f"/v1/jobs/{posted.json()['id']}/cancellation"
    canceled = await merchant.post(path, json={"reason": "duplicate_job"})
    assert canceled.status_code == 200


async def test_jobs_in_hand_go_on_while_no_new_ones_are_taken(crowded, post_by, conn):
    job_id = await post_by("k")
    _, merchant, ops = await crowded(Priority.CHANGE)
    refused = await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": "l"})
    check_problem(refused, 503, "overloaded")
    assert await conn.fetchval("SELECT count(*) FROM job") == 1
    canceled = await ops.post(
        f"/v1/ops/jobs/{job_id}/cancellation", json={"reason": "duplicate_job"}
    )
    assert canceled.status_code == 200


async def test_nothing_is_read_of_who_has_no_place(crowded, keys):
    address, *_ = await crowded(Priority.CHANGE)
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /v1/jobs HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer nobody\r\n"
        "Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 900\r\n\r\n"
    )
    writer.write(head.encode())  # and nothing of the body
    await writer.drain()
    async with asyncio.timeout(PATIENCE_S):
        status = await reader.readline()
    assert status.split()[1] == b"503"
    writer.close()


async def test_a_body_that_trickles_holds_no_place(runtime, keys, monkeypatch):
    one = Limits(served_count_max=1, waiting_count_max=1, wait_s_max=1.0)
    monkeypatch.setattr(process, "LIMITS", LIMITS | {Priority.CHANGE: one})
    async with running_api(runtime) as address, client_of(address, keys[0]) as merchant:
        begun = asyncio.Event()

        async def trickle():
            yield b"{"
            begun.set()
            await asyncio.sleep(PATIENCE_S)

        headers = {"Content-Type": "application/json", "Idempotency-Key": "slow"}
        slow = asyncio.create_task(
            merchant.post("/v1/jobs", content=trickle(), headers=headers, timeout=PATIENCE_S)
        )
        await begun.wait()
        posted = await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": "k"})
        assert posted.status_code == 201
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)


async def test_the_process_is_seen_to_live_however_much_there_is_to_do(crowded):
    _, merchant, _ = await crowded(*LIMITS)
    for path in ("/health/live", "/health/ready"):
        assert (await merchant.get(path)).status_code == 200


async def test_who_is_too_busy_to_ask_postgres_is_of_use_and_says_so(runtime, keys, monkeypatch):
    asking = []

    def readiness_of(deciding):
        asking.append(deciding)
        return Readiness(deciding)

    monkeypatch.setattr(process, "Readiness", readiness_of)
    count = shares_of(runtime.settings.pool_connections_count_max)[Priority.DECIDE]
    async with running_api(runtime) as address, client_of(address, keys[0]) as merchant:
        async with all_held(asking[0].pool, count):
            ready = await merchant.get("/health/ready")
        assert (ready.status_code, ready.json()["degraded"]) == (200, ["postgres_late"])
        assert ready.json()["components"]["redis"] == "up"
        await asyncio.sleep(LOOKED_S)
        ready = await merchant.get("/health/ready")
        assert ready.json()["components"]["postgres"] == "up"


async def test_couriers_are_told_to_say_it_again(crowded, keys):
    address, *_ = await crowded(Priority.DECIDE)
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        await talk.say("set_status", ref="p", status="paused")
        await talk.hear("refused", ref="p", code="overloaded")


async def test_what_reads_hold_is_not_taken_from_what_changes(runtime, market):
    """The shares of the pool: with all of a class lent, others get theirs, and it gets no more."""
    api = api_process(runtime)
    shares = shares_of(runtime.settings.pool_connections_count_max)
    for priority in (Priority.CHANGE, Priority.READ, Priority.WATCH):
        async with all_held(api.runtimes[priority].pool, shares[priority]):
            with pytest.raises(UnavailableError):
                async with api.runtimes[priority].pool.connection():
                    pass
            deciding = api.runtimes[Priority.DECIDE].pool
            async with all_held(deciding, shares[Priority.DECIDE]):
                pass


@pytest.fixture
def post_by(runtime, keys):
    """Post a job with a key, through an api of its own; return its id."""

    async def post_one(key):
        async with running_api(runtime) as address, client_of(address, keys[0]) as merchant:
            posted = await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": key})
            return posted.json()["id"]

    return post_one


async def test_who_waits_for_a_row_in_vain_is_told_that_others_have_it(conn, merchant, post):
    job = await post()
    async with conn.transaction():
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", job["id"])
        refused = await merchant.post(
            f"/v1/jobs/{job['id']}/cancellation", json={"reason": "duplicate_job"}
        )
        check_problem(refused, 409, "lock_contention")
        assert refused.headers["retry-after"] == "1"
    canceled = await merchant.post(
        f"/v1/jobs/{job['id']}/cancellation", json={"reason": "duplicate_job"}
    )
    assert canceled.status_code == 200


async def test_decisions_that_wait_for_a_row_hold_nobody_up(
    runtime, keys, post_by, conn, monkeypatch
):
    job_id = await post_by("k")
    one = Limits(served_count_max=1, waiting_count_max=1, wait_s_max=PATIENCE_S)
    monkeypatch.setattr(process, "LIMITS", dict.fromkeys(LIMITS, one))
    async with (
        running_api(runtime) as address,
        client_of(address, keys[0]) as merchant,
        conn.transaction(),
        asyncio.TaskGroup() as group,
    ):
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", job_id)
        path, reason = f"/v1/jobs/{job_id}/cancellation", {"reason": "duplicate_job"}
        waiting = group.create_task(merchant.post(path, json=reason))
        await until_waiting(runtime, 1)
        assert (await merchant.get("/v1/jobs")).status_code == 200
        assert not waiting.done()


async def test_a_stranger_stands_in_no_line(conn, runtime, keys, monkeypatch):
    one = Limits(served_count_max=1, waiting_count_max=1, wait_s_max=PATIENCE_S)
    monkeypatch.setattr(process, "LIMITS", LIMITS | {Priority.READ: one})
    async with (
        running_api(runtime) as address,
        client_of(address, keys[0]) as merchant,
        conn.transaction(),
        asyncio.TaskGroup() as group,
    ):
        await conn.execute("LOCK TABLE job IN ACCESS EXCLUSIVE MODE")
        reading = group.create_task(merchant.get("/v1/jobs"))
        await until_waiting(runtime, 1)
        bad = {"Authorization": "Bearer nobody"}
        assert (await merchant.get("/v1/jobs", headers=bad)).status_code == 401
        assert not reading.done()


async def test_who_waits_for_an_answer_waits_for_a_lock_once(runtime, conn, market):
    attempts_count = 0

    async def work(held):
        nonlocal attempts_count
        attempts_count += 1
        await held.execute("SELECT FROM market FOR UPDATE")

    async with conn.transaction():
        await conn.execute("SELECT FROM market FOR UPDATE")
        with pytest.raises(LockContentionError) as refusal:
            await replace(runtime, is_hurried=True).attempt(work)
    assert (attempts_count, refusal.value.has_waited) == (1, True)


async def test_a_statement_that_takes_too_long_is_no_lock(runtime):
    with pytest.raises(UnavailableError):
        async with runtime.pool.connection() as held:
            await held.execute("SELECT pg_sleep(60)")


async def test_two_who_wait_for_one_another_are_found_out_and_tried_again(runtime, market):
    """A ring is no lock that is held: the one whom Postgres ends begins again."""
    other_id = uuid4()
    async with runtime.pool.connection() as held:
        await held.execute("CREATE TABLE pair (id int PRIMARY KEY, value uuid)")
        await held.execute("INSERT INTO pair VALUES (1), (2)")
    met = asyncio.Barrier(2)
    attempts_count = 0

    async def take(first, second):
        async def work(held):
            nonlocal attempts_count
            attempts_count += 1
            await held.execute("UPDATE pair SET value = $2 WHERE id = $1", first, other_id)
            if attempts_count <= 2:
                await met.wait()
            await held.execute("UPDATE pair SET value = $2 WHERE id = $1", second, other_id)

        await replace(runtime, is_hurried=True).attempt(work)

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(take(1, 2), take(2, 1))
    assert attempts_count == 3
