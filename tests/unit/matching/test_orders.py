"""Orders of many bundles at once are those of the search, which takes one after the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ground import survey
from matching.orders import best_orders
from matching.params import Params
from matching.search import Task, desk_for, lay_out, search
from matching.snapshot import Roads, Travel
from matching.walk import in_time, settle, start_of_walk, step, way_to
from tests.unit.matching.groups import units_of
from tests.unit.matching.snapshots import Courier, Job, random_snapshot, snapshot_of

JOBS_COUNT = 9


def ground_of(snapshot, **params):
    ground = survey(snapshot, Params(**params))
    settle(ground)
    return ground


def searched(ground, courier, jobs) -> float:
    """Return what `search` says."""
    desk = desk_for(2 * len(jobs) + 1)
    task = Task(courier, 0, len(jobs))
    lay_out(ground, desk, task, np.array(jobs, np.int64))
    return search(ground, desk, task, 0, (1 << len(jobs)) - 1)


def walked(ground, courier, route) -> float:
    """Return what the route costs, which has to be in time."""
    previous, moment, total = -1, start_of_walk(ground, courier), 0.0
    for place in route:
        way_s = way_to(ground, courier, previous, place)
        moment, _, cost = step(ground, previous, place, way_s, moment)
        assert in_time(ground, courier, place, moment.arrival_s)
        total, previous = total + cost, place
    return total


def ordered(ground, groups, couriers, **options):
    cost_max = options.pop("cost_max", np.full(len(groups), np.inf))
    courier = np.array(couriers, np.int64)
    return best_orders(ground, units_of(groups), courier, cost_max=cost_max, **options)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), lateness_s_max=st.sampled_from((0.0, 1_200.0)))
def test_orders_cost_what_the_search_says(seed, lateness_s_max) -> None:
    snapshot = random_snapshot(seed, couriers_count=6, jobs_count=JOBS_COUNT)
    ground = ground_of(snapshot, lateness_s_max=lateness_s_max)
    idle = np.flatnonzero(np.diff(ground.route_start) == 0)
    rng = np.random.default_rng(seed)
    sizes = [1, 2, 2, 3, 3, 2, 3, 2] if len(idle) > 0 else []
    groups = [rng.choice(JOBS_COUNT, size, replace=False).tolist() for size in sizes]
    couriers = [int(rng.choice(idle)) for _ in groups]
    orders = ordered(ground, groups, couriers)
    expected = [searched(ground, c, sorted(g)) for c, g in zip(couriers, groups, strict=True)]
    assert orders.cost.tolist() == pytest.approx(expected, abs=1e-6)
    for row, courier in enumerate(couriers):
        route = orders.place[row][orders.place[row] >= 0]
        if np.isfinite(expected[row]):
            assert walked(ground, courier, route) == pytest.approx(expected[row], abs=1e-6)
        else:
            assert len(route) == 0


def test_four_jobs_are_ordered_as_the_search_does() -> None:
    rng = np.random.default_rng(3)
    jobs = [
        Job(tuple(at), tuple(to), due_s=3_000.0, pickup_service_s=30.0)
        for at, to in zip(
            rng.uniform(-400.0, 400.0, (5, 2)).tolist(),
            rng.uniform(-1_500.0, 1_500.0, (5, 2)).tolist(),
            strict=True,
        )
    ]
    ground = ground_of(snapshot_of([Courier()], jobs))
    groups = [[0, 1, 2, 3], [1, 2, 3, 4]]
    orders = ordered(ground, groups, [0, 0])
    assert orders.cost.tolist() == pytest.approx([searched(ground, 0, g) for g in groups], abs=1e-6)
    assert np.isfinite(orders.cost).all()


def test_more_bundles_than_lanes_are_all_answered() -> None:
    snapshot = snapshot_of([Courier()], [Job(to=(2_000.0, 100.0 * i)) for i in range(10)])
    ground = ground_of(snapshot)
    groups = [[a, b] for a in range(10) for b in range(a)]
    orders = ordered(ground, groups, [0] * len(groups))
    expected = [searched(ground, 0, sorted(group)) for group in groups]
    assert orders.cost.tolist() == pytest.approx(expected, abs=1e-6)


def test_unmixed_parcels_ride_with_those_of_the_same_pickup_only() -> None:
    jobs = [Job(is_unmixed=True), Job(to=(2_500.0, 0.0)), Job((1_500.0, 0.0))]
    ground = ground_of(snapshot_of([Courier()], jobs))
    together, apart = ordered(ground, [[0, 1], [0, 2]], [0, 0]).place.tolist()
    assert together[:2] == [0, 1]
    assert apart == [0, 3, 2, 5]


def test_ways_follow_the_roads() -> None:
    table_m = np.array([[[0.0, 500.0, np.nan], [9_000.0, 0.0, 700.0], [300.0, 100.0, 0.0]]])
    nodes = {"pickup_node": np.array([1, 2]), "dropoff_node": np.array([2, -1])}
    roads = Roads(
        table_m, np.zeros(1, np.int64), np.zeros(1, np.int64), np.empty(0, np.int64), **nodes
    )
    ground = ground_of(snapshot_of([Courier()], [Job(), Job()], travel=Travel(roads=roads)))
    orders = ordered(ground, [[0, 1]], [0])
    assert orders.cost[0] == pytest.approx(searched(ground, 0, [0, 1]), abs=1e-6)


def test_a_courier_at_its_first_pickup_is_the_best_of_those_at_any() -> None:
    rng = np.random.default_rng(8)
    points = rng.uniform(-900.0, 900.0, (4, 2)).tolist()
    jobs = [Job(tuple(points[k]), tuple(points[k + 2])) for k in range(2)]
    couriers = [Courier(at=job.at) for job in jobs]
    ground = ground_of(snapshot_of(couriers, jobs))
    there = ordered(ground, [[0, 1]], [0], approach_share=0.0)
    expected = min(searched(ground, courier, [0, 1]) for courier in range(2))
    assert there.cost[0] == pytest.approx(expected, abs=1e-6)


def test_what_costs_as_much_as_the_maximum_is_of_no_use() -> None:
    ground = ground_of(snapshot_of([Courier()], [Job(), Job()]))
    cost = ordered(ground, [[0, 1]], [0]).cost
    limited = ordered(ground, [[0, 1]] * 2, [0, 0], cost_max=np.array([cost[0], cost[0] + 1.0]))
    assert limited.cost.tolist() == [np.inf, cost[0]]
    assert limited.place[0].tolist() == [-1] * 4
