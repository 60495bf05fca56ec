"""The whole tick: invariants of every plan, edges, and small instances by trying everything."""

from itertools import pairwise

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.costs import AGE, COST_TERMS, acceptance_cost, open_job_costs
from matching.params import Params
from matching.permits import FILTERS
from matching.plan import (
    ALL_REMOVED,
    COMMITTED_STOP,
    HELD,
    NEW_PICKUP,
    NO_CANDIDATE,
    NOT_YET,
    OFFERED,
    OUTCOMES,
    TAKEN,
)
from matching.solve import solve
from tests.unit.matching import twins
from tests.unit.matching.plans import leaves
from tests.unit.matching.snapshots import (
    Courier,
    Job,
    Stop,
    random_people,
    random_snapshot,
    snapshot_of,
)

PARAMS = Params()
ALONE = Params(bundle_jobs_max=1, replan_rounds_max=0)  # one job to one courier
SEEDS = st.integers(0, 2**32 - 1)
EXAMPLES_COUNT = 15 if numba.config.DISABLE_JIT else 40  # all are tried where that takes no minute
SOME = settings(max_examples=EXAMPLES_COUNT, deadline=None, derandomize=True)


def slices(start):
    return [slice(a, b) for a, b in pairwise(start.tolist())]


def route_visits(snapshot, plan, b):
    """Return bundle b's route as the twin's visits."""
    courier = int(plan.bundle_courier[b])
    committed = twins.committed_visits(snapshot, courier)
    part = slices(plan.route_start)[b]
    stops = zip(plan.route_kind[part].tolist(), plan.route_row[part].tolist(), strict=True)
    return courier, [
        committed[row - snapshot.route_start[courier]]
        if kind == COMMITTED_STOP
        else twins.job_visits(snapshot, PARAMS, row)[0 if kind == NEW_PICKUP else 1]
        for kind, row in stops
    ]


def offered_to(plan, courier):
    """Return the jobs that the courier is offered now."""
    for b, part in enumerate(slices(plan.bundle_start)):
        if plan.bundle_courier[b] == courier and not plan.is_held[b]:
            return plan.bundle_job[part].tolist()
    return []


def without(told, snapshot, courier, rest):
    """Return what the route costs more than with the rest of its stops only."""
    if not any(visit.kind == "pickup" for visit in rest):
        return told
    before = twins.evaluate(snapshot, PARAMS, courier, rest)
    terms = tuple(a - b for a, b in zip(told.terms, before.terms, strict=True))
    return told._replace(terms=terms, extra_s=told.extra_s - before.extra_s)


@SOME
@given(seed=SEEDS)
def test_nobody_is_given_two_bundles_and_no_job_is_in_two(seed) -> None:
    plan = solve(random_snapshot(seed, couriers_count=10, jobs_count=14), PARAMS)
    for is_held in (False, True):
        courier = plan.bundle_courier[plan.is_held == is_held]
        assert len(np.unique(courier)) == len(courier)
    assert len(np.unique(plan.bundle_job)) == len(plan.bundle_job)


@SOME
@given(seed=SEEDS)
def test_every_route_is_feasible_and_costs_what_the_plan_says(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=10, jobs_count=14)
    plan = solve(snapshot, PARAMS)
    for b, part in enumerate(slices(plan.route_start)):
        courier, visits = route_visits(snapshot, plan, b)
        kinds = [visit.kind for visit in visits]
        assert kinds.count("committed") == len(twins.committed_visits(snapshot, courier))
        jobs = plan.bundle_job[slices(plan.bundle_start)[b]].tolist()
        before = offered_to(plan, courier) if plan.is_held[b] else []
        pickups = [visit.job for visit in visits if visit.kind == "pickup"]
        assert [job for job in pickups if job not in before] == jobs
        assert twins.is_feasible(snapshot, courier, visits)
        told = twins.evaluate(snapshot, PARAMS, courier, visits)
        assert plan.route_arrival_s[part] == pytest.approx(told.arrival_s, abs=1e-4)
        less = without(told, snapshot, courier, [v for v in visits if v.job not in jobs])
        assert plan.cost_terms[b, : len(less.terms)] == pytest.approx(less.terms, abs=1e-3)
        assert plan.cost[b] == pytest.approx(plan.cost_terms[b].sum())
        speed_mps = snapshot.courier_speed_mps[courier]
        assert plan.route_m[b] == pytest.approx(less.extra_s * speed_mps, abs=1e-2)
        first = next(i for i, v in enumerate(visits) if v.kind == "pickup" and v.job == jobs[0])
        ride_s = twins.timeline(snapshot, courier, visits)[first].ride_s
        assert plan.deadhead_m[b] == pytest.approx(ride_s * speed_mps, abs=1e-2)
        for job in jobs:
            assert twins.removed_by(snapshot, PARAMS, courier, job) is None
            assert twins.reach_m(snapshot, courier, job) <= snapshot.job_radius_m[job]


