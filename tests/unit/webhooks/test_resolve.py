"""Lookups that take long hold up nobody else, and nobody's end."""

import asyncio
import socket
import threading

import pytest

from service.webhooks.resolve import Resolver


@pytest.fixture
def slow(monkeypatch):
    """Let the name server be silent about one host until this is set."""
    answers = threading.Event()
    looked_up = socket.getaddrinfo

    def look_up(host, port, **kinds):
        if host == "slow.example":
            answers.wait()
            raise OSError("no such host")
        return looked_up(host, port, **kinds)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield answers
    answers.set()


async def test_an_address_is_its_own(slow):
    assert await Resolver(lookups_count_max=1).resolve("127.0.0.1", 443) == ["127.0.0.1"]


async def test_a_name_that_is_none_is_told(slow):
    slow.set()
    with pytest.raises(OSError, match="no such host"):
        await Resolver(lookups_count_max=1).resolve("slow.example", 443)


async def test_a_slow_name_server_holds_up_no_other_host_and_not_the_end_of_the_process(slow):
    resolver = Resolver(lookups_count_max=2)
    waiting = asyncio.create_task(resolver.resolve("slow.example", 443))
    assert await resolver.resolve("127.0.0.1", 443) == ["127.0.0.1"]
    threads = [one for one in threading.enumerate() if one.name == "resolve slow.example"]
    assert [one.daemon for one in threads] == [True]
    waiting.cancel()
    await asyncio.wait({waiting})
    slow.set()


async def test_lookups_that_nobody_waits_for_any_more_still_count(slow):
    resolver = Resolver(lookups_count_max=1)
    waiting = asyncio.create_task(resolver.resolve("slow.example", 443))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    following = asyncio.create_task(resolver.resolve("127.0.0.1", 443))
    await asyncio.sleep(0)
    assert not following.done()
    slow.set()
    assert await following == ["127.0.0.1"]
