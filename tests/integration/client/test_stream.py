"""An app that iterates over a stream, and is slower than the server."""

import asyncio
import random
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import serve

from service.client.address import Address
from service.client.connection import Connection
from service.client.streams import INBOX_MESSAGES_COUNT_MAX, Stream
from service.wire.close_codes import CloseCode
from service.wire.watcher_stream import OpsEvent, OpsMessage, decode_ops_message
from tests.integration.client.scripted import event, greet

TIMEOUT_S = 10.0
EVENTS_COUNT = 3 * INBOX_MESSAGES_COUNT_MAX


async def tell_much(socket):
    """Send more events than an inbox holds, and end the stream."""
    await greet(socket, seq=0, recovered=False)
    for seq in range(1, EVENTS_COUNT + 1):
        await socket.send(event(seq))
    await socket.close(CloseCode.REPLACED)


@asynccontextmanager
async def streaming(handle, *, decode=decode_ops_message):
    """A stream from a server with this handler."""
    async with serve(handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

        async def dial():
            return Address(f"ws://127.0.0.1:{port}/")

        async def fetch_ticket():
            return "t-1"

        async with asyncio.timeout(TIMEOUT_S):
            yield Stream[OpsMessage](
                lambda hear: Connection[OpsMessage](
                    dial=dial,
                    fetch_ticket=fetch_ticket,
                    decode=decode,
                    hear=hear,
                    rng=random.Random(1),
                )
            )


async def test_a_slow_app_hears_everything_in_order():
    seqs = []
    async with streaming(tell_much) as stream, stream:
        async for message in stream:
            await asyncio.sleep(0)
            if isinstance(message, OpsEvent):
                seqs.append(message.seq)
    assert seqs == list(range(1, EVENTS_COUNT + 1))


async def test_an_app_may_leave_with_its_inbox_full():
    async with streaming(tell_much) as stream:
        async with stream:
            async for _ in stream:
                break
        assert not stream.connection.is_live


async def test_a_fault_of_the_client_is_told_to_the_app():
    def decode(_):
        raise ZeroDivisionError

    async with streaming(tell_much, decode=decode) as stream, stream:
        with pytest.RaisesGroup(ZeroDivisionError):
            async for _ in stream:
                pass
