"""Roads as a tick sees them: a river with one bridge far in the north."""

import asyncio
from contextlib import asynccontextmanager

import numpy as np
import pytest
from msgspec.structs import replace

from service.dispatch.arrays import arrange
from service.dispatch.decide import plan
from service.dispatch.params import params_of
from service.dispatch.road_travel import RoadTravel
from service.dispatch.rows import DemandPlace
from service.dispatch.travel import StraightLine
from service.domain.geo import Point, distance_m
from service.domain.policy import SPEED_MPS, Policy
from service.domain.vocabulary import Vehicle
from service.settings import Settings
from service.travel.graph import RoadGraph
from service.travel.guard import GuardedSource
from service.travel.road_file import read_road_file
from service.travel.ways import Ways
from tests.unit.dispatch.makers import make_gathered, make_open_job, make_seen
from tests.unit.domain.makers import GRABEN, NASCHMARKT, make_market
from tests.unit.travel.road_makers import line, write_roads

EAST_DEG = 0.005  # 370 m: the other bank
BRIDGE_NORTH_DEG = 0.02  # 2.2 km
SETTINGS = Settings(database_url="unused", redis_url="unused", travel_budget_s=30.0)
UNCORRECTED = dict.fromkeys(Vehicle, 1.0)


def bank(east_deg):
    """Return a street along the river, with a corner every 56 m."""
    return [
        Point(GRABEN.lat_deg + north / 2_000.0, GRABEN.lng_deg + east_deg)
        for north in range(-40, 41)
    ]


@pytest.fixture
def source(tmp_path):
    bridge = [
        Point(GRABEN.lat_deg + BRIDGE_NORTH_DEG, GRABEN.lng_deg + east_deg)
        for east_deg in (0.0, EAST_DEG)
    ]
    path = write_roads(tmp_path / "roads", line(*bank(0.0)), line(*bank(EAST_DEG)), line(*bridge))
    return GuardedSource(RoadGraph(read_road_file(path)), SETTINGS)


@asynccontextmanager
async def roads(source, *, settings=SETTINGS, road_ratio=UNCORRECTED, speeds_mps=SPEED_MPS):
    """Yield the travel times of a tick, while its market asks for roads."""
    ways = Ways(source, settings)
    keeping = asyncio.create_task(ways.keep())
    yield RoadTravel(ways, Policy(), settings, speeds_mps=speeds_mps, road_ratio=road_ratio)
    keeping.cancel()


# one courier in sight of the pickup, but over the river; the other on its own bank
ACROSS = make_seen(1, east_deg=EAST_DEG)
ALONG = make_seen(2, north_m=-1_500.0)
SOUTH = make_open_job(dropoff_lat_deg=GRABEN.lat_deg - 0.018, dropoff_lng_deg=GRABEN.lng_deg)
GATHERED = make_gathered([SOUTH], [ACROSS, ALONG])


async def decide_by(travel):
    market = make_market()
    arranged = arrange(GATHERED, market.policy)
    arranged = arranged._replace(snapshot=await travel.measure(arranged.snapshot))
    decided = plan(arranged, market, params=params_of(market.policy, tick_s=1.0), travel=travel)
    return [proposal.courier_id for proposal in decided.proposals]


async def test_by_straight_line_the_courier_across_the_river_is_chosen():
    assert await decide_by(StraightLine(Policy())) == [ACROSS.entry.courier_id]


async def test_by_road_the_courier_on_this_bank_is_chosen(source):
    async with roads(source) as travel:
        assert await decide_by(travel) == [ALONG.entry.courier_id]
        report = travel.report()
    assert (report.source, report.road_share, report.is_degraded) == ("graph", 1.0, False)


async def measured(travel, gathered=GATHERED):
    return await travel.measure(arrange(gathered, Policy()).snapshot)


async def test_the_engine_is_told_metres_at_each_couriers_own_speed(source):
    gathered = make_gathered([SOUTH], [ALONG, make_seen(3, vehicle=Vehicle.CAR)])
    async with roads(source) as travel:
        snapshot = await measured(travel, gathered)
        way_s = travel.way_s(ALONG.place, GRABEN, vehicle=Vehicle.BIKE)
    told = snapshot.travel.roads
    bike = told.table_m[told.courier_table[0], told.courier_node[0], told.pickup_node[0]]
    assert bike / snapshot.courier_speed_mps[0] == pytest.approx(way_s, abs=0.5)
    car = told.table_m[told.courier_table[1], told.pickup_node[0], told.dropoff_node[0]]
    rides_m = travel.way_m(GRABEN, dropoff_of(SOUTH), vehicle=Vehicle.CAR)
    assert car / snapshot.courier_speed_mps[1] == pytest.approx(rides_m / 10.0, rel=0.01)


