"""The day from tick to tick, with the real engine."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ground import IS_DROPOFF, SINCE_S, survey
from matching.params import Params
from matching.plan import Plan
from matching.snapshot import Snapshot, check
from matching.solve import solve
from matching.walk import settle
from service.simulation.virtual.arrays import Instant, arrange, grid_of
from service.simulation.virtual.day import Day
from service.simulation.virtual.demand import Expected
from service.simulation.virtual.journal import Journal
from service.simulation.virtual.policy import params_of
from service.simulation.virtual.trip import Trip, pass_time
from service.simulation.virtual.world import Rules, World, play
from tests.unit.simulation.virtual.days import (
    MINUTE_S,
    PLACES_COUNT,
    make_courier,
    make_day,
    make_order,
)

PARAMS = params_of(tick_s=60.0)
RULES = Rules(params=PARAMS, live_orders_max=8)


def delivered(journal: Journal) -> set[int]:
    return {row for visit in journal.visits if not visit.is_pickup for row in visit.orders}


@st.composite
def days(draw: st.DrawFn) -> Day:
    place = st.integers(0, PLACES_COUNT - 1)
    orders = []
    for row in range(draw(st.integers(1, 7))):
        placed = draw(st.integers(0, 40))
        orders.append(
            make_order(
                f"o{row}",
                pickup=draw(st.sampled_from((2, 5, 9))),
                dropoff=draw(place),
                placed=placed,
                ready=placed + draw(st.integers(0, 25)),
            )
        )
    couriers = tuple(
        make_courier(f"c{row}", start=draw(place), on=draw(st.integers(0, 20)))
        for row in range(draw(st.integers(1, 3)))
    )
    return make_day(*orders, couriers=couriers)


def test_everything_is_delivered_where_there_is_time() -> None:
    day = make_day(
        make_order("a", pickup=3, dropoff=5, placed=1.0, ready=20.0),
        make_order("b", pickup=3, dropoff=8, placed=4.0, ready=22.0),
        make_order("c", pickup=9, dropoff=2, placed=8.0, ready=30.0),
    )
    assert delivered(play(day, RULES).journal) == {0, 1, 2}


def test_nothing_is_known_before_it_is_placed() -> None:
    seen_s = list[float]()

    def watching(snapshot: Snapshot, params: Params) -> Plan:
        seen_s.extend(snapshot.job_age_s)
        return solve(snapshot, params)

    day = make_day(make_order("a", pickup=3, dropoff=5, placed=7.5, ready=9.0))
    played = play(day, RULES, solver=watching)
    assert min(seen_s) == 0.5 * MINUTE_S
    assert played.journal.first_offered_s[0] >= 8.0 * MINUTE_S


def test_no_courier_is_asked_twice_for_the_same_order() -> None:
    day = make_day(make_order("a", pickup=3, dropoff=5, ready=1.0))
    ends = set[bool]()
    for seed in range(12):
        rules = Rules(params=PARAMS, live_orders_max=8, acceptance_share_min=0.0, seed=seed)
        journal = play(day, rules).journal
        assert journal.offers_count == {0: 1}
        ends.add(0 in delivered(journal))
    assert ends == {True, False}


def test_nobody_is_given_more_than_the_room_for_live_orders() -> None:
    orders = [make_order(f"o{row}", pickup=3, dropoff=4 + row, ready=5.0) for row in range(5)]
    journal = play(make_day(*orders), Rules(params=PARAMS, live_orders_max=2)).journal
    assert delivered(journal) == set(range(5))
    assert max(len(visit.orders) for visit in journal.visits) <= 2


def test_couriers_work_only_within_their_shifts() -> None:
    couriers = (make_courier("c", on=10.0, off=30.0),)
    day = make_day(
        make_order("a", pickup=1, dropoff=2, placed=0.0, ready=0.0),
        make_order("b", pickup=1, dropoff=2, placed=0.0, ready=45.0),
        couriers=couriers,
    )
    journal = play(day, RULES).journal
    assert delivered(journal) == {0}
    assert journal.moves[0].departed_s >= 10.0 * MINUTE_S


def test_who_comes_soon_is_planned_with_and_leaves_when_its_shift_begins() -> None:
    near_and_late, far = make_courier("near", start=3, on=12.0), make_courier("far", start=11)
    orders = (make_order("a", pickup=3, dropoff=5, placed=0.0, ready=16.0),)
    day = make_day(*orders, couriers=(near_and_late, far))
    rules = replace(RULES, shift_known_s=600.0)
    first, knowing = (play(day, r).journal for r in (RULES, rules))
    assert (first.visits[0].courier, knowing.visits[0].courier) == (1, 0)
    near = [move for move in knowing.moves if move.courier == 0]
    assert near[0].departed_s >= 12.0 * MINUTE_S


@settings(max_examples=30, deadline=None)
@given(day=days(), at=st.integers(1, 70))
def test_the_engine_expects_what_will_happen(day: Day, at: int) -> None:
    world = World(day, RULES)
    for minute in range(at):
        world.tick(minute * MINUTE_S)
    now_s = at * MINUTE_S
    for trip in world.trips:
        pass_time(trip, day, Journal(), until_s=now_s)
    busy = [trip for trip in world.trips if trip.stops]
    snapshot, stops = arrange(grid_of(day), instant_of(busy, now_s))
    ground = survey(check(snapshot), PARAMS)
    settle(ground)
    expected_s = {
        stop.order: now_s + ground.places[row, SINCE_S]
        for row, stop in enumerate(stops)
        if ground.places[row, IS_DROPOFF]
    }
    journal = Journal()
    for trip in busy:
        pass_time(trip, day, journal, until_s=np.inf)
    visits = [visit for visit in journal.visits if not visit.is_pickup]
    happened_s = {order: visit.start_s for visit in visits for order in visit.orders}
    assert happened_s == pytest.approx(expected_s)


def instant_of(trips: list[Trip], now_s: float) -> Instant:
    return Instant(
        now_s=now_s,
        trips=trips,
        orders=[],
        room_max=8,
        acceptance_share=[1.0] * len(trips),
        declined_by={},
        last_plan={},
        expected=Expected(np.empty(0, np.int64), np.empty(0)),
    )
