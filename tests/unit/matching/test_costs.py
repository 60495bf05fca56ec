"""A courier's time is dearer the more jobs wait for each courier."""

import pytest

from matching.costs import pressure_of, rates_of
from matching.params import Params
from tests.unit.matching.snapshots import Courier, Job, snapshot_of


@pytest.mark.parametrize(
    ("couriers", "jobs", "expected"),
    [
        ([Courier()] * 4, [Job()] * 2, 0.5),
        ([Courier(), Courier(jobs_room=0)], [Job()] * 2, 2.0),
        ([Courier()], [Job(), Job(ready_s=9_999.0)], 1.0),
        ([Courier()], [Job()] * 9, 4.0),
        ([], [Job()] * 3, 3.0),
        ([Courier()], [], 0.0),
    ],
)
def test_pressure_is_jobs_per_courier_up_to_a_bound(couriers, jobs, expected) -> None:
    assert pressure_of(snapshot_of(couriers, jobs), Params()) == expected


def test_pressure_multiplies_the_price_of_a_couriers_time() -> None:
    snapshot = snapshot_of([Courier()], [Job()] * 2)
    assert rates_of(snapshot, Params(courier_time_weight=0.3)).courier_time == pytest.approx(0.6)
