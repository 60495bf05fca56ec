"""When a courier counts as silent. The default policy waits 180 s, and 300 s with jobs in hand."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.lifecycle import CourierStatus
from service.domain.policy import Policy
from service.relay.silence import Hearing, Measure, decide, hear
from service.store.couriers import OnDuty
from tests.unit.domain.makers import ANNA, NOW

LONG_AGO = NOW - timedelta(hours=1)


def on_duty(**changes):
    values = {
        "id": ANNA,
        "status": CourierStatus.ONLINE,
        "status_changed_at": LONG_AGO,
        "shift_ends_at": NOW + timedelta(hours=1),
        "live_jobs_count": 0,
    }
    return OnDuty(**(values | changes))


def decide_after(silent_s, **changes):
    hearing = Hearing(fix_ms=1, heard_at=NOW - timedelta(seconds=silent_s))
    return decide(on_duty(**changes), hearing, policy=Policy(), now=NOW)


@pytest.mark.parametrize(
    ("silent_s", "live_jobs_count", "measure"),
    [
        (179.9, 0, Measure.NONE),
        (180.0, 0, Measure.SET_OFFLINE),
        (180.0, 1, Measure.NONE),
        (299.9, 2, Measure.NONE),
        (300.0, 2, Measure.FREE_JOBS),
    ],
)
def test_silence_is_waited_for_longer_with_jobs_in_hand(silent_s, live_jobs_count, measure):
    assert decide_after(silent_s, live_jobs_count=live_jobs_count) is measure


def test_a_change_of_status_is_a_sign_of_life():
    assert decide_after(500.0, status_changed_at=NOW - timedelta(seconds=20)) is Measure.NONE


@pytest.mark.parametrize("status", [CourierStatus.ONLINE, CourierStatus.PAUSED, CourierStatus.BUSY])
def test_a_shift_ends_at_its_time(status):
    assert decide_after(0.0, status=status, shift_ends_at=NOW) is Measure.END_SHIFT


def test_a_shift_that_is_ending_is_not_ended_again():
    ending = {"status": CourierStatus.ENDING, "live_jobs_count": 1, "shift_ends_at": LONG_AGO}
    assert decide_after(0.0, **ending) is Measure.NONE
    assert decide_after(300.0, **ending) is Measure.FREE_JOBS


def test_counting_begins_with_the_first_look():
    assert hear(None, None, now=NOW) == Hearing(fix_ms=None, heard_at=NOW)
    assert hear(None, 7, now=NOW) == Hearing(fix_ms=7, heard_at=NOW)


def test_a_new_fix_is_heard_whatever_the_time_in_it():
    known = Hearing(fix_ms=9_000, heard_at=LONG_AGO)
    assert hear(known, 5_000, now=NOW) == Hearing(fix_ms=5_000, heard_at=NOW)


@given(st.lists(st.sampled_from([None, 7])))
def test_the_same_fix_and_none_at_all_are_no_news(fixes):
    known = Hearing(fix_ms=7, heard_at=LONG_AGO)
    for fix_ms in fixes:
        assert hear(known, fix_ms, now=NOW) is known
