"""The screening against its twin, and each filter by a case of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.field import field_of
from matching.ground import survey
from matching.params import Params
from matching.permits import FILTERS, PASSED
from matching.screening import screened
from matching.walk import settle
from tests.unit.matching import twins
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of


def screening_of(snapshot, *, told_max=24, jobs=None, **params):
    ground = survey(snapshot, Params(**params))
    settle(ground)
    asked = np.arange(ground.jobs_count) if jobs is None else np.array(jobs)
    return screened(ground, field_of(ground), asked, told_max=told_max)


def only_filter(courier, job, **params):
    """Return the name of the filter that removes the only pair."""
    (row,) = screening_of(snapshot_of([courier], [job]), **params).told_removed_by[0]
    return None if row == PASSED else FILTERS[row]


def expected_filter(snapshot, params, courier, job):
    """Return the twin's filter, the one on the route at last."""
    found = twins.removed_by(snapshot, params, courier, job)
    if found is None and twins.best(snapshot, params, courier, [job]) is None:
        return "route"
    return found


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_pair_meets_the_same_filter_as_in_the_twin(seed) -> None:
    snapshot, params = random_snapshot(seed, couriers_count=12, jobs_count=4), Params()
    found = screening_of(snapshot)
    for job in range(4):
        near = [
            c for c in range(12) if twins.reach_m(snapshot, c, job) <= snapshot.job_radius_m[job]
        ]
        expected = {c: expected_filter(snapshot, params, c, job) for c in near}
        assert found.considered_count[job] == len(near)
        for f, name in enumerate(FILTERS):
            assert found.removed_count[job, f] == list(expected.values()).count(name)
        told = found.told[job][found.told[job] >= 0].tolist()
        rows = found.told_removed_by[job][: len(told)]
        names = [None if row == PASSED else FILTERS[row] for row in rows]
        assert dict(zip(told, names, strict=True)) == expected
        assert (np.isfinite(found.told_cost[job][: len(told)]) == (rows == PASSED)).all()
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
        ("route", Courier(stops=(Stop((0.0, 500.0), due_s=101.0),)), Job(due_s=410.0)),
        (None, Courier(), Job()),
    ],
)
def test_each_filter_removes_its_case(name, courier, job) -> None:
    assert only_filter(courier, job) == name


def test_a_busy_courier_counts_by_the_nearest_stop_of_its_route() -> None:
    busy = Courier(at=(12_000.0, 0.0), speed_mps=10.0, stops=(Stop((1_500.0, 0.0)),))
    job = Job(radius_m=1_000.0)
    assert only_filter(busy, job) is None
    assert (screening_of(snapshot_of([Courier(at=(12_000.0, 0.0))], [job])).told == -1).all()


def test_the_soonest_are_told_of_and_ties_go_to_the_lower_row() -> None:
    couriers = [Courier(at=(3_000.0, 0.0)), Courier(), Courier(), Courier(free_s=1.0)]
    found = screening_of(snapshot_of(couriers, [Job()]), told_max=3)
    assert found.told.tolist() == [[1, 2, 3]]
    assert found.considered_count[0] == 4


def test_only_jobs_asked_about_are_screened() -> None:
    snapshot = snapshot_of([Courier()] * 3, [Job(), Job(declined_by=(2,))])
    found = screening_of(snapshot, jobs=[1])
    assert found.considered_count.tolist() == [3]
    assert found.removed_count[0, FILTERS.index("declined")] == 1


def test_no_couriers_are_no_candidates() -> None:
    found = screening_of(snapshot_of([], [Job()]))
    assert found.told.shape == (1, 0)
    assert np.all(found.removed_count == 0)
