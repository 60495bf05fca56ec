"""Prices and routes against the twin that tries every order, and the promises every route keeps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.costs import (
    AGE,
    COST_TERMS,
    COURIER_TIME,
    PICKUP_WAIT,
    acceptance_cost,
    fairness_cost,
    full_terms,
)
from matching.ground import survey
from matching.insertion import lay_routes, orders_count, price_pairs, quote
from matching.itinerary import walked
from matching.params import Params
from matching.plan import COMMITTED_STOP, NEW_PICKUP
from matching.units import sums_by_unit
from matching.walk import settle
from tests.unit.matching import twins
from tests.unit.matching.groups import units_of
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of

PARAMS = Params()
EXACT = settings(max_examples=60, deadline=None, derandomize=True)


def settled(snapshot, params):
    """Return the ground with the committed routes walked."""
    ground = survey(snapshot, params)
    settle(ground)
    return ground


def terms_of(snapshot, groups, quotes, params=PARAMS):
    """Return the terms of each quote."""
    units = units_of(groups)
    ground = settled(snapshot, params)
    tours = lay_routes(ground, units, quotes.unit, quotes.courier)
    age_s = sums_by_unit(units, snapshot.job_age_s)[quotes.unit]
    return full_terms(walked(ground, tours).terms, quotes.courier, age_s, snapshot, params)


def asking_cost(snapshot, courier):
    """Return the part of a cost that does not depend on the route."""
    cost = acceptance_cost(snapshot, PARAMS) + fairness_cost(snapshot, PARAMS)
    return cost[courier]


def quotes_of(snapshot, groups, couriers, params=PARAMS):
    """Return the quotes of every group of jobs with every courier given."""
    units = units_of(groups)
    pair_unit = np.repeat(np.arange(len(groups)), len(couriers))
    pair_courier = np.tile(np.array(couriers, np.int64), len(groups))
    return quote(settled(snapshot, params), units, pair_unit, pair_courier)


def extra_of(snapshot, groups, quotes):
    """Return the travel that each quote adds, seconds."""
    units = units_of(groups)
    return price_pairs(settled(snapshot, PARAMS), units, quotes.unit, quotes.courier)[1]


def routes_of(snapshot, groups, quotes):
    """Return (courier, [(kind, row)], arrivals) of each quote."""
    ground = settled(snapshot, PARAMS)
    tours = lay_routes(ground, units_of(groups), quotes.unit, quotes.courier)
    arrival_s = walked(ground, tours).arrival_s
    first = np.array((0, ground.stops_count, ground.stops_count + ground.jobs_count))
    kind = np.searchsorted(first, tours.place, side="right") - 1
    for p, courier in enumerate(tours.courier):
        part = slice(tours.start[p], tours.start[p + 1])
        stops = zip(kind[part].tolist(), (tours.place - first[kind])[part].tolist(), strict=True)
        yield int(courier), list(stops), arrival_s[part]


def visits_of(snapshot, courier, stops):
    """Return a planned route as the twin's visits."""
    committed = twins.committed_visits(snapshot, courier)
    begin = snapshot.route_start[courier]
    return [
        committed[row - begin]
        if kind == COMMITTED_STOP
        else twins.job_visits(snapshot, PARAMS, row)[0 if kind == NEW_PICKUP else 1]
        for kind, row in stops
    ]


@EXACT
@given(seed=st.integers(0, 2**32 - 1), jobs_count=st.integers(1, 2))
def test_a_quote_is_the_cheapest_of_all_orders(seed, jobs_count) -> None:
    snapshot = random_snapshot(seed, couriers_count=2, jobs_count=jobs_count)
    jobs = list(range(jobs_count))
    quotes = quotes_of(snapshot, [jobs], [0, 1])
    for courier in range(2):
        expected = twins.best(snapshot, PARAMS, courier, jobs)
        rows = np.flatnonzero(quotes.courier == courier)
        assert len(rows) == (0 if expected is None else 1)
        if expected is not None:
            cost = sum(expected.terms) + asking_cost(snapshot, courier)
            assert quotes.cost[rows[0]] == pytest.approx(cost, abs=1e-3)


