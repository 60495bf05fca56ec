"""The check of a numbered stream finds every gap and every repetition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.client.sequence import VIOLATIONS_COUNT_MAX, SequenceCheck


@pytest.fixture
def check() -> SequenceCheck:
    check = SequenceCheck()
    check.snapshot(epoch="a", seq=5, recovered=False)
    return check


def test_numbers_in_a_row_are_fine(check: SequenceCheck) -> None:
    for seq in (6, 7, 8):
        check.event(seq)
    check.snapshot(epoch="a", seq=10, recovered=True)
    check.event(9)
    check.event(10)
    assert check.violations == []
    assert check.restarts_count == 0


def test_a_gap_is_found(check: SequenceCheck) -> None:
    check.event(7)
    assert check.violations == ["7 came after 5"]


def test_a_repetition_is_found(check: SequenceCheck) -> None:
    check.event(6)
    check.event(6)
    assert check.violations == ["6 came after 6"]


def test_a_recovery_that_skips_something_is_found(check: SequenceCheck) -> None:
    check.snapshot(epoch="a", seq=9, recovered=True)
    check.event(8)
    assert check.violations == ["8 came after 5"]


def test_a_stream_that_went_back_is_found(check: SequenceCheck) -> None:
    check.snapshot(epoch="a", seq=4, recovered=True)
    assert len(check.violations) == 1


def test_a_recovery_in_another_epoch_is_found(check: SequenceCheck) -> None:
    check.snapshot(epoch="b", seq=9, recovered=True)
    assert len(check.violations) == 1


def test_an_event_before_the_snapshot_is_found() -> None:
    check = SequenceCheck()
    check.event(1)
    assert check.violations == ["1 came before the snapshot"]


def test_a_new_beginning_is_no_violation_but_is_counted(check: SequenceCheck) -> None:
    check.snapshot(epoch="b", seq=0, recovered=False)
    check.event(1)
    assert check.violations == []
    assert check.restarts_count == 1


@given(st.lists(st.integers(0, 30), max_size=60))
def test_a_stream_is_clean_only_if_it_counts_by_one(seqs: list[int]) -> None:
    check = SequenceCheck()
    check.snapshot(epoch="a", seq=0, recovered=False)
    for seq in seqs:
        check.event(seq)
    assert (check.violations == []) == (seqs == list(range(1, len(seqs) + 1)))
    assert len(check.violations) <= VIOLATIONS_COUNT_MAX
