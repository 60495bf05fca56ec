"""When all is as before again, and what merchants were answered."""

from hypothesis import given
from hypothesis import strategies as st

from loadtests.live.callers import Called
from loadtests.live.overload import Sample, answers_of, normal_after_s, per_s, samples_of

STORM_ENDED_S = 100.0
SECONDS = st.floats(0.0, 30.0)


def normal_s(*samples):
    return normal_after_s(samples, since_s=STORM_ENDED_S, took_s_max=0.25)


def test_it_is_as_before_at_once_where_nothing_is_felt():
    quick = Sample(at_s=101.0, took_s=0.2)
    of_the_storm = Sample(at_s=99.9, took_s=9.0, is_refused=True)
    assert normal_s(quick, of_the_storm) == 0.0


def test_a_refusal_or_a_long_wait_says_that_it_is_not():
    assert normal_s(Sample(at_s=103.2, took_s=0.0, is_refused=True)) == 4.0
    assert normal_s(Sample(at_s=103.2, took_s=2.0)) == 6.0  # until it was answered


@given(st.lists(st.tuples(SECONDS, SECONDS, st.booleans()), max_size=20))
def test_nothing_is_felt_any_more_after_it(found):
    samples = [
        Sample(at_s=STORM_ENDED_S + at_s, took_s=took_s, is_refused=is_refused)
        for at_s, took_s, is_refused in found
    ]
    normal_at_s = STORM_ENDED_S + normal_s(*samples)
    later = [sample for sample in samples if sample.at_s > normal_at_s]
    assert not any(sample.is_refused or sample.took_s > 0.25 for sample in later)


CALLS = (
    Called(100.0, 100.1, 201, None, "a"),
    Called(100.5, 100.6, 503, "overloaded", None),
    Called(102.0, 102.5, 503, "overloaded", None),
    Called(102.5, 103.0, 429, "rate_limited", None),
)


def test_answers_are_told_apart_by_status_and_code():
    assert answers_of(CALLS) == {"201": 1, "429 rate_limited": 1, "503 overloaded": 2}


def test_calls_are_counted_in_the_second_in_which_they_were_due():
    assert per_s(CALLS, since_s=100.0) == [(0.0, 2.0), (1.0, 0.0), (2.0, 2.0)]
    assert per_s((), since_s=100.0) == [(0.0, 0.0)]


def test_a_call_is_a_sample_from_when_it_was_due():
    first, second, *_ = samples_of(CALLS)
    assert (first.at_s, first.is_refused, second.is_refused) == (100.0, False, True)
