"""Bundles form where they save, near pickups only, and never make the matching dearer."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.bundles import Split, bundled_or_not, shared_couriers, total_cost
from matching.field import field_of
from matching.ground import survey
from matching.params import Params
from matching.quotes import Quotes
from matching.singles import singles_of
from matching.units import alone
from matching.walk import settle
from tests.unit.matching.groups import groups_of, units_of
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of


def splits_of(snapshot, **params):
    """Return the ground, the singles and the split made of them, with the policy."""
    policy = Params(**params)
    ground = survey(snapshot, policy)
    settle(ground)
    singles = singles_of(ground, field_of(ground), np.arange(ground.jobs_count), policy)
    return ground, singles, bundled_or_not(ground, singles, policy), policy


def bundles_of(snapshot, **params):
    _, _, split, _ = splits_of(snapshot, **params)
    return sorted(group for group in groups_of(split.units) if len(group) > 1)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), candidates_max=st.sampled_from((1, 16)))
def test_bundling_never_makes_the_matching_dearer(seed, candidates_max) -> None:
    snapshot = random_snapshot(seed, couriers_count=8, jobs_count=16)
    ground, singles, split, policy = splits_of(snapshot, bundle_candidates_max=candidates_max)
    apart = Split(alone(np.arange(16)), singles.quotes, singles.courier)
    assert total_cost(ground, split) <= total_cost(ground, apart) + 0.1
    jobs = sorted(job for group in groups_of(split.units) for job in group)
    assert jobs == list(range(16))
    assert np.diff(split.units.start).max() <= policy.bundle_jobs_max
    taken = split.courier[split.courier >= 0]
    assert len(np.unique(taken)) == len(taken)


def test_two_parcels_the_same_way_share_the_only_courier() -> None:
    jobs = [Job((1_000.0, 0.0), (2_000.0, 10.0 * i)) for i in range(2)]
    assert bundles_of(snapshot_of([Courier()], jobs)) == [[0, 1]]


def test_far_pickups_do_not_share_a_courier() -> None:
    jobs = [Job((1_000.0 * i, 0.0), (3_000.0, 0.0)) for i in range(2)]
    assert bundles_of(snapshot_of([Courier()], jobs)) == []


def test_a_bundle_has_at_most_so_many_jobs() -> None:
    snapshot = snapshot_of([Courier(jobs_room=9)], [Job()] * 6)
    assert max(len(group) for group in bundles_of(snapshot, bundle_jobs_max=3)) == 3
    assert bundles_of(snapshot, bundle_jobs_max=1) == []


def test_with_couriers_to_spare_parcels_in_different_directions_go_alone() -> None:
    jobs = [Job(to=(2_500.0, 0.0)), Job(to=(-1_500.0, 0.0))]
    assert bundles_of(snapshot_of([Courier(at=(900.0, 0.0))] * 8, jobs)) == []


def test_a_job_joins_a_courier_on_the_way_to_the_same_pickup() -> None:
    pickup = Stop((1_000.0, 0.0), is_pickup=True, load=(1_000.0, 5.0, 1.0))
    busy = Courier(stops=(pickup, Stop((2_000.0, 0.0))), load=(0.0, 0.0, 0.0))
    idle = Courier(at=(-2_000.0, 0.0))
    _, singles, _, _ = splits_of(snapshot_of([idle, busy], [Job()]))
    assert singles.courier.tolist() == [1]


def test_jobs_that_nobody_can_carry_are_in_no_bundle() -> None:
    nobodys = Job(vehicle_bits=2)
    snapshot = snapshot_of([Courier()], [Job(), nobodys, Job(), nobodys])
    assert bundles_of(snapshot) == [[0, 2]]


def test_a_bundle_is_quoted_to_those_who_could_carry_each_of_its_jobs_the_cheapest_few() -> None:
    quotes = Quotes(
        unit=np.array([0, 0, 0, 1, 1, 2, 2, 2]),
        courier=np.array([1, 2, 3, 2, 3, 1, 2, 3]),
        cost=np.array([5.0, 9.0, 1.0, 1.0, 2.0, 0.0, 0.0, 0.0]),
    )
    bundles = units_of([[0, 1], [0, 2]])
    pairs = shared_couriers(quotes, bundles, count_max=9)
    assert [part.tolist() for part in pairs] == [[0, 0, 1, 1, 1], [2, 3, 1, 2, 3]]
    few = shared_couriers(quotes, bundles, count_max=1)
    assert [part.tolist() for part in few] == [[0, 1], [3, 3]]


def test_who_gets_a_job_is_quoted_even_if_many_others_are_cheaper() -> None:
    """Everybody is at one point, so that few of the many winners are among the cheapest few."""
    couriers = [Courier(at=(10.0 * i, 0.0)) for i in range(30)]
    snapshot = snapshot_of(couriers, [Job()] * 20)
    ground, singles, _, _ = splits_of(snapshot, candidates_per_job_max=2)
    apart = Split(alone(np.arange(20)), singles.quotes, singles.courier)
    assert (singles.courier >= 0).all()
    assert total_cost(ground, apart) < ground.open_cost.sum() / 2.0


def test_the_jobs_of_a_unit_ascend() -> None:
    assert groups_of(units_of([[3, 1], [2]])) == [[1, 3], [2]]
