"""A console is shown the part of the map that it watches, and nothing else is read for it."""

import asyncio
import random
from uuid import UUID

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from matching.cells import cell_of, parent_of
from service.client.rest import Rest, open_http
from service.domain.ids import CourierId
from service.live import positions
from service.live.connect import open_redis
from service.live.keys import CELL_RESOLUTION
from service.live.records import LiveFix
from service.simulation.clients.operator import OperatorClient
from tests.integration.api.conftest import JOB, PATIENCE_S, running_api
from tests.integration.api.talk import on_duty, resumed
from tests.plain_http import PlainClient

WEST = {"south_deg": 48.19, "west_deg": 16.33, "north_deg": 48.21, "east_deg": 16.36}
EAST = WEST | {"west_deg": 16.38, "east_deg": 16.41}
REGION = {"south_deg": 47.5, "west_deg": 15.5, "north_deg": 49.0, "east_deg": 17.5}
FEED = "/v1/ops/feed"


@pytest.fixture
async def runtime(runtime):
    """A runtime in a hurry."""
    settings = replace(runtime.settings, view_round_s=0.02, view_census_s=0.02)
    return replace(runtime, settings=settings)


def fix(number, *, lng_deg, lat_deg=48.2, at_ms=1_000):
    return LiveFix(
        courier_id=CourierId(UUID(int=number)),
        lat_deg=lat_deg,
        lng_deg=lng_deg,
        accuracy_m=5.0,
        received_at_ms=at_ms,
        seq=at_ms,
    )


async def watch(feed, box, *, zoom=15):
    await feed.say("watch", zoom=zoom, frames_per_s=4, **box)


def who(frame):
    return [UUID(position["courier_id"]).int for position in frame.get("positions", ())]


def gone(frame):
    return [UUID(courier_id).int for courier_id in frame.get("gone", ())]


async def test_each_console_sees_the_couriers_in_its_own_box(runtime, market, address, keys):
    fixes = [fix(1, lng_deg=16.35), fix(2, lng_deg=16.39), fix(3, lng_deg=16.37)]
    await positions.write_fixes(runtime.redis, market, fixes)
    async with resumed(address, FEED, keys[-1]) as west, resumed(address, FEED, keys[-1]) as east:
        await watch(west, WEST)
        await watch(east, EAST)
        assert who(await west.hear("positions", is_whole=True)) == [1]
        assert who(await east.hear("positions", is_whole=True)) == [2]
        # Who crosses over is gone here and comes up there.
        moved = [fix(1, lng_deg=16.40, at_ms=2_000)]
        await positions.write_fixes(runtime.redis, market, moved)
        left, come = await west.hear("positions"), await east.hear("positions")
        assert (who(left), gone(left)) == ([], [1])
        assert (who(come), gone(come)) == ([1], [])
        assert "is_whole" not in come
        # Looking elsewhere begins anew.
        await watch(west, EAST)
        assert sorted(who(await west.hear("positions", is_whole=True))) == [1, 2]


async def test_who_goes_off_duty_or_falls_silent_is_gone(runtime, market, address, keys):
    fixes = [fix(number, lng_deg=16.35, at_ms=number) for number in (1, 2, 3)]
    await positions.write_fixes(runtime.redis, market, fixes)
    async with resumed(address, FEED, keys[-1]) as feed:
        await watch(feed, WEST)
        await feed.hear("positions", is_whole=True)
        await positions.forget(runtime.redis, market, [fixes[2].courier_id])
        assert gone(await feed.hear("positions")) == [3]
        await positions.evict(runtime.redis, market, older_than_ms=2)
        assert gone(await feed.hear("positions")) == [1]


@pytest.mark.usefixtures("relay")
async def test_a_courier_is_seen_from_another_process_and_no_more_when_offline(
    runtime, address, keys, ids
):
    async with (
        running_api(runtime) as elsewhere,
        resumed(elsewhere, FEED, keys[-1]) as feed,
        on_duty(runtime, address, keys[1]) as talk,
    ):
        await watch(feed, WEST)
        await feed.hear("positions", is_whole=True)
        await talk.say("report_position", seq=1, lat_deg=48.2, lng_deg=16.35)
        (seen,) = (await feed.hear("positions"))["positions"]
        assert (seen["courier_id"], seen["lat_deg"], seen["lng_deg"]) == (str(ids[0]), 48.2, 16.35)
        await talk.say("set_status", status="offline")
        assert gone(await feed.hear("positions")) == [ids[0].int]


