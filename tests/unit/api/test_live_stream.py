"""One socket's place in its stream, with the bus at its worst."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from service.api.live_stream import LiveStream


def new_stream(*, has_room=lambda: True):
    delivered, wake = [], asyncio.Event()
    stream = LiveStream("courier:1", deliver=delivered.append, has_room=has_room, wake=wake.set)
    return stream, delivered, wake


def test_what_is_heard_before_the_beginning_is_read_later():
    stream, delivered, wake = new_stream()
    stream.hear(4, b"4")
    assert not stream.is_behind
    stream.begin(after_seq=3)
    assert stream.is_behind
    assert wake.is_set()
    assert delivered == []


def test_a_snapshot_that_shows_all_that_was_heard_leaves_nothing_to_read():
    stream, _, _ = new_stream()
    stream.hear(4, b"4")
    stream.begin(after_seq=4)
    assert not stream.is_behind


def test_the_end_as_postgres_knows_it_tells_of_a_loss():
    stream, _, wake = new_stream()
    stream.begin(after_seq=4)
    stream.note_end(4)
    assert not wake.is_set()
    stream.note_end(5)
    assert stream.is_behind
    assert wake.is_set()


@given(st.lists(st.integers(1, 12), max_size=60))
def test_whatever_the_bus_does_each_event_comes_once_and_in_order(heard):
    stream, delivered, _ = new_stream()
    stream.begin(after_seq=0)
    for seq in heard:
        stream.hear(seq, str(seq).encode())
    assert delivered == [str(seq).encode() for seq in range(1, len(delivered) + 1)]
    assert stream.is_behind == (max(heard, default=0) > len(delivered))


def test_what_finds_no_room_is_read_later_and_so_is_what_follows_it():
    room = [True, False, True]
    stream, delivered, wake = new_stream(has_room=lambda: room.pop(0))
    stream.begin(after_seq=0)
    for seq in (1, 2, 3):
        stream.hear(seq, str(seq).encode())
    assert delivered == [b"1"]
    assert stream.is_behind
    assert wake.is_set()
