"""What waits to be sent: events are never dropped, and positions only for newer ones."""

from hypothesis import given
from hypothesis import strategies as st

from service.wire.mailbox import Mailbox


def drain(mailbox):
    taken = []
    while (message := mailbox.take()) is not None:
        taken.append(message)
    return taken


@given(st.lists(st.binary(max_size=3)), st.integers(1, 10))
def test_events_come_out_as_they_went_in_until_it_is_full(messages, messages_max):
    mailbox = Mailbox(messages_count_max=messages_max, bytes_max=1_000)
    accepted = [message for message in messages if mailbox.put(message)]
    assert accepted == messages[:messages_max]
    assert len(mailbox) == len(accepted)
    assert drain(mailbox) == accepted


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=3))))
def test_only_the_newest_of_a_kind_waits(replacements):
    mailbox = Mailbox(messages_count_max=1, bytes_max=1_000)
    for key, message in replacements:
        mailbox.replace(key, message)
        assert mailbox.is_waiting(key)
    newest = dict(replacements)
    assert sorted(drain(mailbox)) == sorted(newest.values())
    assert not any(mailbox.is_waiting(key) for key in newest)


def test_events_go_first_and_a_full_event_lane_does_not_stop_the_other():
    mailbox = Mailbox(messages_count_max=1, bytes_max=1_000)
    mailbox.replace("positions", b"p")
    assert mailbox.put(b"1")
    assert not mailbox.put(b"2")
    mailbox.replace("positions", b"q")
    assert drain(mailbox) == [b"1", b"q"]


@given(st.lists(st.binary(max_size=9)), st.integers(1, 40))
def test_it_never_holds_more_bytes_than_it_may_or_one_message(messages, bytes_max):
    mailbox = Mailbox(messages_count_max=1_000, bytes_max=bytes_max)
    accepted = [message for message in messages if mailbox.put(message)]
    assert sum(map(len, accepted)) <= max(bytes_max, len(accepted[0]) if accepted else 0)
    assert drain(mailbox) == accepted
    assert mailbox.put(b"x" * bytes_max)  # what was taken makes room


@given(st.lists(st.binary(max_size=9)), st.integers(1, 20), st.integers(1, 80))
def test_who_puts_only_while_there_is_room_finds_it_never_full(messages, count_max, bytes_max):
    mailbox = Mailbox(messages_count_max=2 * count_max, bytes_max=bytes_max + 18)
    assert mailbox.has_room
    for message in messages:
        if mailbox.has_room:
            assert mailbox.put(message)
