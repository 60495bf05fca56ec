"""Who is suspended, for how long, and what that keeps a courier from."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, make_courier

from service.domain.account import SUSPENSION_S_MAX, reinstate, suspend
from service.domain.courier import go_online, pause, resume, tell
from service.domain.errors import (
    CourierSuspendedError,
    InvalidParamsError,
    InvalidStateTransitionError,
)
from service.domain.facts import FactType
from service.domain.lifecycle import AccountStatus, CourierStatus
from service.domain.load import Load
from service.domain.suspension import Suspension
from service.domain.vocabulary import Actor, SuspensionReason, Vehicle

OFF_DUTY = make_courier(status=CourierStatus.OFFLINE)
AT_FIVE = NOW + timedelta(hours=5)


def suspended(courier=OFF_DUTY, until=None, now=NOW):
    return suspend(courier, Suspension(reason=SuspensionReason.SAFETY, until=until), now=now)


def online(courier, now):
    return go_online(
        courier,
        vehicle=Vehicle.BIKE,
        capacity=Load(10_000, 40, 3),
        shift_ends_at=now + timedelta(hours=4),
        now=now,
    )


def test_who_is_suspended_stays_off_duty_and_is_told_why_and_until_when():
    courier = suspended(until=AT_FIVE)
    with pytest.raises(CourierSuspendedError, match=r"17:00.*safety"):
        online(courier, NOW)
    assert courier.version == OFF_DUTY.version + 1


@given(st.integers(-7_200, 7_200))
def test_a_suspension_ends_by_itself_at_its_time(later_s):
    courier = suspended(until=AT_FIVE)
    now = AT_FIVE + timedelta(seconds=later_s)
    if later_s < 0:
        assert courier.suspension_at(now) == Suspension(
            reason=SuspensionReason.SAFETY, until=AT_FIVE
        )
        with pytest.raises(CourierSuspendedError):
            online(courier, now)
    else:
        assert courier.suspension_at(now) is None
        after = online(courier, now)
        assert after.account_status is AccountStatus.ACTIVE
        assert (after.suspension_reason, after.suspended_until) == (None, None)


def test_without_an_end_it_lasts_until_somebody_ends_it():
    courier = suspended()
    assert courier.suspension_at(NOW + timedelta(days=4_000)) is not None
    back = reinstate(courier)
    assert back.suspension_at(NOW) is None
    assert online(back, NOW).status is CourierStatus.ONLINE
    assert reinstate(back) is back


def test_a_suspension_of_old_without_a_reason_still_holds():
    courier = make_courier(account_status=AccountStatus.SUSPENDED, status=CourierStatus.OFFLINE)
    with pytest.raises(CourierSuspendedError):
        online(courier, NOW)


@pytest.mark.parametrize("ahead_s", [-1, 0, SUSPENSION_S_MAX + 1])
def test_it_ends_in_the_future_and_within_a_year(ahead_s):
    with pytest.raises(InvalidParamsError) as refused:
        suspended(until=NOW + timedelta(seconds=ahead_s))
    assert refused.value.field == "/until"


def test_the_last_word_about_the_end_counts():
    longer = suspended(suspended(until=AT_FIVE), until=AT_FIVE + timedelta(days=1))
    assert longer.suspended_until == AT_FIVE + timedelta(days=1)


@pytest.mark.parametrize("status", [AccountStatus.PENDING_REVIEW, AccountStatus.DEACTIVATED])
def test_only_an_account_that_was_active_is_suspended_and_reinstated(status):
    courier = make_courier(account_status=status)
    with pytest.raises(InvalidStateTransitionError):
        suspended(courier)
    with pytest.raises(InvalidStateTransitionError):
        reinstate(courier)


def test_who_finishes_under_a_suspension_does_not_pause_or_resume():
    ending = suspended(make_courier(status=CourierStatus.ENDING, live_jobs_count=1))
    for change in (pause, resume):
        with pytest.raises(CourierSuspendedError):
            change(ending, now=NOW)


def test_a_pause_that_was_a_mistake_leaves_everything_as_it_was():
    busy = make_courier(status=CourierStatus.BUSY, live_jobs_count=2)
    back = resume(pause(busy, now=NOW), now=NOW)
    assert (back.status, back.vehicle, back.capacity) == (
        CourierStatus.BUSY,
        busy.vehicle,
        busy.capacity,
    )
    with pytest.raises(InvalidStateTransitionError):
        resume(busy, now=NOW)


def test_a_fact_tells_of_a_suspension_only_while_it_lasts():
    courier = suspended(until=AT_FIVE)
    during, after = (
        tell(courier, FactType.COURIER_SUSPENDED, actor=Actor.OPS, now=now).body
        for now in (NOW, AT_FIVE)
    )
    assert during.suspension.until == AT_FIVE
    assert after.suspension is None
