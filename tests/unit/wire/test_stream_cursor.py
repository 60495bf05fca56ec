"""Where a subscriber is in its stream, and whether it can go on from there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.wire.stream_cursor import StreamCursor, Verdict, can_recover


@given(st.integers(0, 5), st.lists(st.integers(0, 15)))
def test_what_is_delivered_is_the_next_number_always(seq, heard):
    cursor = StreamCursor(seq=seq)
    delivered = [number for number in heard if cursor.judge(number) is Verdict.DELIVER]
    assert delivered == list(range(seq + 1, seq + 1 + len(delivered)))
    assert cursor.seq == seq + len(delivered)


def test_a_gap_is_not_skipped():
    cursor = StreamCursor(seq=3)
    assert cursor.judge(5) is Verdict.GAP
    assert cursor.judge(4) is Verdict.DELIVER
    assert cursor.judge(4) is Verdict.DROP
    assert cursor.judge(5) is Verdict.DELIVER


@pytest.mark.parametrize(
    ("asked_epoch", "after_seq", "is_recovered"),
    [
        ("now", 10, True),  # nothing was missed
        ("now", 4, True),  # 5 is the oldest that is kept
        ("now", 3, False),
        ("now", 11, False),  # from a future that never was: a backup was restored
        ("now", None, False),
        ("then", 10, False),
        (None, 10, False),
    ],
)
def test_all_that_was_missed_must_still_be_kept(asked_epoch, after_seq, is_recovered):
    assert (
        can_recover(
            epoch="now", asked_epoch=asked_epoch, after_seq=after_seq, seq=10, first_kept_seq=5
        )
        is is_recovered
    )


def test_an_empty_stream_can_be_gone_on_with():
    assert can_recover(epoch="now", asked_epoch="now", after_seq=0, seq=0, first_kept_seq=1)
