"""A measure that comes and goes, and the matter that follows it without trembling."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.alarm import Band, Level, Signal, Turn, follow, level_of, turn
from tests.unit.domain.makers import NOW

BAND = Band(raise_at=10.0, clear_at=4.0, raise_after_s=30.0, clear_after_s=60.0)
LOOK_S = 5.0


def turns_of(measures, band=BAND):
    """Look at one measure after the other; return what was decided at each look."""
    signal, is_open, turned = None, False, []
    for number, measure in enumerate(measures):
        now = NOW + timedelta(seconds=number * LOOK_S)
        signal = follow(signal, level_of(measure, band), now=now)
        turned.append(turn(signal, band, is_open=is_open, now=now))
        if turned[-1] is not Turn.KEEP:
            is_open = turned[-1] is Turn.OPEN
    return turned


@pytest.mark.parametrize(
    ("measure", "level"),
    [
        (10.0, Level.RAISED),
        (9.9, Level.BETWEEN),
        (4.1, Level.BETWEEN),
        (4.0, Level.CALM),
        (None, Level.BETWEEN),
    ],
)
def test_a_measure_stands_above_between_or_below(measure, level):
    assert level_of(measure, BAND) is level


def test_it_opens_and_closes_when_the_measure_has_stayed_there():
    turned = turns_of([10.0] * 7 + [0.0] * 13)
    assert [at for at, one in enumerate(turned) if one is Turn.OPEN] == [6]
    assert [at for at, one in enumerate(turned) if one is Turn.CLOSE] == [19]


def test_one_bad_look_is_nothing():
    assert set(turns_of([0.0, 99.0, 0.0, 99.0, 5.0, 99.0])) == {Turn.KEEP}


def test_what_cannot_be_measured_leaves_all_as_it_is():
    turned = turns_of([10.0] * 7 + [None] * 100)
    assert turned.count(Turn.OPEN) == 1
    assert Turn.CLOSE not in turned


def test_the_same_level_is_the_same_signal():
    known = Signal(level=Level.CALM, since=NOW)
    assert follow(known, Level.CALM, now=NOW + timedelta(seconds=1)) is known


@given(st.lists(st.floats(min_value=4.1, max_value=1e6), min_size=30, max_size=80))
def test_above_the_lower_threshold_it_opens_once_at_most_and_never_closes(measures):
    turned = turns_of(measures)
    assert turned.count(Turn.OPEN) <= 1
    assert Turn.CLOSE not in turned


@given(st.lists(st.none() | st.floats(min_value=0.0, max_value=20.0), max_size=200))
def test_it_opens_and_closes_in_turns_and_no_faster_than_the_band_allows(measures):
    changes = [(at, one) for at, one in enumerate(turns_of(measures)) if one is not Turn.KEEP]
    assert [one for _, one in changes] == [Turn.OPEN, Turn.CLOSE] * (len(changes) // 2) + (
        [Turn.OPEN] if len(changes) % 2 else []
    )
    for (before, _), (after, one) in itertools.pairwise(changes):
        least_s = BAND.clear_after_s if one is Turn.CLOSE else BAND.raise_after_s
        assert (after - before) * LOOK_S > least_s
