from hypothesis import given
from hypothesis import strategies as st

from service.travel.breaker import Breaker, BreakerState, admit, fail, succeed

CLOSED = Breaker(failures_count_max=3, rest_s=10.0)


def failed(breaker, *times_s):
    for at_s in times_s:
        breaker = fail(breaker, at_s=at_s)
    return breaker


def test_it_opens_with_the_last_failure_in_a_row():
    assert failed(CLOSED, 1.0, 2.0).state is BreakerState.CLOSED
    opened = failed(CLOSED, 1.0, 2.0, 3.0)
    assert (opened.state, opened.opened_s) == (BreakerState.OPEN, 3.0)


def test_an_answer_in_between_begins_the_row_anew():
    assert failed(succeed(failed(CLOSED, 1.0, 2.0)), 3.0, 4.0).state is BreakerState.CLOSED


def test_nothing_passes_while_it_is_open():
    opened = failed(CLOSED, 1.0, 2.0, 3.0)
    assert admit(opened, at_s=12.9) is None


def test_one_probe_passes_after_the_rest_and_no_second_one():
    probing = admit(failed(CLOSED, 1.0, 2.0, 3.0), at_s=13.0)
    assert probing.state is BreakerState.HALF_OPEN
    assert admit(probing, at_s=13.1) is None


def test_a_probe_that_is_answered_closes_it():
    probing = admit(failed(CLOSED, 1.0, 2.0, 3.0), at_s=13.0)
    closed = succeed(probing)
    assert (closed.state, closed.failures_count) == (BreakerState.CLOSED, 0)


def test_a_probe_that_fails_opens_it_for_another_rest():
    probing = admit(failed(CLOSED, 1.0, 2.0, 3.0), at_s=13.0)
    again = fail(probing, at_s=14.0)
    assert (again.state, again.opened_s) == (BreakerState.OPEN, 14.0)


def test_a_probe_that_never_comes_back_is_given_up_after_another_rest():
    probing = admit(failed(CLOSED, 1.0, 2.0, 3.0), at_s=13.0)
    assert admit(probing, at_s=22.9) is None
    assert admit(probing, at_s=23.0) is not None


def test_an_answer_that_was_sent_before_it_opened_does_not_close_it():
    opened = failed(CLOSED, 1.0, 2.0, 3.0)
    assert succeed(opened) is opened


@given(st.lists(st.sampled_from(["ask", "answer", "failure"]), max_size=60))
def test_it_is_never_open_before_so_many_failures_nor_closed_by_anything_but_a_probe(events):
    breaker, failures_count = CLOSED, 0
    for at_s, event in enumerate(events):
        before = breaker.state
        match event:
            case "ask":
                breaker = admit(breaker, at_s=at_s) or breaker
            case "answer":
                breaker = succeed(breaker)
                failures_count = 0
            case "failure":
                breaker = fail(breaker, at_s=at_s)
                failures_count += 1
        if before is BreakerState.CLOSED and breaker.state is BreakerState.OPEN:
            assert failures_count >= CLOSED.failures_count_max
        if before is BreakerState.OPEN:
            assert breaker.state is not BreakerState.CLOSED
