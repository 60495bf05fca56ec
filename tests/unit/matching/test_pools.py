"""The pool has near bundles only, with the savings of their best orders, and none in vain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ground import survey
from matching.near_pairs import near_pairs
from matching.orders import best_orders
from matching.params import Params
from matching.pools import Taste, pool_of, single_costs, typical
from matching.walk import settle
from tests.unit.matching import twins_packing
from tests.unit.matching.groups import groups_of, units_of
from tests.unit.matching.snapshots import Courier, Job, random_snapshot, snapshot_of

TASTE = Taste(trip_cost=900.0)


def ground_of(snapshot):
    ground = survey(snapshot, Params())
    settle(ground)
    return ground


def pooled(ground, jobs_count, taste=TASTE) -> dict[tuple[int, ...], float]:
    pool = pool_of(ground, np.ones(jobs_count, np.bool_), taste)
    groups = [tuple(group) for group in groups_of(pool.bundles)]
    assert len(set(groups)) == len(groups)
    return dict(zip(groups, pool.saving.tolist(), strict=True))


def parallel_jobs(count) -> list[Job]:
    return [Job((20.0 * i, 0.0), (3_000.0, 15.0 * i * i)) for i in range(count)]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), eligible=st.sets(st.integers(0, 13)))
def test_near_pairs_are_those_of_the_twin(seed, eligible) -> None:
    snapshot = random_snapshot(seed, couriers_count=1, jobs_count=14)
    is_eligible = np.isin(np.arange(14), list(eligible))
    pairs = near_pairs(ground_of(snapshot), is_eligible, pickup_m_max=850.0, neighbours_max=14)
    expected = twins_packing.near_pairs(snapshot, eligible, pickup_m_max=850.0)
    assert [tuple(pair) for pair in pairs.tolist()] == expected


def test_each_job_has_so_many_neighbours_and_equal_ones_choose_different() -> None:
    ground = ground_of(snapshot_of([], [Job()] * 6))
    pairs = near_pairs(ground, np.ones(6, np.bool_), pickup_m_max=800.0, neighbours_max=1)
    assert pairs.tolist() == [[0, 1], [0, 5], [1, 2], [2, 3], [3, 4], [4, 5]]


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_savings_are_those_against_single_jobs(seed) -> None:
    ground = ground_of(random_snapshot(seed, couriers_count=4, jobs_count=10))
    saving_of = pooled(ground, 10, TASTE._replace(jobs_max=3))
    reference = typical(ground)
    alone = single_costs(reference)
    courier = np.full(len(saving_of), len(reference.fleet) - 1)
    cost = best_orders(
        reference,
        units_of(list(saving_of)),
        courier,
        cost_max=np.full(len(saving_of), np.inf),
        approach_share=0.0,
    ).cost
    for (group, saving), together in zip(saving_of.items(), cost, strict=True):
        trips_saved = len(group) - 1
        expected = alone[list(group)].sum() + trips_saved * TASTE.trip_cost - together
        assert saving == pytest.approx(expected)
        assert saving > max(TASTE.saving_min, twins_packing.best_split(saving_of, group))


def test_the_pool_has_pairs_triples_and_quads_as_many_as_asked() -> None:
    ground = ground_of(snapshot_of([Courier()], parallel_jobs(4)))
    sizes = {len(group) for group in pooled(ground, 4)}
    assert sizes == {2, 3, 4}
    assert {len(g) for g in pooled(ground, 4, TASTE._replace(jobs_max=2))} == {2}


def test_bundles_of_one_job_are_limited() -> None:
    ground = ground_of(snapshot_of([Courier()], parallel_jobs(5)))
    saving_of = pooled(ground, 5, TASTE._replace(bundles_per_job_max=1, jobs_max=2))
    everything = pooled(ground, 5, TASTE._replace(jobs_max=2))
    assert 3 <= len(saving_of) < len(everything)
    assert max(everything, key=everything.__getitem__) in saving_of


def test_without_couriers_or_jobs_there_is_no_pool() -> None:
    assert pooled(ground_of(snapshot_of([Courier()], [])), 0) == {}
    far = [Job(), Job((9_000.0, 0.0))]
    assert pooled(ground_of(snapshot_of([Courier()], far)), 2) == {}
