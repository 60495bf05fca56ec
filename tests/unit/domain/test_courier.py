from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import GRABEN, NOW, make_courier

from service.domain.courier import Fix, accept_fix, carry, go_offline, go_online, pause
from service.domain.errors import (
    CapacityExceededError,
    CourierSuspendedError,
    DomainError,
    InvalidParamsError,
    InvalidStateTransitionError,
    StalePositionError,
)
from service.domain.geo import Point
from service.domain.lifecycle import AccountStatus, CourierStatus
from service.domain.load import NOTHING, Load
from service.domain.vocabulary import Vehicle

OFF_DUTY = make_courier(status=CourierStatus.OFFLINE, shift_ends_at=None)
BAG = Load(10_000, 40, 3)


def online(courier, **changes):
    values = {
        "vehicle": Vehicle.BIKE,
        "capacity": BAG,
        "shift_ends_at": NOW + timedelta(hours=4),
        "now": NOW,
    }
    return go_online(courier, **(values | changes))


def fix(point, seconds, accuracy_m=5.0):
    return Fix(point=point, accuracy_m=accuracy_m, received_at=NOW + timedelta(seconds=seconds))


def test_going_online_declares_vehicle_capacity_and_shift():
    courier = online(OFF_DUTY)
    assert (courier.status, courier.capacity) == (CourierStatus.ONLINE, BAG)


@pytest.mark.parametrize("hours", [-1, 0, 17])
def test_a_shift_ends_within_reason(hours):
    with pytest.raises(InvalidParamsError):
        online(OFF_DUTY, shift_ends_at=NOW + timedelta(hours=hours))


def test_nobody_carries_a_wardrobe_on_a_bike():
    with pytest.raises(CapacityExceededError):
        online(OFF_DUTY, capacity=Load(80_000, 40, 3))


def test_a_courier_with_jobs_cannot_declare_less_than_they_need():
    with pytest.raises(CapacityExceededError):
        online(make_courier(load_weight_g=12_000, live_jobs_count=1))


def test_a_suspended_courier_stays_off():
    with pytest.raises(CourierSuspendedError):
        online(make_courier(account_status=AccountStatus.SUSPENDED))


def test_coming_back_with_jobs_in_hand_means_busy():
    paused = make_courier(status=CourierStatus.PAUSED, live_jobs_count=1)
    assert online(paused).status is CourierStatus.BUSY


def test_going_offline_with_jobs_in_hand_means_ending():
    assert go_offline(
        make_courier(status=CourierStatus.BUSY, live_jobs_count=1), now=NOW
    ).status is (CourierStatus.ENDING)


def test_pausing_off_duty_is_refused():
    with pytest.raises(InvalidStateTransitionError):
        pause(OFF_DUTY, now=NOW)


def test_the_last_job_of_an_ending_courier_sends_them_home():
    ending = make_courier(status=CourierStatus.ENDING, live_jobs_count=1)
    assert carry(ending, live_jobs_count=0, load=NOTHING, now=NOW).status is CourierStatus.OFFLINE


def test_every_change_has_a_new_version():
    assert pause(make_courier(version=4), now=NOW).version == 5


STEPS = {
    "online": lambda courier: online(courier),
    "pause": lambda courier: pause(courier, now=NOW),
    "offline": lambda courier: go_offline(courier, now=NOW),
    "take": lambda courier: carry(
        courier, live_jobs_count=courier.live_jobs_count + 1, load=NOTHING, now=NOW
    ),
    "finish": lambda courier: carry(
        courier, live_jobs_count=max(0, courier.live_jobs_count - 1), load=NOTHING, now=NOW
    ),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30))
def test_status_and_jobs_in_hand_always_agree(steps):
    courier = OFF_DUTY
    for step in steps:
        with suppress(DomainError):
            courier = STEPS[step](courier)
        if courier.status in (CourierStatus.BUSY, CourierStatus.ENDING):
            assert courier.live_jobs_count > 0
        if courier.status in (CourierStatus.OFFLINE, CourierStatus.ONLINE):
            assert courier.live_jobs_count == 0


def test_a_believable_move_is_accepted():
    near = Point(GRABEN.lat_deg + 0.001, GRABEN.lng_deg)
    assert accept_fix(fix(GRABEN, 0), fix(near, 10)).point == near


def test_nobody_jumps_across_the_city():
    far = Point(GRABEN.lat_deg + 0.1, GRABEN.lng_deg)
    with pytest.raises(StalePositionError):
        accept_fix(fix(GRABEN, 0), fix(far, 10))


def test_after_a_long_silence_a_courier_may_be_anywhere():
    far = Point(GRABEN.lat_deg + 0.1, GRABEN.lng_deg)
    assert accept_fix(fix(GRABEN, 0), fix(far, 3_600)).point == far


def test_an_inaccurate_fix_is_of_no_use():
    with pytest.raises(StalePositionError):
        accept_fix(None, fix(GRABEN, 0, accuracy_m=5_000.0))


def test_nobody_takes_more_jobs_at_once_than_declared_and_what_is_in_hand_may_be_finished():
    courier = make_courier(capacity_jobs_count=1, live_jobs_count=1)
    light = Load(100, 5, 1)
    with pytest.raises(CapacityExceededError):
        carry(courier, live_jobs_count=2, load=light, now=NOW)
    above = make_courier(capacity_jobs_count=1, live_jobs_count=3, status=CourierStatus.BUSY)
    assert carry(above, live_jobs_count=2, load=light, now=NOW).live_jobs_count == 2
