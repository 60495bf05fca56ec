"""Rows become the engine's columns: units, signs, infinities, and who must not be asked."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.snapshot import check
from service.dispatch.arrays import ABILITY_BIT, VEHICLE_BIT, arrange
from service.dispatch.rows import DemandPlace, HeldJob, Standing
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.load import Load
from service.domain.policy import Policy
from service.domain.vocabulary import Requirement, Vehicle
from tests.unit.dispatch.makers import LOAD, make_gathered, make_open_job, make_seen, make_stop
from tests.unit.domain.makers import GRABEN, NASCHMARKT, NOW


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def snapshot_of(jobs=(), couriers=(), *, left_out=(), **changes):
    gathered = make_gathered(jobs, couriers, **changes)
    return check(arrange(gathered, Policy(), left_out=left_out).snapshot)


def test_a_job_is_told_in_seconds_from_the_instant_of_the_tick():
    job = make_open_job(
        ready_at=at(90), due_at=at(1_800), opened_at=at(-25), requirements=(Requirement.COLD_BAG,)
    )
    snapshot = snapshot_of([job])
    assert (snapshot.ready_s[0], snapshot.due_s[0], snapshot.job_age_s[0]) == (90.0, 1_800.0, 25.0)
    assert snapshot.pickup_deg[0].tolist() == [GRABEN.lat_deg, GRABEN.lng_deg]
    assert snapshot.dropoff_deg[0].tolist() == [NASCHMARKT.lat_deg, NASCHMARKT.lng_deg]
    assert snapshot.job_load[0].tolist() == [2_000.0, 5.0, 1.0]
    assert snapshot.job_vehicle_bits[0] == VEHICLE_BIT[Vehicle.BIKE] | VEHICLE_BIT[Vehicle.CAR]
    assert snapshot.job_requirement_bits[0] == ABILITY_BIT[Requirement.COLD_BAG]
    assert snapshot.job_radius_m[0] == 4_500.0  # in its third round


def test_a_courier_is_told_as_on_the_roster():
    abilities = (Requirement.COLD_BAG, Requirement.UPRIGHT)
    courier = make_seen(
        abilities=abilities, live_jobs_count=1, aboard=LOAD, shift_ends_at=at(3_600)
    )
    snapshot = snapshot_of([], [courier])
    assert snapshot.courier_capacity[0].tolist() == [16_000.0, 60.0, 6.0]
    assert snapshot.courier_load[0].tolist() == [2_000.0, 5.0, 1.0]
    assert snapshot.courier_ability_bits[0] == sum(ABILITY_BIT[ability] for ability in abilities)
    assert snapshot.courier_vehicle_bit[0] == VEHICLE_BIT[Vehicle.BIKE]
    assert snapshot.courier_speed_mps[0] == 4.5
    assert snapshot.courier_jobs_room[0] == Policy().live_jobs_count_max - 1
    assert snapshot.courier_shift_end_s[0] == 3_600.0


def test_more_jobs_than_allowed_leave_no_room():
    assert snapshot_of([], [make_seen(live_jobs_count=9)]).courier_jobs_room[0] == 0


@pytest.mark.parametrize(("fixed_s", "age_s"), [(-12, 12.0), (0, 0.0), (7, 0.0)])
def test_a_fix_of_a_fast_clock_is_of_now(fixed_s, age_s):
    snapshot = snapshot_of([], [make_seen(fixed_at=at(fixed_s))])
    assert snapshot.courier_position_age_s[0] == pytest.approx(age_s)


def test_a_pickup_has_a_ready_time_and_a_dropoff_a_due_time():
    route = (make_stop(kind=StopKind.PICKUP), make_stop())
    snapshot = snapshot_of([], [make_seen(route=route)])
    assert snapshot.stop_ready_s.tolist() == [0.0, -np.inf]
    assert snapshot.stop_due_s.tolist() == [np.inf, 3_600.0]
    assert snapshot.stop_load.tolist() == [[2_000.0, 5.0, 1.0], [-2_000.0, -5.0, -1.0]]
    assert snapshot.stop_job[0] == snapshot.stop_job[1]
    assert snapshot.stop_is_pickup.tolist() == [True, False]


@pytest.mark.parametrize(
    ("kind", "arrived_s", "ready_s", "free_s"),
    [
        (StopKind.DROPOFF, -20, None, 40.0),
        (StopKind.DROPOFF, -90, None, 0.0),  # takes longer than planned
        (StopKind.PICKUP, -90, 30, 90.0),  # the parcel is not ready
        (StopKind.PICKUP, -20, -300, 40.0),
    ],
)
def test_a_courier_at_a_stop_moves_on_from_there_once_it_is_served(
    kind, arrived_s, ready_s, free_s
):
    reached = make_stop(
        kind=kind,
        status=StopStatus.ARRIVED,
        arrived_at=at(arrived_s),
        ready_at=None if ready_s is None else at(ready_s),
    )
    courier = make_seen(route=(reached, make_stop(2)), north_m=50.0)
    snapshot = snapshot_of([], [courier])
    assert snapshot.courier_free_s[0] == free_s
    assert snapshot.courier_deg[0].tolist() == [reached.lat_deg, reached.lng_deg]
    assert len(snapshot.stop_deg) == 1


def test_what_is_done_at_the_stop_counts_as_done():
    pickup = make_stop(kind=StopKind.PICKUP, status=StopStatus.ARRIVED, arrived_at=NOW)
    dropoff = make_stop(status=StopStatus.ARRIVED, arrived_at=NOW)
    loading = make_seen(1, route=(pickup, make_stop()))
    unloading = make_seen(2, route=(dropoff,), aboard=Load(3_000, 25, 2))
    snapshot = snapshot_of([], [loading, unloading])
    assert snapshot.courier_load.tolist() == [[2_000.0, 5.0, 1.0], [1_000.0, 20.0, 1.0]]


def test_who_refused_or_is_left_out_is_a_row_of_the_declines():
    couriers = [make_seen(number) for number in (1, 2, 3)]
    ids = [courier.entry.courier_id for courier in couriers]
    jobs = [make_open_job(1, refused_by=(ids[2], ids[0])), make_open_job(2)]
    left_out = {(ids[1], jobs[1].job_id), (ids[1], make_open_job(9).job_id), (None, jobs[0].job_id)}
    snapshot = snapshot_of(jobs, couriers, left_out=left_out)
    assert snapshot.decline_start.tolist() == [0, 2, 3]
    assert snapshot.decline_courier.tolist() == [0, 2, 1]


def test_what_rides_unmixed_does_so_before_and_after_it_is_taken():
    courier = make_seen(route=(make_stop(1, is_unmixed=True), make_stop(2)))
    snapshot = snapshot_of([make_open_job(3), make_open_job(4, is_unmixed=True)], [courier])
    assert snapshot.stop_is_unmixed.tolist() == [True, False]
    assert snapshot.job_is_unmixed.tolist() == [False, True]


def test_the_last_plan_is_told_by_rows_as_far_as_its_couriers_are_seen():
    couriers = [make_seen(number) for number in (1, 2)]
    jobs = [make_open_job(number) for number in (1, 2, 3)]
    ben, gone = couriers[1].entry.courier_id, make_seen(9).entry.courier_id
    held = (HeldJob(jobs[1].job_id, ben, 2), HeldJob(jobs[2].job_id, gone, 0))
    snapshot = snapshot_of(jobs, couriers, held=held)
    assert snapshot.job_last_courier.tolist() == [-1, 1, -1]
    assert snapshot.job_last_rank.tolist() == [0, 2, 0]


def test_what_is_known_of_couriers_and_places_is_told_and_all_else_is_usual():
    couriers = [make_seen(number) for number in (1, 2)]
    known = Standing(couriers[1].entry.courier_id, 0.4, 2.5)
    snapshot = snapshot_of([], couriers, standings=(known,), demand=(DemandPlace(48.2, 16.4, 9.0),))
    assert snapshot.courier_acceptance_share.tolist() == [0.8, 0.4]
    assert snapshot.courier_earnings_share.tolist() == [1.0, 2.5]
    assert snapshot.demand_deg.tolist() == [[48.2, 16.4]]
    assert snapshot.demand_per_h.tolist() == [9.0]


people = st.builds(
    make_seen,
    st.integers(1, 99),
    route=st.sampled_from(
        [
            (),
            (make_stop(),),
            (make_stop(kind=StopKind.PICKUP), make_stop()),
            (make_stop(status=StopStatus.ARRIVED, arrived_at=NOW), make_stop(2)),
        ]
    ),
    live_jobs_count=st.integers(0, 5),
    vehicle=st.sampled_from(Vehicle),
    fixed_at=st.integers(-90, 5).map(at),
)
work = st.builds(
    make_open_job,
    st.integers(1, 99),
    opened_at=st.integers(-9_000, 5).map(at),
    ready_at=st.integers(-9_000, 9_000).map(at),
    vehicles=st.sets(st.sampled_from(Vehicle), min_size=1).map(tuple),
)


@given(st.lists(work, max_size=4), st.lists(people, max_size=4))
def test_whatever_is_gathered_is_a_valid_snapshot(jobs, couriers):
    snapshot = snapshot_of(jobs, couriers)
    assert len(snapshot.ready_s) == len(jobs)
    assert np.diff(snapshot.route_start).tolist() == [len(c.ahead) for c in couriers]