@SOME
@given(seed=SEEDS)
def test_the_reasons_add_up(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=10, jobs_count=8)
    plan = solve(snapshot, PARAMS)
    reasons = plan.reasons
    feasible_count = reasons.considered_count - reasons.removed_count.sum(axis=1)
    planned = np.isin(np.arange(8), plan.bundle_job)
    assert (np.isin(reasons.job_outcome, (OFFERED, HELD)) == planned).all()
    assert (feasible_count[planned | (reasons.job_outcome == TAKEN)] > 0).all()
    assert (feasible_count[reasons.job_outcome == ALL_REMOVED] == 0).all()
    assert (reasons.considered_count[reasons.job_outcome == NO_CANDIDATE] == 0).all()
    is_feasible = reasons.pair_removed_by == -1
    assert (np.isnan(reasons.pair_cost) == ~is_feasible).all()
    for job in range(8):
        of_job = reasons.pair_job == job
        counted = np.bincount(
            reasons.pair_removed_by[of_job & ~is_feasible], minlength=len(FILTERS)
        )
        assert counted.tolist() == reasons.removed_count[job].tolist()


@SOME
@given(seed=SEEDS)
def test_the_runner_up_is_the_cheapest_other_courier_for_the_job_alone(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=10, jobs_count=6)
    plan = solve(snapshot, ALONE)
    reasons = plan.reasons
    for b, (courier, job) in enumerate(zip(plan.bundle_courier, plan.bundle_job, strict=True)):
        others = (
            (reasons.pair_job == job)
            & (reasons.pair_courier != courier)
            & (reasons.pair_removed_by == -1)
        )
        assert (plan.runner_up_courier[b] == -1) == (not others.any())
        assert np.isnan(plan.runner_up_cost[b]) == (not others.any())
        if others.any():
            assert plan.runner_up_courier[b] in reasons.pair_courier[others]
            cost = plan.runner_up_cost[b] - plan.cost_terms[b, AGE]
            assert cost == pytest.approx(reasons.pair_cost[others].min(), abs=1e-3)


@SOME
@given(seed=SEEDS)
def test_the_same_snapshot_makes_the_same_plan(seed) -> None:
    plans = [
        solve(random_snapshot(seed, couriers_count=8, jobs_count=12), PARAMS) for _ in range(2)
    ]
    for one, other in zip(leaves(plans[0]), leaves(plans[1]), strict=True):
        np.testing.assert_array_equal(one, other)


@SOME
@given(seed=SEEDS)
def test_the_order_of_rows_does_not_change_what_single_jobs_cost(seed) -> None:
    couriers, jobs = random_people(seed, couriers_count=8, jobs_count=6)
    renamed = [
        Job(**{**vars(job), "declined_by": tuple(7 - c for c in job.declined_by)})
        for job in reversed(jobs)
    ]
    totals = [
        plan.cost.sum() - ALONE.open_job_s * len(plan.cost)
        for plan in (
            solve(snapshot_of(couriers, jobs), ALONE),
            solve(snapshot_of(couriers[::-1], renamed), ALONE),
        )
    ]
    assert totals[0] == pytest.approx(totals[1], rel=0.002, abs=0.1)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=SEEDS)
def test_a_small_instance_is_matched_as_well_as_by_trying_everything(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=4, jobs_count=3)
    alone = ALONE._replace(age_weight=0.0)
    asking = acceptance_cost(snapshot, alone)
    cost = [[np.inf] * 4 for _ in range(3)]
    for job in range(3):
        for courier in range(4):
            near = twins.reach_m(snapshot, courier, job) <= snapshot.job_radius_m[job]
            if near and twins.removed_by(snapshot, alone, courier, job) is None:
                best = twins.best(snapshot, alone, courier, [job])
                cost[job][courier] = np.inf if best is None else sum(best.terms) + asking[courier]
    plan = solve(snapshot, alone)
    total = plan.cost.sum() + alone.open_job_s * (3 - len(plan.cost))
    expected, _ = twins.cheapest_matching(cost, [alone.open_job_s] * 3)
    assert expected - 0.1 <= total <= expected + plan.gap_share * abs(expected) + 0.1