@pytest.mark.usefixtures("relay")
async def test_far_out_the_counts_are_those_of_the_index(runtime, market, address, keys, post):
    now_ms = int(runtime.clock.now().timestamp() * 1_000)  # or the relay would evict them
    fixes = [
        fix(n, lat_deg=48.1 + n / 50, lng_deg=16.3 + n / 70, at_ms=now_ms) for n in range(1, 8)
    ]
    await positions.write_fixes(runtime.redis, market, fixes)
    async with resumed(address, FEED, keys[-1]) as feed:
        await watch(feed, REGION, zoom=10)
        cells = {}
        for _ in range(3):
            await post()
        await post(pickup=JOB["pickup"] | {"lat_deg": 48.12})
        while sum(cell["open_jobs_count"] for cell in cells.values()) < 4:
            frame = await feed.hear("cells", resolution=6)
            cells |= {cell["cell"]: cell for cell in frame.get("cells", ())}
    expected = {}
    for one in fixes:
        cell = cell_of(one.lat_deg, one.lng_deg, resolution=CELL_RESOLUTION)
        parent = f"{parent_of(cell, resolution=6):x}"
        expected[parent] = expected.get(parent, 0) + 1
    assert len(expected) > 1
    told = {id: cell["couriers_count"] for id, cell in cells.items() if cell["couriers_count"]}
    assert told == expected
    for cell in cells.values():
        assert cell["longest_wait_s"] >= cell["mean_wait_s"] >= 0


async def test_without_a_watch_nothing_is_sent_and_nothing_read(runtime, market, address, keys):
    async def reads_count():
        stats = await runtime.redis.execute("INFO", "commandstats")
        names = ("evalsha", "eval", "hgetall", "hvals", "hget", "hmget", "zrange")
        return sum(stats.get(f"cmdstat_{name}", {}).get("calls", 0) for name in names)

    await positions.write_fixes(runtime.redis, market, [fix(1, lng_deg=16.35)])
    async with (
        resumed(address, FEED, keys[-1]) as feed,
        resumed(address, "/v1/stream", keys[0]),
        PlainClient(base_url=f"http://{address}") as client,
    ):
        await runtime.redis.execute("CONFIG", "RESETSTAT")
        for _ in range(50):  # the time of several rounds
            await client.get("/health/live")
        assert await reads_count() == 0
        assert "positions" not in {message["type"] for message in feed.heard}
        await watch(feed, WEST)
        await feed.hear("positions")
        assert await reads_count() > 0
        await feed.say("unwatch")
        await feed.say("resume")
        await feed.hear("refused")  # by now nobody watches
        await positions.write_fixes(runtime.redis, market, [fix(2, lng_deg=16.35)])
        heard_count = sum(message["type"] == "positions" for message in feed.heard)
        for _ in range(50):
            await client.get("/health/live")
        await feed.say("resume")
        await feed.hear("refused")
        assert sum(message["type"] == "positions" for message in feed.heard) == heard_count


async def test_after_an_outage_of_redis_the_next_frame_is_whole(runtime, market, keys):
    await positions.write_fixes(runtime.redis, market, [fix(1, lng_deg=16.35)])
    impatient = replace(runtime.settings, redis_timeout_s=0.05)
    redis = open_redis(impatient)
    with capture_logs() as logs:
        async with (
            running_api(replace(runtime, settings=impatient, redis=redis)) as address,
            resumed(address, FEED, keys[-1]) as feed,
        ):
            await watch(feed, WEST)
            await feed.hear("positions", is_whole=True)
            await runtime.redis.execute("CLIENT", "PAUSE", 500, "ALL")
            assert who(await feed.hear("positions", is_whole=True)) == [1]
    await redis.aclose()
    told = [line["event"] for line in logs if line["event"].startswith("view_")]
    assert told[:2] == ["view_paused", "view_resumed"]


async def test_a_view_out_of_range_is_refused_and_merchants_have_no_map(address, keys):
    async with resumed(address, FEED, keys[-1]) as feed:
        await watch(feed, WEST, zoom=23)
        assert (await feed.hear("refused"))["code"] == "invalid_params"
    async with resumed(address, "/v1/stream", keys[0]) as merchant:
        await watch(merchant, WEST)
        assert (await merchant.hear("refused"))["code"] == "forbidden"


async def test_the_simulated_operator_watches_the_whole_city(runtime, market, address, keys):
    await positions.write_fixes(runtime.redis, market, [fix(1, lng_deg=16.35)])
    async with open_http(f"http://{address}") as http:
        rest = Rest(http, key=keys[-1].text, rng=random.Random(1))
        operator = OperatorClient(rest, rng=random.Random(1))
        running = asyncio.create_task(operator.run())
        async with asyncio.timeout(PATIENCE_S):
            while not operator.feed.cells:  # noqa: ASYNC110  # the feed tells nobody
                await asyncio.sleep(0.01)
        running.cancel()
    (cell,) = operator.feed.cells.values()
    assert (cell.couriers_count, cell.open_jobs_count) == (1, 0)
