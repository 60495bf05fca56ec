"""The screening against its twin, and each filter by a case of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.candidates import screen
from matching.ground import survey
from matching.params import Params
from matching.permits import BEYOND_NEAREST, FILTERS, PASSED
from tests.unit.matching import twins
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of


def screened(snapshot, **params):
    policy = Params(**params)
    return screen(
        snapshot,
        survey(snapshot, policy),
        policy,
        is_asked_job=np.ones(len(snapshot.ready_s), np.bool_),
        is_asked_courier=np.ones(len(snapshot.courier_free_s), np.bool_),
    )


def only_filter(courier, job, **params):
    """Return the name of the filter that removes the only pair."""
    (row,) = screened(snapshot_of([courier], [job]), **params).reason_removed_by
    return None if row == PASSED else FILTERS[row]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_pair_meets_the_same_filter_as_in_the_twin(seed) -> None:
    snapshot, params = random_snapshot(seed, couriers_count=12, jobs_count=4), Params()
    found = screened(snapshot)
    kept = set(zip(found.pair_job.tolist(), found.pair_courier.tolist(), strict=True))
    for job in range(4):
        near = [
            c for c in range(12) if twins.reach_m(snapshot, c, job) <= snapshot.job_radius_m[job]
        ]
        expected = {c: twins.removed_by(snapshot, params, c, job) for c in near}
        assert {c for j, c in kept if j == job} == {c for c in near if expected[c] is None}
        assert found.considered_count[job] == len(near)
        for f, name in enumerate(FILTERS):
            assert found.removed_count[job, f] == list(expected.values()).count(name)
        told = found.reason_courier[found.reason_job == job].tolist()
        names = [None if row == PASSED else FILTERS[row] for row in found.reason_removed_by]
        of_job = [n for n, j in zip(names, found.reason_job, strict=True) if j == job]
        assert dict(zip(told, of_job, strict=True)) == expected
        times = [twins.soonest_s(snapshot, c, job) for c in told]
        assert times == pytest.approx(sorted(times))


@pytest.mark.parametrize(
    ("name", "courier", "job"),
    [
        ("vehicle", Courier(vehicle_bit=2), Job(vehicle_bits=5)),
        ("capacity", Courier(capacity=(1e4, 4.0, 4.0)), Job(load=(1.0, 5.0, 1.0))),
        ("requirements", Courier(ability_bits=2), Job(requirement_bits=3)),
        ("shift_end", Courier(shift_end_s=300.0), Job()),
        ("deadline", Courier(), Job(due_s=300.0)),
        ("stale_position", Courier(position_age_s=31.0), Job()),
        ("declined", Courier(), Job(declined_by=(0,))),
        ("too_far", Courier(speed_mps=0.5), Job()),
        ("too_far", Courier(at=(9_000.0, 0.0), stops=(Stop((4_500.0, 0.0)),)), Job()),
        ("jobs_count", Courier(jobs_room=0), Job()),
        (None, Courier(), Job()),
    ],
)
def test_each_filter_removes_its_case(name, courier, job) -> None:
    assert only_filter(courier, job) == name


def test_a_busy_courier_counts_by_the_nearest_stop_of_its_route() -> None:
    busy = Courier(at=(12_000.0, 0.0), speed_mps=10.0, stops=(Stop((1_500.0, 0.0)),))
    job = Job(radius_m=1_000.0)
    assert only_filter(busy, job) is None
    assert len(screened(snapshot_of([Courier(at=(12_000.0, 0.0))], [job])).reason_job) == 0


def test_only_the_soonest_stay_and_ties_go_to_the_lower_row() -> None:
    couriers = [Courier(at=(3_000.0, 0.0)), Courier(), Courier(), Courier(free_s=1.0)]
    found = screened(
        snapshot_of(couriers, [Job()]), candidates_per_job_max=1, reason_pairs_per_job_max=3
    )
    assert found.pair_courier.tolist() == [1]
    assert found.reason_courier.tolist() == [1, 2, 3]
    assert found.removed_count[0, BEYOND_NEAREST] == 3
    assert found.considered_count[0] == 4


def test_only_jobs_and_couriers_asked_about_make_pairs_and_every_courier_is_counted() -> None:
    snapshot = snapshot_of([Courier()] * 3, [Job(), Job(declined_by=(2,))])
    found = screen(
        snapshot,
        survey(snapshot, Params()),
        Params(),
        is_asked_job=np.array([False, True]),
        is_asked_courier=np.array([False, True, True]),
    )
    assert list(zip(found.pair_job, found.pair_courier, strict=True)) == [(1, 1)]
    assert found.considered_count.tolist() == [0, 3]
    assert found.removed_count[1, BEYOND_NEAREST] == 1


def test_no_couriers_are_no_candidates() -> None:
    found = screened(snapshot_of([], [Job()]))
    assert len(found.pair_job) == len(found.reason_job) == 0
    assert np.all(found.removed_count == 0)
