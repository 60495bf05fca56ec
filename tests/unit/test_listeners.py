import socket

import pytest

from service.listeners import UNSENT_BYTES_MAX, listen


@pytest.fixture
def taken():
    with listen("127.0.0.1", 0) as listener:
        yield listener.getsockname()[1]


def test_a_free_port_is_taken_as_wished():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with listen("127.0.0.1", port) as listener:
        assert listener.getsockname()[1] == port


def test_the_next_free_port_is_taken_instead(taken):
    with listen("127.0.0.1", taken, or_next=True) as listener:
        assert listener.getsockname()[1] > taken


def test_a_taken_port_is_refused_when_no_other_will_do(taken):
    with pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken)


def test_no_two_get_the_same_port():
    first = listen("127.0.0.1", 0)
    second = listen("127.0.0.1", first.getsockname()[1], or_next=True)
    with first, second:
        assert first.getsockname()[1] != second.getsockname()[1]


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(OSError, match=r"assign|address"):
        listen("203.0.113.1", 8_000, or_next=True)


def test_what_a_peer_has_no_room_for_soon_waits_with_us_and_not_in_the_kernel():
    with listen("127.0.0.1", 0) as listener, socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # the least there is
        peer.connect(listener.getsockname())
        accepted, _ = listener.accept()
        accepted.settimeout(0.0)
        with accepted:
            assert bytes_taken(accepted) <= 2 * UNSENT_BYTES_MAX  # some are on their way


def bytes_taken(connection):
    count = 0
    while True:
        try:
            count += connection.send(bytes(1_024))
        except BlockingIOError:
            return count
