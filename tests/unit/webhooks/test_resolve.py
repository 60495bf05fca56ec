"""Lookups that take long hold up nobody else, and nobody's end."""

import asyncio
import socket
import threading
from contextlib import suppress

import pytest

from service.webhooks.resolve import Resolver, TooManyLookupsError


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


async def test_who_asks_for_the_same_host_waits_for_the_same_answer(slow):
    resolver = Resolver(lookups_count_max=1)
    asked = [asyncio.create_task(resolver.resolve("slow.example", 443)) for _ in range(3)]
    await asyncio.sleep(0)
    threads = [one for one in threading.enumerate() if one.name == "resolve slow.example"]
    asked[0].cancel()  # the others wait on
    slow.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [asyncio.CancelledError, OSError, OSError]
    assert len(threads) == 1
    with pytest.raises(OSError, match="no such host"):
        await resolver.resolve("slow.example", 443)  # it is asked for anew


async def test_lookups_that_nobody_waits_for_any_more_still_count(slow):
    resolver = Resolver(lookups_count_max=1)
    waiting = asyncio.create_task(resolver.resolve("slow.example", 443))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    with pytest.raises(TooManyLookupsError):  # at once: no time is charged to the other host
        await resolver.resolve("127.0.0.1", 443)
    slow.set()
    async with asyncio.timeout(10.0):
        while True:
            with suppress(TooManyLookupsError):
                assert await resolver.resolve("127.0.0.1", 443) == ["127.0.0.1"]
                return
            await asyncio.sleep(0.01)


async def test_a_lookup_for_which_there_is_no_thread_takes_no_place(monkeypatch):
    def fail(_):
        raise RuntimeError("can't start new thread")

    resolver = Resolver(lookups_count_max=1)
    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(RuntimeError):
        await resolver.resolve("127.0.0.1", 443)
    monkeypatch.undo()
    assert await resolver.resolve("127.0.0.1", 443) == ["127.0.0.1"]
