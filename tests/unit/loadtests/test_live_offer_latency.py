"""Post to offer, and what of it is the wait for a tick."""

import pytest

from loadtests.live.offer_latency import first_offers, waits_of
from loadtests.live.posting import Posted
from loadtests.live.tallies import OfferHeard


def posted(job_id, *, answered_s):
    return Posted(answered_s - 0.01, answered_s - 0.01, answered_s, 201, job_id)


def test_the_first_offer_of_a_job_counts():
    offers = [OfferHeard(3.0, "b", ("x",)), OfferHeard(2.0, "a", ("x", "y"))]
    assert first_offers(offers) == {"x": 2.0, "y": 2.0}


def test_the_wait_for_the_next_tick_is_told_apart():
    (wait,) = waits_of([posted("x", answered_s=10.0)], [OfferHeard(10.3, "a", ("x",))], [9.9, 10.2])
    assert wait.whole_s == pytest.approx(0.3)
    assert wait.beyond_s == pytest.approx(0.1)


def test_a_second_tick_is_no_excuse():
    offers, ticks_s = [OfferHeard(10.5, "a", ("x",))], [10.1, 10.3]
    (wait,) = waits_of([posted("x", answered_s=10.0)], offers, ticks_s)
    assert wait.beyond_s == pytest.approx(0.4)


def test_an_offer_may_overtake_the_answer():
    (wait,) = waits_of([posted("x", answered_s=10.0)], [OfferHeard(9.99, "a", ("x",))], [9.9])
    assert (wait.whole_s, wait.beyond_s) == (0.0, 0.0)


def test_a_job_that_was_never_offered_has_no_wait():
    assert waits_of([posted("x", answered_s=10.0), posted(None, answered_s=1.0)], [], []) == []