@EXACT
@given(seed=st.integers(0, 2**32 - 1))
def test_three_jobs_for_an_idle_courier_are_ordered_exactly(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=1, jobs_count=3)
    idle = snapshot._replace(
        courier_load=np.zeros((1, 3)),
        courier_jobs_room=np.array([3]),
        route_start=np.zeros(2, np.int64),
        stop_deg=np.zeros((0, 2)),
        stop_is_pickup=np.zeros(0, np.bool_),
        stop_job=np.zeros(0, np.int64),
        stop_ready_s=np.zeros(0),
        stop_due_s=np.zeros(0),
        stop_access_s=np.zeros(0),
        stop_service_s=np.zeros(0),
        stop_is_unmixed=np.zeros(0, np.bool_),
        stop_load=np.zeros((0, 3)),
    )
    quotes = quotes_of(idle, [[0, 1, 2]], [0])
    expected = twins.best(idle, PARAMS, 0, [0, 1, 2])
    assert len(quotes.unit) == (0 if expected is None else 1)
    if expected is not None:
        cost = sum(expected.terms) + asking_cost(idle, 0)
        assert quotes.cost[0] == pytest.approx(cost, abs=1e-3)


@EXACT
@given(seed=st.integers(0, 2**32 - 1), jobs_count=st.integers(1, 4))
def test_a_planned_route_keeps_every_promise(seed, jobs_count) -> None:
    snapshot = random_snapshot(seed, couriers_count=6, jobs_count=jobs_count)
    groups = [list(range(jobs_count))]
    quotes = quotes_of(snapshot, groups, range(6))
    terms = terms_of(snapshot, groups, quotes)
    extra_s = extra_of(snapshot, groups, quotes)
    assert quotes.cost == pytest.approx(terms[:, :AGE].sum(axis=1), abs=1e-6)
    for p, (courier, stops, arrival_s) in enumerate(routes_of(snapshot, groups, quotes)):
        committed = [row for kind, row in stops if kind == COMMITTED_STOP]
        assert committed == list(
            range(snapshot.route_start[courier], snapshot.route_start[courier + 1])
        )
        for job in range(jobs_count):
            assert stops.index((NEW_PICKUP, job)) < stops.index((NEW_PICKUP + 1, job))
        visits = visits_of(snapshot, courier, stops)
        assert twins.is_feasible(snapshot, courier, visits)
        told = twins.evaluate(snapshot, PARAMS, courier, visits)
        assert arrival_s == pytest.approx(told.arrival_s, abs=1e-4)
        assert terms[p, : len(told.terms)] == pytest.approx(told.terms, abs=1e-3)
        assert extra_s[p] == pytest.approx(told.extra_s, abs=1e-4)


def test_many_jobs_for_a_busy_courier_go_in_one_by_one() -> None:
    stops = tuple(Stop((500.0 * i, 300.0), job=i) for i in range(8))
    courier = Courier(capacity=(50_000.0, 500.0, 20.0), stops=stops, jobs_room=4)
    jobs = [Job((600.0 * i, 0.0), (600.0 * i, 900.0)) for i in range(4)]
    snapshot = snapshot_of([courier], jobs)
    groups = [[0, 1, 2, 3]]
    assert orders_count(8, 4) > 2_520
    quotes = quotes_of(snapshot, groups, [0])
    ((_, route, _),) = routes_of(snapshot, groups, quotes)
    assert len(route) == 16
    assert twins.is_feasible(snapshot, 0, visits_of(snapshot, 0, route))


@pytest.mark.parametrize(
    ("stops_count", "jobs_count", "expected"),
    [(0, 1, 1), (0, 2, 6), (0, 3, 90), (0, 4, 2_520), (4, 1, 15), (2, 2, 90)],
)
def test_orders_are_counted_as_the_twin_enumerates_them(stops_count, jobs_count, expected) -> None:
    assert orders_count(stops_count, jobs_count) == expected


def test_an_idle_courier_is_charged_the_way_and_the_service() -> None:
    job = Job(
        (1_000.0, 0.0), (3_000.0, 0.0), pickup_service_s=60.0, dropoff_service_s=30.0, age_s=100.0
    )
    snapshot = snapshot_of([Courier(speed_mps=5.0)], [job])
    quotes = quotes_of(snapshot, [[0]], [0])
    terms = dict(zip(COST_TERMS, terms_of(snapshot, [[0]], quotes)[0], strict=True))
    assert terms == pytest.approx(
        {
            "pickup_wait": PARAMS.pickup_wait_weight * 200.0,
            "inbound": PARAMS.inbound_weight * 200.0,
            "courier_time": PARAMS.courier_time_weight * (200.0 + 60.0 + 400.0 + 30.0),
            "lateness": 0.0,
            "detour": 0.0,
            "acceptance": 0.2 * 30.0,
            "fairness": 0.0,
            "age": -50.0,
        },
        rel=1e-4,
        abs=1e-2,
    )
    assert extra_of(snapshot, [[0]], quotes)[0] == pytest.approx(600.0, rel=1e-4)


def test_waiting_with_nothing_else_to_do_is_not_the_couriers_time() -> None:
    now, later = Job(ready_s=200.0), Job(ready_s=2_000.0)
    snapshot = snapshot_of([Courier()], [now, later])
    terms = terms_of(snapshot, [[0], [1]], quotes_of(snapshot, [[0], [1]], [0]))
    assert terms[1, COURIER_TIME] == pytest.approx(terms[0, COURIER_TIME])
    assert terms[1, PICKUP_WAIT] == 0.0


