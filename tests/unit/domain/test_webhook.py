"""When a delivery is tried again, and when its endpoint is left alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.facts import FactType
from service.domain.vocabulary import AttemptOutcome, DeliveryStatus, DisabledReason
from service.domain.webhook import (
    CALLS_COUNT_MAX,
    DELAYS_S,
    FAILING_COUNT_MIN,
    FAILURES_COUNT_MAX,
    FAULT_DELAYS_S,
    REST_S_MAX,
    Attempted,
    Health,
    WebhookEvent,
    calls_count_max,
    examine,
    judge,
    reason_to_disable,
)
from tests.unit.domain.makers import NOW

DELIVERED = Attempted(outcome=AttemptOutcome.DELIVERED, duration_ms=1, status_code=200)
REFUSED = Attempted(outcome=AttemptOutcome.REFUSED, duration_ms=1, status_code=500)
FAULT = Attempted(outcome=AttemptOutcome.INTERNAL, duration_ms=1)
GONE = Attempted(outcome=AttemptOutcome.GONE, duration_ms=1, status_code=410)


def refused(retry_after_s):
    return Attempted(
        outcome=AttemptOutcome.REFUSED, duration_ms=1, status_code=503, retry_after_s=retry_after_s
    )


def in_s(seconds):
    return NOW + timedelta(seconds=seconds)


def after(*calls):
    """Return the health after these (seconds from now, attempt)."""
    health = Health()
    for at_s, attempted in calls:
        health = examine(health, attempted, now=in_s(at_s))
    return health


def test_the_events_are_all_facts_about_jobs_and_that_something_was_said():
    about_jobs = {type.value for type in FactType if type.value.startswith("job.")}
    assert {event.value for event in WebhookEvent} == about_jobs | {"message.sent"}


def test_ten_attempts_take_75_hours():
    assert len(DELAYS_S) == 10
    assert DELAYS_S[0] == 0.0
    assert 75.0 <= sum(DELAYS_S) / 3_600.0 < 76.0


@given(st.integers(1, 9), st.floats(-1.0, 1.0))
def test_a_delay_is_the_scheduled_one_and_a_fifth_at_most_by_chance(attempts_count, jitter):
    verdict = judge(REFUSED, attempts_count=attempts_count, faults_count=0, jitter=jitter)
    assert verdict.status is DeliveryStatus.PENDING
    share = verdict.delay_s / DELAYS_S[attempts_count]
    assert 0.8 - 1e-9 <= share <= 1.2 + 1e-9


@given(st.integers(1, 9), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_those_that_failed_together_do_not_come_back_together(attempts_count, one, other):
    delays_s = [
        judge(REFUSED, attempts_count=attempts_count, faults_count=0, jitter=jitter).delay_s
        for jitter in (one, other)
    ]
    apart_s = 0.2 * abs(one - other) * DELAYS_S[attempts_count]
    assert abs(delays_s[0] - delays_s[1]) == pytest.approx(apart_s, abs=1e-6)


@pytest.mark.parametrize(
    ("attempts_count", "asked_s", "delay_s"),
    [
        (1, 60.0, 60.0),  # longer than scheduled: as asked
        (3, 60.0, 1_800.0),  # shorter: as scheduled
        (1, 86_400.0, 3_600.0),  # an hour at most
        (1, -5.0, 5.0),
    ],
)
def test_retry_after_counts_for_an_hour_at_most(attempts_count, asked_s, delay_s):
    verdict = judge(refused(asked_s), attempts_count=attempts_count, faults_count=0, jitter=0.0)
    assert verdict.delay_s == delay_s


def test_after_the_tenth_failure_a_delivery_is_dead_and_a_success_always_delivers():
    last = {"attempts_count": 10, "faults_count": 0, "jitter": 0.0}
    assert judge(REFUSED, **last).status is DeliveryStatus.DEAD
    assert judge(DELIVERED, **last).status is DeliveryStatus.DELIVERED


def test_the_third_fault_of_ours_is_the_last_and_there_is_time_to_mend_it_before():
    verdicts = [
        judge(FAULT, attempts_count=4 + count, faults_count=count, jitter=0.0)
        for count in (1, 2, 3)
    ]
    assert [verdict.delay_s for verdict in verdicts] == [*FAULT_DELAYS_S, None]
    assert verdicts[-1].status is DeliveryStatus.DEAD
    assert judge(FAULT, attempts_count=10, faults_count=1, jitter=0.0).status is DeliveryStatus.DEAD


def test_a_fault_of_ours_says_nothing_of_the_endpoint():
    for health in (Health(), after((0, REFUSED)), after(*((0, REFUSED) for _ in range(5)))):
        assert examine(health, FAULT, now=in_s(10)) == health


def test_five_failures_in_a_row_open_the_circuit_and_fewer_do_not():
    four = after(*((second, REFUSED) for second in range(4)))
    assert calls_count_max(four, now=in_s(4)) == CALLS_COUNT_MAX
    five = examine(four, REFUSED, now=in_s(4))
    assert calls_count_max(five, now=in_s(5)) == 0
    assert calls_count_max(five, now=in_s(4 + 30)) == 1  # half-open: one tries


def test_a_success_in_between_begins_the_count_anew():
    calls = [(second, REFUSED) for second in range(4)]
    health = after(*calls, (4, DELIVERED), *((second + 5, REFUSED) for second in range(4)))
    assert health.failures_count == 4
    assert health.failing_since == in_s(5)
    assert calls_count_max(health, now=in_s(9)) == CALLS_COUNT_MAX


def test_a_probe_that_succeeds_closes_the_circuit():
    five = after(*((second, REFUSED) for second in range(5)))
    assert examine(five, DELIVERED, now=in_s(60)) == Health()


def test_each_probe_that_fails_doubles_the_rest_up_to_ten_minutes():
    health = after(*((0, REFUSED) for _ in range(FAILURES_COUNT_MAX)))
    rests_s = []
    for _ in range(8):
        now = health.rest_until
        health = examine(health, REFUSED, now=now)
        rests_s.append((health.rest_until - now).total_seconds())
    assert rests_s == [60.0, 120.0, 240.0, 480.0, REST_S_MAX, REST_S_MAX, REST_S_MAX, REST_S_MAX]


def test_calls_that_were_under_way_when_a_rest_began_do_not_lengthen_it():
    five = after(*((second, REFUSED) for second in range(5)))
    late = examine(five, REFUSED, now=in_s(5))
    assert (late.failures_count, late.rest_until) == (5, five.rest_until)
    asked = examine(five, refused(600.0), now=in_s(5))
    assert (asked.failures_count, asked.rest_until) == (5, in_s(605))


def test_who_asks_for_time_gets_it_after_one_failure_already():
    health = after((0, refused(120.0)))
    assert calls_count_max(health, now=in_s(119)) == 0
    assert calls_count_max(health, now=in_s(120)) == CALLS_COUNT_MAX


@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from([REFUSED, refused(50.0)]))))
def test_a_rest_is_never_cut_short_by_another_failure(calls):
    health = Health()
    for at_s, attempted in sorted(calls, key=lambda call: call[0]):
        before, health = health, examine(health, attempted, now=in_s(at_s))
        assert before.rest_until is None or health.rest_until >= before.rest_until
        assert health.failing_since == (before.failing_since or in_s(at_s))


DAY_S = 86_400.0


def test_410_disables_at_once():
    assert reason_to_disable(Health(), GONE, now=NOW) is DisabledReason.GONE
    assert reason_to_disable(Health(), DELIVERED, now=NOW) is None


def failing(*, calls_count, days):
    """Return the health after so many failures, spread over so many days, and when that was."""
    ends_s = [days * DAY_S * number / (calls_count - 1) for number in range(calls_count)]
    return after(*((end_s, REFUSED) for end_s in ends_s)), in_s(ends_s[-1])


@pytest.mark.parametrize(
    ("calls_count", "days", "is_off"),
    [
        (20, 4.9, False),
        (20, 5.0, True),
        (FAILING_COUNT_MIN, 5.0, True),
        (FAILING_COUNT_MIN - 1, 5.0, False),  # hardly ever called
    ],
)
def test_five_days_of_failures_disable_an_endpoint_that_was_called_now_and_then(
    calls_count, days, is_off
):
    health, now = failing(calls_count=calls_count, days=days)
    reason = reason_to_disable(health, REFUSED, now=now)
    assert reason is (DisabledReason.FAILING if is_off else None)


def test_a_failure_after_a_day_of_silence_is_the_first_of_its_kind():
    health, now = failing(calls_count=20, days=4.5)
    later = now + timedelta(days=1, seconds=1)
    again = examine(health, REFUSED, now=later)
    assert reason_to_disable(again, REFUSED, now=later) is None
    assert (again.failures_count, again.failing_since) == (1, later)
