"""A tick on real servers and the roads of central Portland, where a river divides the city."""

import asyncio
from contextlib import AsyncExitStack

import msgspec
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.dispatch.market_travel import MarketTravel
from service.dispatch.memory import Memory
from service.dispatch.run import run_dispatch
from service.dispatch.tick import tick
from service.domain.geo import Point, distance_m
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.travel.opening import open_source
from tests.unit.travel.road_makers import PORTLAND, needs_portland

pytestmark = needs_portland

PICKUP = Point(45.4985, -122.6700)  # at the west bank
DROPOFF = Point(45.5060, -122.6790)
EAST_BANK = Point(45.4985, -122.6560)  # 1.1 km by line, 3.6 km by the bridges
WEST_BANK = Point(45.5120, -122.6760)  # 1.6 km by line, 1.9 km by road


@pytest.fixture
async def market(runtime):
    """A market around the centre of Portland."""
    request = MarketRequest(
        market_id=MarketId("portland"),
        name="Portland",
        currency="USD",
        timezone="America/Los_Angeles",
        center=Point(45.519, -122.665),
        service_radius_m=6_000.0,
        policy=Policy(),
    )
    assert await create_market(runtime, request)
    return request.market_id


@pytest.fixture
async def tick_by(runtime, warrant, show, quarantine, recorder):
    """Let one tick pass with the source of travel times that the settings name."""
    stack = AsyncExitStack()

    async def run(**changes):
        settings = msgspec.structs.replace(runtime.settings, **changes)
        source = await stack.enter_async_context(open_source(settings))
        travel = MarketTravel(msgspec.structs.replace(runtime, settings=settings), source)
        keeping = asyncio.create_task(travel.keep())
        stack.callback(keeping.cancel)
        await show()
        return await tick(
            runtime,
            warrant,
            tick_s=1.0,
            quarantine=quarantine,
            recorder=recorder,
            memory=Memory(),
            travel_of=travel.of_tick,
        )

    yield run
    await stack.aclose()


@pytest.fixture
async def both_banks(courier_ids, go_online, stand, post):
    """A job on the west bank, and a courier on either; return the ids: east, west."""
    for courier_id, place in zip(courier_ids, (EAST_BANK, WEST_BANK), strict=False):
        await go_online(courier_id)
        await stand(courier_id, place)
    await post(pickup=PICKUP, dropoff=DROPOFF)
    return courier_ids[:2]


async def test_by_line_the_job_goes_to_the_courier_across_the_river(
    both_banks, tick_by, open_offers
):
    summary = await tick_by(travel="straight")
    (offer,) = await open_offers()
    assert offer.courier_id == both_banks[0]
    assert (summary.travel_source, summary.travel_road_share) == ("straight", 0.0)


async def test_by_road_it_goes_to_the_courier_on_the_same_bank(
    conn, both_banks, tick_by, open_offers
):
    summary = await tick_by(travel="graph", travel_graph=str(PORTLAND), travel_budget_s=30.0)
    (offer,) = await open_offers()
    assert offer.courier_id == both_banks[1]
    to_pickup, to_dropoff = offer.legs
    assert to_pickup.distance_m == pytest.approx(1_940.0, abs=150.0)
    assert to_dropoff.distance_m > 1.5 * distance_m(PICKUP, DROPOFF)
    ride_s = (to_pickup.arrival_at - offer.created_at).total_seconds()
    assert ride_s == pytest.approx(to_pickup.distance_m / 4.5, abs=15.0)
    assert (summary.travel_source, summary.travel_is_degraded) == ("graph", False)
    assert summary.travel_road_share > 0.9
    recorded = await conn.fetchval("SELECT summary::text FROM tick")
    assert msgspec.json.decode(recorded)["travel_source"] == "graph"


async def test_the_dispatch_process_goes_by_the_road_file_that_it_is_given(
    runtime, both_banks, show, until, open_offers
):
    settings = msgspec.structs.replace(
        runtime.settings, travel="graph", travel_graph=str(PORTLAND), travel_budget_s=30.0
    )
    await show()
    stop = asyncio.Event()
    process = asyncio.create_task(
        run_dispatch(msgspec.structs.replace(runtime, settings=settings), stop)
    )
    (offer,) = await until(open_offers)
    assert offer.courier_id == both_banks[1]
    stop.set()
    await process


async def test_with_a_routing_server_away_the_tick_goes_by_line_and_says_so(
    both_banks, tick_by, open_offers
):
    summary = await tick_by(
        travel="osrm",
        travel_url="http://127.0.0.1:9",
        travel_failures_count_max=1,
        travel_budget_s=5.0,
    )
    (offer,) = await open_offers()
    assert offer.courier_id == both_banks[0]
    assert (summary.travel_source, summary.travel_road_share) == ("osrm", 0.0)
    assert summary.travel_is_degraded
