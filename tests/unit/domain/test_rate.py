"""The token bucket as arithmetic."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.rate import Limit, Taken, allowance, halved, take

LIMIT = Limit(rate_per_s=2.0, burst_count=6)
limits = st.builds(Limit, rate_per_s=st.floats(0.01, 1_000.0), burst_count=st.integers(1, 10_000))


def taken_count(limit, pauses_s):
    """How many of the requests, each after its pause, get a token."""
    full_in_s, count = 0.0, 0
    for pause_s in pauses_s:
        full_in_s = max(0.0, full_in_s - pause_s)
        taken = take(full_in_s, limit, count=1)
        full_in_s, count = taken.full_in_s, count + taken.is_allowed
    return count


@given(limits, st.lists(st.floats(0.0, 5.0), max_size=50))
def test_no_more_pass_than_a_burst_and_what_grows_back(limit, pauses_s):
    grown_count = limit.rate_per_s * sum(pauses_s)
    assert taken_count(limit, pauses_s) <= limit.burst_count + grown_count + 1e-3


def test_a_full_bucket_gives_its_burst_at_once_and_then_one_at_a_time():
    assert taken_count(LIMIT, [0.0] * 10) == 6
    assert taken_count(LIMIT, [0.0] * 6 + [0.5] * 4) == 10
    assert taken_count(LIMIT, [0.0] * 6 + [0.49]) == 6


def test_what_is_given_back_is_there_again_but_no_more_than_was_there():
    taken = take(0.0, LIMIT, count=1)
    full = Taken(is_allowed=True, full_in_s=0.0)
    assert take(taken.full_in_s, LIMIT, count=-1) == full
    assert take(0.0, LIMIT, count=-1) == full


@given(limits, st.floats(0.0, 1.0))
def test_who_waits_as_told_gets_one(limit, share):
    taken = take(share * limit.whole_s, limit, count=1)
    left = allowance(taken, limit)
    assert 0 <= left.remaining_count <= limit.burst_count
    if not left.is_allowed:
        assert left.remaining_count == 0
        assert left.retry_after_s >= 1
        assert take(max(0.0, taken.full_in_s - left.retry_after_s), limit, count=1).is_allowed


def test_an_empty_bucket_says_when_to_come_back():
    left = allowance(Taken(is_allowed=False, full_in_s=LIMIT.whole_s), LIMIT)
    assert (left.remaining_count, left.reset_s, left.retry_after_s) == (0, 3, 1)
    left = allowance(Taken(is_allowed=True, full_in_s=0.0), LIMIT)
    assert (left.remaining_count, left.reset_s, left.retry_after_s) == (6, 0, 0)


@given(limits)
def test_half_of_a_limit_lets_somebody_pass(limit):
    assert take(0.0, halved(limit), count=1).is_allowed
    assert halved(limit).rate_per_s < limit.rate_per_s