def test_a_committed_stop_that_is_late_anyway_gets_no_later() -> None:
    late = Stop((0.0, 2_000.0), due_s=10.0)
    on_the_way, aside = Job((0.0, 1_000.0), (0.0, 2_000.0)), Job((900.0, 1_000.0), (0.0, 2_000.0))
    snapshot = snapshot_of([Courier(stops=(late,))], [on_the_way, aside])
    quotes = quotes_of(snapshot, [[0], [1]], [0])
    (_, first, _), (_, second, _) = routes_of(snapshot, [[0], [1]], quotes)
    assert first[0] == (NEW_PICKUP, 0)
    assert second[0] == (COMMITTED_STOP, 0)


def test_a_job_that_fills_the_vehicle_waits_until_it_is_empty() -> None:
    courier = Courier(capacity=(1_000.0, 60.0, 4.0), stops=(Stop((2_000.0, 0.0)),))
    snapshot = snapshot_of([courier], [Job((1_000.0, 0.0), (1_500.0, 0.0))])
    ((_, route, _),) = routes_of(snapshot, [[0]], quotes_of(snapshot, [[0]], [0]))
    assert route[0] == (COMMITTED_STOP, 0)


def test_the_last_drop_off_is_before_the_shift_ends() -> None:
    def feasible_count(shift_end_s: float) -> int:
        courier = Courier(shift_end_s=shift_end_s)
        return len(quotes_of(snapshot_of([courier], [Job()]), [[0]], [0]).unit)

    assert feasible_count(401.0) == 1
    assert feasible_count(399.0) == 0


def test_lateness_is_allowed_up_to_its_limit_and_priced() -> None:
    snapshot = snapshot_of([Courier()], [Job(due_s=300.0)])
    assert len(quotes_of(snapshot, [[0]], [0], Params(lateness_s_max=99.0)).unit) == 0
    params = Params(lateness_s_max=101.0)
    late = terms_of(snapshot, [[0]], quotes_of(snapshot, [[0]], [0], params), params)
    assert late[0, COST_TERMS.index("lateness")] == pytest.approx(300.0, rel=1e-3)


def test_older_jobs_earn_credit() -> None:
    snapshot = snapshot_of([Courier()], [Job(age_s=0.0), Job(age_s=60.0)])
    groups = [[0], [1], [0, 1]]
    terms = terms_of(snapshot, groups, quotes_of(snapshot, groups, [0]))
    assert terms[:, AGE].tolist() == [0.0, -30.0, -30.0]


def test_who_declines_often_or_has_earned_more_than_others_costs_more() -> None:
    couriers = [Courier(), Courier(acceptance_share=0.5), Courier(earnings_share=1.5)]
    snapshot = snapshot_of(couriers, [Job()])
    params = Params(fairness_weight_s=100.0)
    usual, declines, rich = quotes_of(snapshot, [[0]], [0, 1, 2], params).cost
    assert declines - usual == pytest.approx(0.3 * params.offer_s)
    assert rich - usual == pytest.approx(50.0)


def test_parcels_of_one_pickup_share_access_and_service() -> None:
    at, to = (1_000.0, 0.0), (2_000.0, 0.0)
    job = Job(at, to, pickup_access_s=30.0, pickup_service_s=60.0)
    snapshot = snapshot_of([Courier()], [job, job])
    groups = [[0], [0, 1]]
    alone, together = extra_of(snapshot, groups, quotes_of(snapshot, groups, [0]))
    assert alone == pytest.approx(together)
    ((_, _, one), (_, _, both)) = routes_of(
        snapshot, [[0], [0, 1]], quotes_of(snapshot, [[0], [0, 1]], [0])
    )
    assert both[-1] == pytest.approx(one[-1])


def test_an_unmixed_parcel_rides_only_with_those_of_its_own_pickup() -> None:
    here, there = Job((500.0, 0.0), (2_000.0, 0.0)), Job((600.0, 0.0), (2_100.0, 0.0))
    hot = Job((500.0, 0.0), (2_000.0, 0.0), is_unmixed=True)
    snapshot = snapshot_of([Courier()], [here, there, hot, hot])
    groups = [[0, 1], [1, 2], [2, 3]]
    kinds = [
        [kind for kind, _ in stops]
        for _, stops, _ in routes_of(snapshot, groups, quotes_of(snapshot, groups, [0]))
    ]
    assert kinds == [[1, 1, 2, 2], [1, 2, 1, 2], [1, 1, 2, 2]]
