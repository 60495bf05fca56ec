"""The auction and what it stands on, against trying everything and against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.auction import auction
from matching.field import field_of
from matching.floors import ask_at, floor_of, more_of, node_at
from matching.insert_one import bench_for, insertion_cost
from matching.params import Params
from matching.prospects import pair_ms, prospects_for, search_for, widen
from matching.scan import COUNT, STAMP, desk_for, find_couriers, find_jobs, hunt_for
from matching.snapshot import Roads, Travel
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of
from tests.unit.matching.twins_auction import costs_of, least_total, settled

PARAMS = Params()
SEEDS = st.integers(0, 2**32 - 1)
SOME = settings(max_examples=25, deadline=None, derandomize=True)
NEAR_S = 2e-3  # two roundings to the millisecond


def laid_out(snapshot):
    ground = settled(snapshot, PARAMS)
    return ground, field_of(ground)


def auctioned(snapshot, **limits):
    ground, field = laid_out(snapshot)
    return auction(ground, field, np.arange(ground.jobs_count), **limits)


def with_roads(snapshot, seed):
    """Return the snapshot with ways that have nothing to do with straight lines."""
    rng = np.random.default_rng(seed)
    couriers, stops, jobs = (
        len(snapshot.courier_deg),
        len(snapshot.stop_deg),
        len(snapshot.ready_s),
    )
    table_m = rng.uniform(0.0, 4_000.0, (1, 9, 9))
    table_m[rng.random(table_m.shape) < 0.2] = np.nan
    nodes = [rng.integers(-1, 9, count) for count in (couriers, stops, jobs, jobs)]
    roads = Roads(table_m, np.zeros(couriers, np.int64), *nodes)
    return snapshot._replace(travel=Travel(1.3, roads))


@SOME
@given(seed=SEEDS)
def test_an_insertion_costs_what_the_best_of_all_routes_costs_and_no_less_than_its_floor(
    seed,
) -> None:
    snapshot = random_snapshot(seed, couriers_count=8, jobs_count=4)
    expected = costs_of(snapshot, PARAMS)
    ground, field = laid_out(snapshot)
    bench = bench_for(field.nodes)
    for job, courier in np.ndindex(expected.shape):
        ask = field.asks[job]
        cost = insertion_cost(ground, field.nodes, bench, ask, courier)
        assert cost == pytest.approx(expected[job, courier], abs=1e-4)
        asked = ask_at(field.asks.T, np.uint64(job))
        rows = range(field.nodes.start[courier], field.nodes.start[courier + 1])
        nodes = [node_at(field.floors.T, np.uint64(row)) for row in rows]
        floor = min(floor_of(node, asked) + more_of(node, asked) for node in nodes)
        assert floor + ground.open_cost[job] <= cost + 1e-9


def pairs_of(ground, hunt):
    """Return the (J, C) costs less the price of an open job, milliseconds."""
    nodes, asks = hunt.field.nodes, hunt.field.asks
    shape, bench = (ground.jobs_count, len(ground.fleet)), bench_for(nodes)
    costs = [pair_ms(ground, nodes, bench, asks[j], c) for j, c in np.ndindex(shape)]
    return np.array(costs).reshape(shape)


@SOME
@given(seed=SEEDS, are_couriers_bidding=st.booleans())
def test_what_the_lanes_say_is_no_more_than_what_a_pair_costs(seed, are_couriers_bidding) -> None:
    snapshot = random_snapshot(seed, couriers_count=25, jobs_count=4)
    ground, field = laid_out(snapshot)
    hunt = hunt_for(field, np.arange(4))
    cost_ms = pairs_of(ground, hunt)
    desk = desk_for(field, 25)
    cost_ms = cost_ms[hunt.jobs].T if are_couriers_bidding else cost_ms
    for bidder, costs in enumerate(cost_ms):
        desk.marks[STAMP] += 1
        desk.marks[COUNT] = 0
        if are_couriers_bidding:
            find_jobs(hunt, desk, bidder)
        else:
            find_couriers(hunt, desk, bidder, 100)
        found = desk.found[: desk.marks[COUNT]]
        wanted = np.flatnonzero(costs < (0.0 if are_couriers_bidding else np.inf))
        assert set(wanted.tolist()) <= set(found.tolist())
        assert (desk.floor_ms[: len(found)] <= costs[found]).all()


@SOME
@given(seed=SEEDS, has_roads=st.booleans(), are_couriers_bidding=st.booleans())
def test_a_search_goes_on_until_everybody_is_found_and_knows_what_the_others_cost(
    seed, has_roads, are_couriers_bidding
) -> None:
    snapshot = random_snapshot(seed, couriers_count=25, jobs_count=4)
    snapshot = with_roads(snapshot, seed) if has_roads else snapshot
    ground, field = laid_out(snapshot)
    hunt = hunt_for(field, np.arange(4))
    cost_ms = pairs_of(ground, hunt)
    cost_ms = cost_ms[hunt.jobs].T if are_couriers_bidding else cost_ms
    search = search_for(hunt, are_couriers_bidding=are_couriers_bidding)
    prospects = prospects_for(25, 1_000)
    for bidder, costs in enumerate(cost_ms):
        costs = np.where(costs < (0.0 if are_couriers_bidding else np.inf), costs, np.inf)
        while prospects.bound_ms[bidder] < np.inf:
            assert widen(ground, search, prospects, bidder, np.inf)
            first, size = prospects.start[bidder], prospects.size[bidder]
            others = prospects.other[first : first + size]
            assert len(set(others.tolist())) == size
            assert (prospects.cost_ms[first : first + size] <= costs[others]).all()
            rest = np.delete(costs, others)
            assert (rest >= prospects.bound_ms[bidder]).all()


def test_who_is_not_looked_at_yet_costs_no_less_than_the_bound_says() -> None:
    couriers = [Courier(at=(150.0 * c, 0.0), speed_mps=4.0 + c % 3) for c in range(500)]
    ground, field = laid_out(snapshot_of(couriers, [Job(at=(37_500.0, 0.0), radius_m=1e6)]))
    hunt = hunt_for(field, np.arange(1))
    (costs,), bounds_ms = pairs_of(ground, hunt), list[float]()
    search, prospects = search_for(hunt, are_couriers_bidding=False), prospects_for(1, 4_000)
    while prospects.bound_ms[0] < np.inf:
        assert widen(ground, search, prospects, 0, prospects.bound_ms[0] + 1_000.0)
        rest = np.delete(costs, prospects.other[prospects.start[0] :][: prospects.size[0]])
        assert (rest >= prospects.bound_ms[0]).all()
        bounds_ms.append(float(prospects.bound_ms[0]))
    assert len(bounds_ms) > 2, "some are far away"
    assert bounds_ms == sorted(bounds_ms)


@SOME
@given(seed=SEEDS, couriers_count=st.integers(1, 9), jobs_count=st.integers(1, 7))
def test_no_matching_is_cheaper_than_the_certificate_says(seed, couriers_count, jobs_count) -> None:
    snapshot = random_snapshot(seed, couriers_count=couriers_count, jobs_count=jobs_count)
    found, cost = auctioned(snapshot), costs_of(snapshot, PARAMS)
    open_cost = PARAMS.open_job_s + PARAMS.age_weight * snapshot.job_age_s
    least, total = least_total(cost, open_cost), found.cost.sum()
    assert total * (1.0 - found.gap_share) <= least + NEAR_S * jobs_count
    assert least <= total + NEAR_S * jobs_count
    assert 0.0 <= found.gap_share <= 0.002
    taken = found.courier[found.courier >= 0]
    assert len(taken) == len(set(taken.tolist()))
    for job, courier in enumerate(found.courier):
        expected = cost[job, courier] if courier >= 0 else open_cost[job]
        assert found.cost[job] == pytest.approx(expected, abs=NEAR_S)


@SOME
@given(seed=SEEDS)
def test_the_candidates_of_few_couriers_are_all_that_are_admitted(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=12, jobs_count=5)
    found, cost = auctioned(snapshot), costs_of(snapshot, PARAMS)
    for job in range(5):
        begin, end = found.candidate_start[job], found.candidate_start[job + 1]
        assert (
            found.candidate_courier[begin:end].tolist()
            == np.flatnonzero(np.isfinite(cost[job])).tolist()
        )
        of_job = cost[job][found.candidate_courier[begin:end]]
        assert found.candidate_cost[begin:end] == pytest.approx(of_job, abs=NEAR_S)


def crowded(seed, *, couriers_count, jobs_count):
    """Return people of whom most could take most jobs."""
    rng = np.random.default_rng(seed)
    point = lambda: tuple(rng.uniform(-2_500.0, 2_500.0, 2))  # noqa: E731 # short, and used twice
    couriers = [
        Courier(at=point(), stops=(Stop(point()),) if rng.random() < 0.4 else ())
        for _ in range(couriers_count)
    ]
    jobs = [Job(at=point(), to=point(), ready_s=0.0) for _ in range(jobs_count)]
    return snapshot_of(couriers, jobs)


@pytest.mark.parametrize(("couriers_count", "jobs_count"), [(50, 24), (24, 24), (15, 36)])
def test_hundreds_of_pairs_are_matched_as_scipy_matches_them(couriers_count, jobs_count) -> None:
    snapshot = crowded(5, couriers_count=couriers_count, jobs_count=jobs_count)
    found = auctioned(snapshot, candidates_per_job_max=100)
    short = auctioned(snapshot, candidates_per_job_max=3)
    open_cost = PARAMS.open_job_s + PARAMS.age_weight * snapshot.job_age_s
    job = np.repeat(np.arange(jobs_count), np.diff(found.candidate_start))
    column = np.concatenate((found.candidate_courier, couriers_count + np.arange(jobs_count)))
    row = np.concatenate((job, np.arange(jobs_count)))
    weight = np.concatenate((found.candidate_cost, open_cost))
    graph = csr_array((weight, (row, column)), shape=(jobs_count, couriers_count + jobs_count))
    rows, columns = min_weight_full_bipartite_matching(graph)
    least = graph[rows, columns].sum()
    for answer in (found, short):
        total = answer.cost.sum()
        assert total * (1.0 - answer.gap_share) <= least + NEAR_S * jobs_count
        assert least - NEAR_S * jobs_count <= total <= least * 1.002
        assert answer.gap_share <= 0.002


def test_when_the_bids_run_out_the_matching_is_feasible_and_the_gap_says_so() -> None:
    snapshot = crowded(7, couriers_count=20, jobs_count=30)
    whole, cut = auctioned(snapshot), auctioned(snapshot, bids_count_max=10)
    assert cut.bids_count == 10
    taken = cut.courier[cut.courier >= 0]
    assert len(taken) == len(set(taken.tolist()))
    assert cut.gap_share > whole.gap_share
    assert cut.cost.sum() * (1.0 - cut.gap_share) <= whole.cost.sum()


@pytest.mark.parametrize(("couriers_count", "jobs_count"), [(30, 20), (20, 30)])
def test_without_candidates_the_matching_is_as_good(couriers_count, jobs_count) -> None:
    snapshot = crowded(7, couriers_count=couriers_count, jobs_count=jobs_count)
    alone, listed = auctioned(snapshot, candidates_per_job_max=0), auctioned(snapshot)
    assert len(alone.candidate_courier) == 0
    assert alone.gap_share <= 0.002
    assert alone.cost.sum() * (1.0 - alone.gap_share) <= listed.cost.sum()


def test_only_the_jobs_asked_about_are_matched() -> None:
    snapshot = crowded(9, couriers_count=8, jobs_count=6)
    ground, field = laid_out(snapshot)
    found = auction(ground, field, np.array((1, 4)))
    assert np.flatnonzero(found.courier >= 0).tolist() == [1, 4]
    assert np.flatnonzero(np.diff(found.candidate_start)).tolist() == [1, 4]


def test_of_equal_couriers_the_lower_row_is_taken() -> None:
    found = auctioned(snapshot_of([Courier()] * 3, [Job()]))
    assert found.courier.tolist() == [0]


def test_the_same_question_has_the_same_answer() -> None:
    snapshot = crowded(11, couriers_count=30, jobs_count=40)
    first, second = auctioned(snapshot), auctioned(snapshot)
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(("couriers_count", "jobs_count"), [(0, 3), (3, 0), (0, 0)])
def test_with_nobody_or_nothing_every_job_stays_open(couriers_count, jobs_count) -> None:
    found = auctioned(snapshot_of([Courier()] * couriers_count, [Job()] * jobs_count))
    assert found.courier.tolist() == [-1] * jobs_count
    assert found.gap_share == 0.0
