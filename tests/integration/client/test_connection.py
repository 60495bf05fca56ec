"""A client's connection against a server that misbehaves in every way it has to bear."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from service.client.address import Address, DialError
from service.client.connection import Connection
from service.wire.close_codes import CloseCode
from service.wire.watcher_stream import (
    OpsEvent,
    OpsMessage,
    WatchAuthenticated,
    WatchDrain,
    decode_ops_message,
)
from tests.integration.client.scripted import NOW, encoded, event, greet

TIMEOUT_S = 10.0

Handler = Callable[[ServerConnection], Awaitable[None]]


class Client:
    """A connection and what it heard."""

    def __init__(self, url: str) -> None:
        self.heard: list[OpsMessage] = []
        self.stirred = asyncio.Event()
        self.dials_count = 0
        self._url = url
        self.connection = Connection[OpsMessage](
            dial=self._dial,
            fetch_ticket=self._fetch_ticket,
            decode=decode_ops_message,
            hear=self._hear,
            rng=random.Random(1),
        )

    async def _dial(self) -> Address:
        self.dials_count += 1
        if self.dials_count == 1:
            raise DialError("no ticket today")
        return Address(self._url)

    async def _fetch_ticket(self) -> str:
        return "t-1"

    async def _hear(self, message: OpsMessage) -> None:
        self.heard.append(message)
        self.stirred.set()

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while not condition():
                self.stirred.clear()
                await self.stirred.wait()


@pytest.fixture
async def run():
    """Run a client against a list of handlers, one per socket; the last ends it by 4409."""

    @asynccontextmanager
    async def running(*handlers: Handler):
        left = list(handlers)

        async def handle(socket: ServerConnection) -> None:
            if left:
                await left.pop(0)(socket)
            else:
                await socket.close(CloseCode.REPLACED)

        async with serve(handle, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            client = Client(f"ws://127.0.0.1:{port}/")
            running_client = asyncio.create_task(client.connection.run())
            yield client, running_client
            running_client.cancel()

    return running


async def test_a_client_resumes_where_it_was_after_a_cut(run):
    resumes = []

    async def first(socket):
        resumes.append(await greet(socket, seq=4, recovered=False))
        await socket.send(event(5))
        await socket.send(event(6))
        await socket.close(CloseCode.TOO_SLOW)

    async def second(socket):
        resumes.append(await greet(socket, seq=7, recovered=True))
        await socket.send(event(7))
        await socket.close(CloseCode.DRAINING)

    async with run(first, second) as (client, ended):
        async with asyncio.timeout(TIMEOUT_S):
            await ended
    assert [(resume["epoch"], resume["after_seq"]) for resume in resumes] == [
        (None, None),
        ("a", 6),
    ]
    check = client.connection.check
    assert (check.seq, check.violations, check.restarts_count) == (7, [], 0)


async def test_on_a_gap_the_client_leaves_and_resumes_before_it(run):
    resumes, codes = [], []

    async def first(socket):
        resumes.append(await greet(socket, seq=4, recovered=False))
        await socket.send(event(6))
        await socket.wait_closed()
        codes.append(socket.close_code)

    async def second(socket):
        resumes.append(await greet(socket, seq=6, recovered=True))
        await socket.send(event(5))
        await socket.send(event(6))
        await socket.close(CloseCode.DRAINING)

    async with run(first, second) as (client, ended):
        async with asyncio.timeout(TIMEOUT_S):
            await ended
    assert codes == [1000]
    assert [resume["after_seq"] for resume in resumes] == [None, 4]
    assert client.connection.check.violations == ["6 came after 4"]
    assert [message.seq for message in client.heard if isinstance(message, OpsEvent)] == [5, 6]


async def test_a_session_is_renewed_before_it_ends(run):
    said = []

    async def handler(socket):
        await greet(socket, seq=0, recovered=False, session_ms=50)
        said.append(msgspec.json.decode(await socket.recv()))
        await socket.send(encoded(WatchAuthenticated(session_ms=50)))
        said.append(msgspec.json.decode(await socket.recv()))
        await socket.close(CloseCode.REPLACED)

    async with run(handler) as (_, ended):
        async with asyncio.timeout(TIMEOUT_S):
            await ended
    assert said == [{"type": "authenticate", "ticket": "t-1"}] * 2


async def test_a_client_leaves_a_draining_server_by_itself(run):
    codes, resumes = [], []

    async def first(socket):
        await greet(socket, seq=0, recovered=False)
        await socket.send(encoded(WatchDrain(reconnect_in_ms=50)))
        await socket.wait_closed()
        codes.append(socket.close_code)

    async def second(socket):
        resumes.append(await greet(socket, seq=0, recovered=True))
        await socket.close(CloseCode.REPLACED)

    async with run(first, second) as (_, ended):
        async with asyncio.timeout(TIMEOUT_S):
            await ended
    assert codes == [1000]
    assert [resume["after_seq"] for resume in resumes] == [0]


async def test_a_replaced_client_stays_away(run):
    async with run() as (client, ended):
        async with asyncio.timeout(TIMEOUT_S):
            await ended
    assert client.connection.last_close_code == CloseCode.REPLACED
    assert client.dials_count == 2


async def test_a_drained_client_waits_as_long_as_it_is_told(run):
    loop = asyncio.get_running_loop()
    told_s, back_s = [], []

    async def first(socket):
        await greet(socket, seq=0, recovered=False)
        told_s.append(loop.time())
        await socket.send(encoded(WatchDrain(reconnect_in_ms=400)))
        await socket.close(CloseCode.DRAINING)

    async def second(socket):
        back_s.append(loop.time())
        await socket.close(CloseCode.REPLACED)

    async with run(first, second) as (_, ended):
        async with asyncio.timeout(TIMEOUT_S):
            await ended
    assert back_s[0] - told_s[0] >= 0.4


async def test_market_time_is_the_server_s(run):
    async def handler(socket):
        await greet(socket, seq=0, recovered=False)
        await socket.wait_closed()

    async with run(handler) as (client, _):
        await client.wait_for(lambda: client.connection.is_live)
        clock = client.connection.clock
        assert NOW < clock.now() < NOW + timedelta(seconds=2.0 * TIMEOUT_S)
        assert clock.time_scale == 2.0
        assert client.connection.owner_id == "vienna"


async def test_nothing_is_sent_without_a_live_socket(run):
    async def handler(socket):
        await greet(socket, seq=0, recovered=False)
        await socket.wait_closed()

    tick = WatchDrain(reconnect_in_ms=1)
    async with run(handler) as (client, _):
        assert not await client.connection.send(tick)
        await client.wait_for(lambda: client.connection.is_live)
        assert await client.connection.send(tick)
        client.connection.cut(silent_s=60.0)
        assert not await client.connection.send(tick)


async def test_a_dead_phone_hears_nothing_and_comes_back(run):
    async def first(socket):
        await greet(socket, seq=0, recovered=False)
        await socket.wait_closed()

    async def second(socket):
        await greet(socket, seq=2, recovered=True)
        await socket.send(event(1))
        await socket.send(event(2))
        await socket.wait_closed()

    async with run(first, second) as (client, _):
        await client.wait_for(lambda: client.connection.is_live)
        client.connection.cut(silent_s=0.05)
        await client.wait_for(lambda: client.connection.check.seq == 2)
        assert client.connection.sockets_count == 2
        assert client.connection.check.violations == []