@pytest.mark.parametrize(("couriers_count", "jobs_count"), [(0, 0), (0, 3), (3, 0)])
def test_with_nobody_or_nothing_the_plan_is_empty(couriers_count, jobs_count) -> None:
    plan = solve(snapshot_of([Courier()] * couriers_count, [Job()] * jobs_count), PARAMS)
    assert len(plan.bundle_courier) == len(plan.bundle_job) == len(plan.route_kind) == 0
    assert plan.cost_terms.shape == (0, len(COST_TERMS))
    assert plan.bundle_start.tolist() == plan.route_start.tolist() == [0]
    assert plan.reasons.job_outcome.tolist() == [NO_CANDIDATE] * jobs_count


def test_everybody_at_one_point_is_planned() -> None:
    at = (0.0, 0.0)
    plan = solve(snapshot_of([Courier(at)] * 5, [Job(at, at)] * 5), PARAMS)
    assert sorted(plan.bundle_job.tolist()) == [0, 1, 2, 3, 4]
    assert np.isfinite(plan.cost).all()


def test_a_job_now_is_offered_and_a_job_for_later_is_held() -> None:
    jobs = [Job(), Job((0.0, 3_000.0), (0.0, 4_000.0), ready_s=1_500.0), Job(ready_s=9_999.0)]
    plan = solve(snapshot_of([Courier(), Courier(at=(0.0, 2_000.0))], jobs), PARAMS)
    assert plan.bundle_courier.tolist() == [0, 1]
    assert plan.is_held.tolist() == [False, True]
    assert plan.reasons.job_outcome.tolist() == [OFFERED, HELD, NOT_YET]


def test_a_courier_who_is_busy_for_long_need_not_be_asked_yet() -> None:
    busy = Courier(stops=(Stop((2_500.0, 0.0), due_s=501.0),))
    plan = solve(snapshot_of([busy], [Job((2_600.0, 0.0), (3_000.0, 0.0))]), PARAMS)
    assert plan.is_held.tolist() == [True]
    assert plan.route_kind.tolist() == [0, 1, 2]


BUSY_AND_BETTER = Courier(stops=(Stop((2_500.0, 0.0), due_s=501.0),))


@pytest.mark.parametrize(
    ("other", "is_held"),
    [
        (Courier(at=(0.0, 4_000.0)), False),  # could leave now
        (Courier(at=(0.0, 4_000.0), free_s=1.0), True),  # not quite
        (Courier(at=(0.0, 4_000.0), stops=(Stop((0.0, 3_900.0)),)), True),
        (Courier(at=(0.0, 4_000.0), vehicle_bit=2), True),  # may not carry it
    ],
)
def test_a_ready_job_does_not_wait_for_the_better_courier_while_another_is_idle(
    other, is_held
) -> None:
    job = Job((2_600.0, 0.0), (3_000.0, 0.0))
    plan = solve(snapshot_of([BUSY_AND_BETTER, other], [job]), PARAMS)
    assert plan.bundle_courier.tolist() == [0]
    assert plan.is_held.tolist() == [is_held]


def test_a_job_that_was_opened_before_its_parcel_was_ready_may_wait_for_the_better_courier() -> (
    None
):
    job = Job((2_600.0, 0.0), (3_000.0, 0.0), ready_s=-60.0, age_s=61.0)
    plan = solve(snapshot_of([BUSY_AND_BETTER, Courier(at=(0.0, 4_000.0))], [job]), PARAMS)
    assert plan.is_held.tolist() == [True]


def test_a_courier_who_gets_another_job_relieves_nobody() -> None:
    jobs = [Job((2_600.0, 0.0), (3_000.0, 0.0)), Job((0.0, 4_000.0), (0.0, 4_500.0))]
    plan = solve(snapshot_of([BUSY_AND_BETTER, Courier(at=(0.0, 4_000.0))], jobs), PARAMS)
    assert plan.bundle_courier.tolist() == [0, 1]
    assert plan.is_held.tolist() == [True, False]


def test_a_bundle_says_what_it_saves() -> None:
    jobs = [Job((0.0, 1_000.0), (0.0, 2_000.0)), Job((0.0, 1_000.0), (0.0, 2_500.0))]
    plan = solve(snapshot_of([Courier()], jobs), PARAMS)
    assert sorted(plan.bundle_job.tolist()) == [0, 1]
    assert plan.route_m[0] == pytest.approx(2_500.0, rel=1e-3)
    assert plan.saved_m[0] == pytest.approx(2_000.0 + 2_500.0 - 2_500.0, rel=1e-3)
    assert plan.deadhead_m[0] == pytest.approx(1_000.0, rel=1e-3)


def test_jobs_apart_are_counted_with_the_couriers_who_would_have_carried_them() -> None:
    jobs = [Job((0.0, 1_000.0), (0.0, 2_000.0)), Job((0.0, 1_000.0), (0.0, 2_500.0))]
    near, far = Courier(), Courier(at=(0.0, -3_000.0))
    plan = solve(snapshot_of([near, far], jobs), PARAMS)
    assert plan.bundle_courier.tolist() == [0]
    assert plan.saved_m[0] == pytest.approx(2_000.0 + 2_500.0 + 3_000.0 - 2_500.0, rel=1e-3)


