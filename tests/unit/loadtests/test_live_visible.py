"""How long reports took to be seen, from what was sent and what was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.live.tallies import Marked
from loadtests.live.visible import NEVER_S, Seen, delays_s, lags_s


def sent(row, at_s, place):
    return Marked(row, at_s, place, place)


def seen(row, at_s, place):
    return Seen(row, at_s, place, place)


def test_a_report_is_seen_when_a_reader_first_finds_it():
    found = delays_s([sent(1, 10.0, 5), sent(2, 10.5, 7)], [seen(2, 10.75, 7), seen(1, 11.0, 5)])
    assert sorted(found) == pytest.approx([0.25, 1.0])


def test_a_report_that_a_newer_one_replaced_was_seen_with_the_newer():
    found = delays_s([sent(1, 10.0, 5), sent(1, 10.1, 6)], [seen(1, 10.3, 6)])
    assert found == pytest.approx([0.3, 0.2])


def test_what_was_never_seen_took_for_ever():
    found = delays_s([sent(1, 10.0, 5), sent(1, 10.1, 6)], [seen(1, 10.3, 5)])
    assert found == [pytest.approx(0.3), NEVER_S]


def test_what_was_there_before_is_nobodys_report():
    assert delays_s([sent(1, 10.0, 5)], [seen(1, 10.1, 4), seen(9, 10.1, 5)]) == [NEVER_S]


@given(counts=st.lists(st.integers(1, 9), min_size=1, max_size=20), lag=st.integers(0, 50))
def test_a_server_that_is_late_by_a_constant_lags_by_it(counts, lag):
    total, slots = 0, list[tuple[float, int]]()
    for slot, count in enumerate(counts):
        total += count
        slots.append((float(slot), total))
    counted = [(at_s + lag, 100 + count) for at_s, count in slots]
    assert lags_s(slots, counted, counted_before=100) == [float(lag)] * len(slots)


def test_what_was_never_counted_lags_for_ever():
    assert lags_s([(1.0, 5), (2.0, 9)], [(3.0, 6)], counted_before=0) == [2.0, NEVER_S]
