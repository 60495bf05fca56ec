"""A snapshot of the wrong shape, type or range does not reach the kernels."""

import numpy as np
import pytest

from matching.snapshot import Travel, check
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of


def valid():
    return snapshot_of([Courier(stops=(Stop(),)), Courier()], [Job(declined_by=(1,)), Job()])


def test_a_valid_snapshot_is_returned_as_it_is() -> None:
    snapshot = random_snapshot(1, couriers_count=20, jobs_count=20)
    assert check(snapshot) is snapshot


@pytest.mark.parametrize(
    "changes",
    [
        {"courier_deg": np.array([[91.0, 0.0], [0.0, 0.0]])},
        {"dropoff_deg": np.array([[0.0, 0.0], [0.0, -180.5]])},
        {"pickup_deg": np.array([[np.nan, 0.0], [0.0, 0.0]])},
        {"pickup_deg": np.zeros((3, 2))},
        {"courier_speed_mps": np.array([5.0, 0.0])},
        {"courier_speed_mps": np.array([5, 1])},
        {"courier_free_s": np.array([-1.0, 0.0])},
        {"courier_vehicle_bit": np.array([3, 1], np.uint32)},
        {"courier_vehicle_bit": np.array([0, 1], np.uint32)},
        {"courier_capacity": np.ones((3, 2)).T},
        {"courier_capacity": np.ones((2, 2))},
        {"ready_s": np.array([np.inf, 0.0])},
        {"route_start": np.array([0, 2, 1])},
        {"route_start": np.array([0, 1])},
        {"route_start": np.array([0, 0, 0])},
        {"route_start": np.array([0, 1, 1], np.int32)},
        {"decline_start": np.array([1, 1, 1])},
        {"decline_courier": np.array([2])},
        {"travel": Travel(detour_factor=0.9)},
    ],
)
def test_what_is_wrong_is_refused(changes) -> None:
    with pytest.raises(AssertionError):
        check(valid()._replace(**changes))


def test_a_read_only_column_is_refused() -> None:
    snapshot = valid()
    snapshot.ready_s.flags.writeable = False
    with pytest.raises(AssertionError, match="ready_s"):
        check(snapshot)


def test_a_pickup_after_its_drop_off_is_refused() -> None:
    stops = (Stop(job=4), Stop(job=4, is_pickup=True, load=(1.0, 1.0, 1.0)))
    with pytest.raises(AssertionError, match="pickup after its drop-off"):
        snapshot_of([Courier(stops=stops)], [])


def test_the_same_key_on_two_routes_is_two_jobs() -> None:
    pickup = Stop(job=4, is_pickup=True, load=(1.0, 1.0, 1.0))
    couriers = [Courier(stops=(Stop(job=4),)), Courier(stops=(pickup, Stop(job=4)))]
    assert len(snapshot_of(couriers, []).stop_job) == 3
