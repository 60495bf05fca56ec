"""What the api still does while a server behind it is away."""

import asyncio

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from matching.cells import cell_of
from service.actions.authenticate import authenticate
from service.api import courier_socket, principals
from service.api.positions import PositionWriter
from service.api.principals import Principals
from service.domain.errors import UnauthenticatedError
from service.live import keys as live_keys
from service.live.connect import open_redis
from service.live.positions import read_fixes
from service.live.records import LiveFix
from service.store import credentials
from service.store.pool import open_pool
from tests.integration.api.conftest import JOB, PATIENCE_S, running_api
from tests.integration.api.talk import resumed, talking
from tests.plain_http import PlainClient

WITHOUT_REDIS = ["redis_unavailable", "dispatch_down", "relay_down"]  # neither runs here


@pytest.fixture
async def without_redis(runtime, tmp_path):
    """The runtime, with nobody where Redis should be."""
    settings = replace(runtime.settings, redis_url=f"unix://{tmp_path}/nobody.sock")
    redis = open_redis(settings)
    yield replace(runtime, settings=settings, redis=redis)
    await redis.aclose()


@pytest.fixture
async def without_postgres(runtime):
    """The runtime, with a pool that has nobody to connect to any more."""
    pool = await open_pool(runtime.settings)
    await pool.close()
    return replace(runtime, pool=pool)


def bearer(key):
    return {"Authorization": f"Bearer {key.text}"}


async def test_who_leaves_in_the_middle_of_a_request_is_no_fault_of_ours(address, keys):
    host, port = address.split(":")
    head = (
        f"POST /v1/jobs HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {keys[0].text}\r\n"
        "Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 9\r\n\r\n"
    )
    with capture_logs() as logs:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode() + b"{")
        await writer.drain()
        writer.close()
        async with PlainClient(base_url=f"http://{address}") as client, asyncio.timeout(9):
            await writer.wait_closed()
            for _ in range(3):  # by then the first request is over
                assert (await client.get("/health/live")).status_code == 200
    assert [line for line in logs if line["event"] == "request_failed"] == []


async def test_without_redis_all_but_positions_and_tickets_goes_on(without_redis, keys, ids):
    async with (
        running_api(without_redis) as address,
        PlainClient(base_url=f"http://{address}") as client,
    ):
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["degraded"]) == (200, WITHOUT_REDIS)
        posted = await client.post(
            "/v1/jobs", json=JOB, headers=bearer(keys[0]) | {"Idempotency-Key": "k"}
        )
        assert posted.status_code == 201
        couriers = await client.get("/v1/ops/couriers", headers=bearer(keys[-1]))
        assert [courier["position_at"] for courier in couriers.json()["couriers"]] == [None] * 3
        ticket = await client.post("/v1/courier/tickets", headers=bearer(keys[1]))
        assert ticket.status_code == 503
        async with resumed(address, "/v1/courier", keys[1]) as talk:
            await talk.say("set_status", ref="s", status="paused")
            await talk.hear("refused", ref="s", code="invalid_state_transition")


async def test_positions_are_dropped_and_counted_without_redis(without_redis, market, ids):
    writer = PositionWriter(without_redis)
    task = asyncio.create_task(writer.run())
    for courier_id in ids * 2:
        fix = LiveFix(
            courier_id=courier_id, lat_deg=48.2, lng_deg=16.4, accuracy_m=5.0, received_at_ms=1
        )
        writer.put(market, fix)
    async with asyncio.timeout(PATIENCE_S):
        while writer.dropped_count == 0:  # noqa: ASYNC110  # nobody tells that it was dropped
            await asyncio.sleep(0.01)
    assert writer.dropped_count == len(ids)  # the newest of each
    task.cancel()


async def test_one_bad_cell_stops_no_positions_for_long(runtime, market, ids):
    writer = PositionWriter(runtime)
    task = asyncio.create_task(writer.run())
    cell = cell_of(48.2, 16.4, resolution=live_keys.CELL_RESOLUTION)
    bad = live_keys.couriers_in_cell(market, cell)
    await runtime.redis.execute("SET", bad, "poison")

    async def report(seq):
        for courier_id in ids:
            fix = LiveFix(
                courier_id=courier_id,
                lat_deg=48.2,
                lng_deg=16.4,
                accuracy_m=5.0,
                received_at_ms=1,
                seq=seq,
            )
            writer.put(market, fix)
        await asyncio.sleep(0.01)
        return await read_fixes(runtime.redis, market, ids)

    async with asyncio.timeout(PATIENCE_S):
        seq = 1
        while len(await report(seq)) < len(ids):
            seq += 1
    assert seq > 1
    task.cancel()


async def test_without_postgres_the_answer_comes_soon_and_asks_to_come_again(
    without_postgres, keys
):
    async with (
        running_api(without_postgres) as address,
        PlainClient(base_url=f"http://{address}", timeout=5.0) as client,
    ):
        answer = await client.get("/v1/jobs", headers=bearer(keys[0]))
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        assert (await client.get("/health/live")).status_code == 200
        async with talking(address, "/v1/courier", keys[1]) as talk:
            assert await talk.close_code() == 1013


@pytest.fixture
async def tasks():
    """Starts tasks that end with the test."""
    async with asyncio.TaskGroup() as group:
        started = []
        yield lambda work: started.append(group.create_task(work))
        for task in started:
            task.cancel()


def principals_of(runtime, tasks):
    known = Principals(runtime)
    tasks(known.run())
    return known


async def test_a_revoked_key_is_good_for_seconds_only(runtime, keys, monkeypatch, tasks):
    known = principals_of(runtime, tasks)
    principal = await known.find(keys[0].text, address=None)
    assert principal == await authenticate(runtime, key_text=keys[0].text)
    async with runtime.pool.connection() as conn:
        await credentials.revoke_credential(conn, credential_id=keys[0].credential_id)
    assert await known.find(keys[0].text, address=None) == principal
    monkeypatch.setattr(principals, "monotonic_s", lambda: float("inf"))
    with pytest.raises(UnauthenticatedError):
        await known.find(keys[0].text, address=None)


async def test_no_more_keys_are_remembered_than_the_limit(runtime, keys, monkeypatch, tasks):
    monkeypatch.setattr(principals, "REMEMBERED_COUNT_MAX", 1)
    known = principals_of(runtime, tasks)
    await known.find(keys[0].text, address=None)
    await known.find(keys[1].text, address=None)
    async with runtime.pool.connection() as conn:
        await credentials.revoke_credential(conn, credential_id=keys[0].credential_id)
    with pytest.raises(UnauthenticatedError):
        await known.find(keys[0].text, address=None)


async def test_a_fault_of_ours_ends_one_connection_and_no_other(address, keys, monkeypatch):
    async def fail(*_, **__):
        raise ZeroDivisionError

    async with resumed(address, "/v1/courier", keys[1]) as other:
        monkeypatch.setattr(courier_socket, "read_standing", fail)
        async with talking(address, "/v1/courier", keys[2]) as talk:
            await talk.say("resume")
            assert await talk.close_code() == 1011
        await other.say("set_status", ref="s", status="paused")
        await other.hear("refused", ref="s")
