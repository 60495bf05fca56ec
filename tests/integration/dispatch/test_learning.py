"""What finished legs teach: from the rows of real couriers to the speed that the engine is told."""

import asyncio
from datetime import timedelta

import numpy as np
import pytest

from service.actions.arrive_at_stop import arrive_at_stop
from service.actions.complete_stop import complete_stop
from service.dispatch.learning import Learner
from service.dispatch.market_travel import MarketTravel
from service.domain.courier import Fix
from service.domain.geo import Point, distance_m
from service.domain.lifecycle import StopKind
from service.domain.policy import SPEED_MPS, Policy
from service.domain.vocabulary import Vehicle
from service.runtime import read_market
from service.store import legs
from service.travel.correction import hour_of_week, timezone_of
from service.travel.guard import GuardedSource
from service.travel.source import Table

GRABEN = Point(48.2089, 16.3697)
NASCHMARKT = Point(48.1985, 16.3629)
RIDE_S = 900
PREDICTED_S = distance_m(GRABEN, NASCHMARKT) * 1.3 / SPEED_MPS[Vehicle.BIKE]
LONG_AGO = timedelta(days=365)


@pytest.fixture
def work(runtime, market):
    """Arrive at a stop, and complete it."""

    async def work_at(courier_id, stop):
        fix = Fix(point=stop.point, accuracy_m=5.0, received_at=runtime.clock.now())
        who = {"courier_id": courier_id, "market_id": market, "stop_id": stop.id}
        await arrive_at_stop(runtime, **who, fix=fix, policy=Policy())
        await complete_stop(runtime, **who)

    return work_at


@pytest.fixture
def deliver(conn, courier_ids, arrive_on_duty, post, run_tick, open_offers, accept, read, work):
    """Deliver a job, so that its courier rode for RIDE_S from the pickup to the drop-off."""

    async def deliver_one():
        await arrive_on_duty(courier_ids[0])
        job = await read(await post())
        await run_tick()
        await accept((await open_offers())[0])
        for kind in (StopKind.PICKUP, StopKind.DROPOFF):
            await work(courier_ids[0], (await read(job.id)).latest(kind))
        await conn.execute(
            "UPDATE stop SET arrived_at = arrived_at + make_interval(secs => $2),"
            " completed_at = completed_at + make_interval(secs => $2)"
            " WHERE job_id = $1 AND kind = 'dropoff'",
            job.id,
            RIDE_S,
        )
        return job.id

    return deliver_one


@pytest.fixture
def list_legs(runtime, market):
    async def listed(*, limit_count=100, since=LONG_AGO):
        async with runtime.pool.connection() as conn:
            return await legs.list_finished_legs(
                conn,
                market_id=market,
                since=runtime.clock.now() - since,
                limit_count=limit_count,
            )

    return listed


async def test_the_way_from_pickup_to_drop_off_is_a_leg(deliver, list_legs):
    await deliver()
    (leg,) = await list_legs()
    assert (leg.start, leg.end, leg.vehicle) == (GRABEN, NASCHMARKT, Vehicle.BIKE)
    assert (leg.arrived_at - leg.departed_at).total_seconds() == pytest.approx(RIDE_S, abs=2.0)


async def test_the_way_to_a_job_taken_on_later_is_none(conn, deliver, list_legs):
    await deliver()
    await conn.execute(
        "UPDATE assignment SET started_at = started_at + interval '1 minute',"
        " ended_at = started_at + interval '1 hour'"
    )
    assert await list_legs() == []


async def test_the_way_from_one_courier_to_another_is_none(conn, deliver, list_legs, courier_ids):
    await deliver()
    await conn.execute("UPDATE stop SET courier_id = $1 WHERE kind = 'pickup'", courier_ids[1])
    assert await list_legs() == []


async def test_the_way_from_a_stop_that_failed_is_a_leg_too(conn, deliver, list_legs):
    await deliver()
    await conn.execute(
        "UPDATE stop SET failed_at = completed_at, completed_at = NULL WHERE kind = 'pickup'"
    )
    assert len(await list_legs()) == 1


async def test_old_legs_and_those_over_the_limit_are_left_out(deliver, list_legs):
    await deliver()
    assert await list_legs(since=timedelta(hours=-1)) == []
    assert await list_legs(limit_count=1) == []  # of stops: one of them makes no leg


class EvenSource:
    """Roads on which every way takes three times as long as the straight line at 5 m/s."""

    name = "even"

    async def table(self, _profile, origins, destinations):
        metres = np.array([[distance_m(a, b) for b in destinations] for a in origins])
        return Table(3.0 * metres / 5.0, metres)


async def test_lines_and_roads_learn_each_from_their_own_errors(runtime, market, deliver):
    await deliver()
    async with runtime.pool.connection() as held:
        read = await read_market(held, market)
    now = runtime.clock.now()
    hour = hour_of_week(now, timezone_of(read.timezone))
    source = GuardedSource(EvenSource(), runtime.settings)
    learned = await Learner(runtime, source).learn(read, now + timedelta(seconds=RIDE_S))
    assert (learned.straight.rides_count, learned.roads.rides_count) == (1, 1)
    road_s = 3.0 * distance_m(GRABEN, NASCHMARKT) / 5.0
    assert PREDICTED_S < road_s < RIDE_S
    straight, roads = learned.straight.of(Vehicle.BIKE, hour), learned.roads.of(Vehicle.BIKE, hour)
    assert 1.0 < roads < straight


async def test_a_tick_goes_at_the_speeds_that_were_learned_before_it(
    runtime, market, deliver, until
):
    for _ in range(3):
        await deliver()
    async with runtime.pool.connection() as held:
        read = await read_market(held, market)
    travel = MarketTravel(runtime, None)
    keeping = asyncio.create_task(travel.keep())
    now = runtime.clock.now()
    before = travel.of_tick(read, now)
    assert before.way_s(GRABEN, NASCHMARKT, vehicle=Vehicle.BIKE) == pytest.approx(PREDICTED_S)

    async def is_learned():
        after = travel.of_tick(read, now)
        return after.way_s(GRABEN, NASCHMARKT, vehicle=Vehicle.BIKE) > PREDICTED_S * 1.05

    assert await until(is_learned)
    line = travel.of_tick(read, now)
    assert line.way_m(GRABEN, NASCHMARKT, vehicle=Vehicle.BIKE) == pytest.approx(
        1.3 * distance_m(GRABEN, NASCHMARKT)
    )
    keeping.cancel()