def test_bundles_come_in_the_order_of_their_lowest_job() -> None:
    together = [Job((0.0, 1_000.0), (0.0, 2_000.0 + i)) for i in range(2)]
    alone = Job((0.0, -3_000.0), (0.0, -4_000.0))
    couriers = [Courier(at=(0.0, -2_900.0)), Courier(at=(0.0, 900.0))]
    plan = solve(snapshot_of(couriers, [*together, alone]), PARAMS)
    assert plan.bundle_start.tolist() == [0, 2, 3]
    assert sorted(plan.bundle_job[:2].tolist()) == [0, 1]
    assert plan.bundle_job[2] == 2
    assert plan.bundle_courier.tolist() == [1, 0]


def test_where_many_jobs_meet_every_courier_gets_one() -> None:
    snapshot = snapshot_of([Courier(jobs_room=1)] * 6, [Job()] * 8)
    plan = solve(snapshot, Params(candidates_per_job_max=2))
    assert sorted(plan.bundle_courier.tolist()) == [0, 1, 2, 3, 4, 5]


def test_only_so_many_jobs_are_explained_those_planned_first() -> None:
    jobs = [Job(vehicle_bits=2), Job(), Job()]
    plan = solve(snapshot_of([Courier()] * 2, jobs), ALONE._replace(reason_jobs_max=2))
    assert plan.reasons.considered_count.tolist() == [0, 2, 2]


def test_a_plan_is_the_same_again_when_time_runs_out_at_the_same_round() -> None:
    snapshot = random_snapshot(3, couriers_count=20, jobs_count=40)
    whole = solve(snapshot, PARAMS)
    assert whole.rounds_count > 500
    plans = [solve(snapshot, PARAMS, lambda rounds_count: rounds_count < 500) for _ in range(2)]
    assert [plan.rounds_count for plan in plans] == [500, 500]
    for one, other in zip(leaves(plans[0]), leaves(plans[1]), strict=True):
        np.testing.assert_array_equal(one, other)
    assert solve(snapshot, PARAMS, lambda _: False).rounds_count == 0


@SOME
@given(seed=SEEDS)
def test_more_rounds_never_cost_more(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=8, jobs_count=12)
    costs = []
    for rounds_max in (250, 1_500):
        params = PARAMS._replace(replan_rounds_max=rounds_max, replan_rounds_per_job=1_500)
        plan = solve(snapshot, params)
        open_cost = open_job_costs(snapshot, params).sum()
        planned = open_job_costs(snapshot, params)[plan.bundle_job].sum()
        ages = plan.cost_terms[:, AGE].sum()
        costs.append(plan.cost.sum() - ages + open_cost - planned)
    slack = 30.0  # a second offer to the same courier is paid for again where some of it is held
    assert costs[1] <= costs[0] + slack


def test_a_courier_may_have_one_leg_offered_and_the_next_one_held() -> None:
    near = Job((500.0, 0.0), (1_000.0, 0.0))
    later = Job((1_000.0, 0.0), (1_500.0, 0.0), ready_s=2_000.0)
    plan = solve(snapshot_of([Courier()], [near, later]), PARAMS)
    assert plan.bundle_courier.tolist() == [0, 0]
    assert plan.is_held.tolist() == [False, True]
    assert np.diff(plan.route_start).tolist() == [2, 4]


def test_the_older_of_two_equal_jobs_gets_the_only_courier() -> None:
    jobs = [Job(age_s=10.0), Job(age_s=500.0)]
    plan = solve(snapshot_of([Courier(jobs_room=1)], jobs), PARAMS)
    assert plan.bundle_job.tolist() == [1]
    assert OUTCOMES[plan.reasons.job_outcome[0]] == "taken"


def test_equal_couriers_are_taken_from_the_lowest_row() -> None:
    plan = solve(snapshot_of([Courier()] * 3, [Job()]), PARAMS)
    assert plan.bundle_courier.tolist() == [0]
    assert plan.runner_up_courier.tolist() == [1]


def test_hundreds_of_jobs_for_few_couriers_are_planned_within_the_limits() -> None:
    plan = solve(random_snapshot(5, couriers_count=40, jobs_count=500), PARAMS)
    sizes = np.diff(plan.bundle_start)
    assert 0 < len(sizes) <= 40
    assert sizes.max() <= PARAMS.bundle_jobs_max
    pairs_count = np.bincount(plan.reasons.pair_job)
    assert pairs_count.max() <= PARAMS.reason_pairs_per_job_max