def dropoff_of(job):
    return Point(job.dropoff_lat_deg, job.dropoff_lng_deg)


async def test_the_ways_of_one_bank_are_as_long_as_the_street(source):
    async with roads(source) as travel:
        await measured(travel)
        along_m = travel.way_m(ALONG.place, GRABEN, vehicle=Vehicle.BIKE)
        across_m = travel.way_m(ACROSS.place, GRABEN, vehicle=Vehicle.BIKE)
        across_s = travel.way_s(ACROSS.place, GRABEN, vehicle=Vehicle.BIKE)
    assert along_m == pytest.approx(1_500.0, abs=150.0)
    assert across_m == pytest.approx(2.0 * 2_224.0 + 370.0, abs=150.0)
    assert across_s == pytest.approx(across_m / SPEED_MPS[Vehicle.BIKE], rel=0.01)


async def test_what_was_learned_makes_roads_and_lines_longer(source):
    slow = dict.fromkeys(Vehicle, 1.5)
    halved = {vehicle: speed_mps / 2.0 for vehicle, speed_mps in SPEED_MPS.items()}
    async with roads(source, road_ratio=slow, speeds_mps=halved) as travel:
        snapshot = await measured(travel)
        way_s = travel.way_s(ALONG.place, GRABEN, vehicle=Vehicle.BIKE)
        way_m = travel.way_m(ALONG.place, GRABEN, vehicle=Vehicle.BIKE)
        line_s = travel.way_s(GRABEN, NASCHMARKT, vehicle=Vehicle.BIKE)
    told = snapshot.travel.roads
    engine_m = told.table_m[0, told.courier_node[1], told.pickup_node[0]]
    assert snapshot.courier_speed_mps == pytest.approx([2.25, 2.25])
    assert engine_m / 2.25 == pytest.approx(way_s, abs=0.5)
    assert way_s == pytest.approx(1.5 * way_m / 4.5)
    assert line_s == pytest.approx(1.3 * distance_m(GRABEN, NASCHMARKT) / 2.25)


async def test_a_place_that_was_not_measured_is_a_straight_line(source):
    away = Point(GRABEN.lat_deg + 0.1, GRABEN.lng_deg)
    async with roads(source) as travel:
        await measured(travel)
        assert travel.way_m(GRABEN, away, vehicle=Vehicle.BIKE) == pytest.approx(
            1.3 * distance_m(GRABEN, away)
        )


async def test_within_a_cell_it_is_a_straight_line(source):
    near = Point(GRABEN.lat_deg + 0.0001, GRABEN.lng_deg)
    async with roads(source) as travel:
        snapshot = await measured(travel)
        assert travel.way_m(GRABEN, near, vehicle=Vehicle.BIKE) == pytest.approx(
            1.3 * distance_m(GRABEN, near)
        )
    assert np.isnan(snapshot.travel.roads.table_m.diagonal(axis1=1, axis2=2)).all()


class AbsentSource:
    """A source that nobody ever hears from."""

    name = "absent"

    async def table(self, *_):
        await asyncio.Event().wait()


async def test_without_an_answer_all_are_straight_lines_and_that_is_said():
    hasty = replace(SETTINGS, travel_budget_s=0.0)
    async with roads(GuardedSource(AbsentSource(), hasty), settings=hasty) as travel:
        assert await decide_by(travel) == [ACROSS.entry.courier_id]
        report = travel.report()
    assert (report.source, report.road_share, report.is_degraded) == ("absent", 0.0, False)


@pytest.mark.parametrize("couriers", [[], [ALONG]])
async def test_where_there_is_no_job_there_are_no_ways_to_measure(source, couriers):
    """So are ticks that only look for hints."""
    market = make_market()
    gathered = make_gathered([], couriers, demand=(DemandPlace(GRABEN.lat_deg, 16.37, 20.0),))
    arranged = arrange(gathered, market.policy)
    async with roads(source) as travel:
        arranged = arranged._replace(snapshot=await travel.measure(arranged.snapshot))
        decided = plan(arranged, market, params=params_of(market.policy, tick_s=1.0), travel=travel)
    assert travel.report().road_share == 1.0
    assert [hint.courier_id for hint in decided.hints] == [
        courier.entry.courier_id for courier in couriers
    ]
