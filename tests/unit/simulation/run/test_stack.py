"""The port that the service listens on."""

import socket

import pytest

from service.stack import StackFailedError, free_port


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_is_taken_as_wished() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert free_port("127.0.0.1", port) == port


def test_the_next_free_port_is_taken_instead(taken: int) -> None:
    assert free_port("127.0.0.1", taken) > taken


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    with pytest.raises(StackFailedError, match="choose another"):
        free_port("203.0.113.1", 8_000)
