"""Bundles form where they save, near pickups only, and never make the matching dearer."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.bundles import Tick, grown, nearest_jobs, prices
from matching.ground import survey
from matching.params import Params
from matching.singles import singles_of
from matching.units import groups_of, units_of
from matching.walk import settle
from tests.unit.matching import twins
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of


def splits_of(snapshot, **params):
    """Return the singles and the split that grew from them, with the policy."""
    policy = Params(**params)
    ground = survey(snapshot, policy)
    settle(ground)
    tick = Tick(ground, snapshot.job_age_s, policy)
    _, singles = singles_of(snapshot, tick)
    return singles, grown(tick, singles), policy


def bundles_of(snapshot, **params):
    _, split, _ = splits_of(snapshot, **params)
    return sorted(group for group in groups_of(split.units) if len(group) > 1)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), candidates_max=st.sampled_from((1, 16)))
def test_growing_never_makes_the_matching_dearer(seed, candidates_max) -> None:
    snapshot = random_snapshot(seed, couriers_count=8, jobs_count=16)
    singles, split, policy = splits_of(snapshot, bundle_candidates_max=candidates_max)
    assert prices(split, policy).sum() <= prices(singles, policy).sum() + 0.1
    jobs = sorted(job for group in groups_of(split.units) for job in group)
    assert jobs == list(range(16))
    assert np.diff(split.units.start).max() <= policy.bundle_jobs_max


def test_two_parcels_the_same_way_share_the_only_courier() -> None:
    jobs = [Job((1_000.0, 0.0), (2_000.0, 10.0 * i)) for i in range(2)]
    assert bundles_of(snapshot_of([Courier()], jobs)) == [[0, 1]]


def test_far_pickups_do_not_share_a_courier() -> None:
    jobs = [Job((1_000.0 * i, 0.0), (3_000.0, 0.0)) for i in range(2)]
    assert bundles_of(snapshot_of([Courier()], jobs)) == []


def test_a_bundle_has_at_most_so_many_jobs() -> None:
    snapshot = snapshot_of([Courier(jobs_room=9)], [Job()] * 6)
    assert [len(group) for group in bundles_of(snapshot, bundle_jobs_max=3)] == [3]
    assert bundles_of(snapshot, bundle_jobs_max=1) == []


def test_with_couriers_to_spare_parcels_in_different_directions_go_alone() -> None:
    jobs = [Job(to=(2_500.0, 0.0)), Job(to=(-1_500.0, 0.0))]
    assert bundles_of(snapshot_of([Courier(at=(900.0, 0.0))] * 8, jobs)) == []


def test_a_job_joins_a_courier_on_the_way_to_the_same_pickup() -> None:
    pickup = Stop((1_000.0, 0.0), is_pickup=True, load=(1_000.0, 5.0, 1.0))
    busy = Courier(stops=(pickup, Stop((2_000.0, 0.0))), load=(0.0, 0.0, 0.0))
    idle = Courier(at=(-2_000.0, 0.0))
    singles, _, _ = splits_of(snapshot_of([idle, busy], [Job()]))
    assert singles.courier.tolist() == [1]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_neighbours_are_those_of_the_twin(seed) -> None:
    rng = np.random.default_rng(seed)
    places = rng.uniform(-1_500.0, 1_500.0, (9, 4))
    jobs = [Job((a, b), (c, d)) for a, b, c, d in places.tolist()]
    snapshot = snapshot_of([], jobs)
    near = nearest_jobs(survey(snapshot, Params()), np.ones(9, np.bool_), 800.0, 3)
    for job in range(9):
        expected = twins.nearest_jobs(snapshot, job, pickup_m_max=800.0, jobs_max=3)
        assert near[job][near[job] >= 0].tolist() == expected


def test_equal_jobs_choose_different_neighbours() -> None:
    ground = survey(snapshot_of([], [Job()] * 4), Params())
    near = nearest_jobs(ground, np.ones(4, np.bool_), 800.0, 1)
    assert near.ravel().tolist() == [3, 0, 1, 2]


def test_a_saving_below_the_least_one_is_not_worth_a_bundle() -> None:
    jobs = [Job((1_000.0, 0.0), (2_000.0, 10.0 * i)) for i in range(2)]
    snapshot = snapshot_of([Courier()], jobs)
    assert bundles_of(snapshot, bundle_saving_s_min=1e6) == []


def test_jobs_that_nobody_can_carry_are_nobodys_neighbours() -> None:
    nobodys = Job(vehicle_bits=2)
    jobs = [Job(), nobodys, Job(), nobodys]
    snapshot = snapshot_of([Courier()], jobs)
    assert bundles_of(snapshot, bundle_neighbours_max=1) == [[0, 2]]


def test_the_jobs_of_a_unit_ascend() -> None:
    assert groups_of(units_of([[3, 1], [2]])) == [[1, 3], [2]]
