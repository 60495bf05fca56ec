"""A connection that is to be closed sends what waits, and does nothing more."""

import asyncio
from types import SimpleNamespace

import pytest

from service.api.guard import _TAP, Tap
from service.api.sockets import Socket
from service.settings import Settings
from service.wire.close_codes import CloseCode


class Wire:
    """What a socket is served on: frames in, frames out as slowly as the peer reads."""

    def __init__(self):
        self.tap = Tap()
        self.scope = {"extensions": {_TAP: {_TAP: self.tap}}}
        self.incoming = asyncio.Queue()
        self.may_write = asyncio.Event()
        self.sent = []
        self.code = None

    async def receive(self):
        return {"type": "websocket.receive", "text": await self.incoming.get()}

    async def send_data(self, text):
        await self.may_write.wait()
        self.sent.append(text)

    async def close(self, code):
        self.code = code


@pytest.fixture
async def wire():
    return Wire()


@pytest.fixture
def socket(wire):
    settings = Settings(database_url="", redis_url="")
    runtime = SimpleNamespace(settings=settings, new_id=lambda: 1)
    return Socket(wire, runtime, owner="courier:1", credential_id="key")


async def test_what_comes_after_the_reason_to_close_is_not_carried_out(wire, socket):
    carried_out = []

    async def read():
        while True:
            carried_out.append(await socket.receive())
            socket.send(b"done")

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(socket.serve(read))
        await wire.incoming.put("before")
        while not carried_out:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0)
        socket.close(CloseCode.UNAUTHENTICATED)
        for number in range(60):
            await wire.incoming.put(f"after {number}")
            await asyncio.sleep(0)
        assert not wire.tap.take("a position")
        socket.send(b"an event")
        wire.may_write.set()
    assert carried_out == ["before"]
    assert wire.sent == ["done"]
    assert wire.code == CloseCode.UNAUTHENTICATED


async def test_a_position_that_comes_then_is_not_taken(wire, socket):
    taken = []
    socket.tap(lambda text: taken.append(text) is None)

    async def read():
        await socket.receive()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(socket.serve(read))
        while not wire.tap.take("one"):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0)
        socket.close(CloseCode.REPLACED)
        assert not wire.tap.take("two")
        wire.may_write.set()
    assert taken == ["one"]
