"""What the application is told when uvicorn has closed the connection by itself."""

import asyncio

import pytest

from tests.integration.api.test_guard import PATIENCE_S, TEXT, serving, shaken

RESERVED = b"\x83\x80\x00\x00\x00\x00"  # a frame of no known kind: uvicorn closes with 1002
CLOSE_BYTES_COUNT = 4


class Late:
    """An application that answers a message when it is told to; `lost` is how that went."""

    def __init__(self):
        self.heard, self.goes = asyncio.Event(), asyncio.Event()
        self.lost = asyncio.get_running_loop().create_future()

    async def __call__(self, scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        self.heard.set()
        await self.goes.wait()
        try:
            await send({"type": "websocket.send", "text": "too late"})
        except Exception as error:  # noqa: BLE001  # whatever it is, the test looks at it
            self.lost.set_result(error)
        else:
            self.lost.set_result(None)


@pytest.mark.xfail(strict=True, reason="uvicorn says RuntimeError, which is logged as our fault")
async def test_an_answer_after_a_protocol_error_finds_the_connection_lost():
    app = Late()
    async with serving(app) as port, shaken(port) as (reader, writer):
        async with asyncio.timeout(PATIENCE_S):
            writer.write(TEXT)
            await app.heard.wait()
            writer.write(RESERVED)
            await reader.readexactly(CLOSE_BYTES_COUNT)
            app.goes.set()
            error = await app.lost
    assert isinstance(error, OSError)
