"""The contract with uvicorn's internals: what a hostile websocket peer cannot do to us."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager

import pytest
import uvicorn
import websockets

from service.api import guard, http_guard
from service.api.guard import GuardedWebSocket
from service.api.http_guard import GuardedHttp
from service.listeners import listen

PATIENCE_S = 10.0
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
PING = b"\x89\x80\x00\x00\x00\x00"  # masked, as a client's frames are, and empty
FRAMES_COUNT = 200_000  # more than a megabyte
READ_BYTES_MAX = 256 * 1_024  # of the event loop
TEXT = b"\x81\x82\x00\x00\x00\x00hi"


class Talker:
    """An application that listens, or sends without end, until the connection is over."""

    def __init__(self, *, sends=False):
        self._sends = sends
        self.over = asyncio.Event()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while self._sends:
                await send({"type": "websocket.send", "text": "x" * 65_536})
                await asyncio.sleep(0)  # or the loop never learns that the connection is lost
            while (await receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self.over.set()


@asynccontextmanager
async def serving(app):
    """Run uvicorn with the guard; yield the port."""
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app,
        http=GuardedHttp,
        ws=GuardedWebSocket,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    listener.listen()  # who connects before uvicorn accepts waits in the backlog
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]))
        yield listener.getsockname()[1]
        server.should_exit = True


@asynccontextmanager
async def shaken(port):
    """A raw connection after the handshake: (reader, writer)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_024)
    writer.write(HANDSHAKE)
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    yield reader, writer
    writer.transport.abort()


@pytest.mark.parametrize("flood", [PING, TEXT + PING], ids=["ping", "text and ping"])
async def test_a_flood_of_pings_is_cut(flood):
    app = Talker()
    async with serving(app) as port, shaken(port) as (reader, writer):
        writer.write(flood * FRAMES_COUNT)
        async with asyncio.timeout(PATIENCE_S):
            answers = await _read_all(reader)
            await app.over.wait()
    # A pong is two bytes; those to what came with one reading of the socket are made at once.
    assert len(answers) <= 2 * READ_BYTES_MAX / len(flood)


async def _read_all(reader):
    try:
        return await reader.read(-1)
    except ConnectionResetError:
        return b""


async def test_a_peer_that_does_not_read_is_cut(monkeypatch):
    monkeypatch.setattr(guard, "STALL_S_MAX", 0.05)
    app = Talker(sends=True)
    async with serving(app) as port, shaken(port):
        async with asyncio.timeout(PATIENCE_S):
            await app.over.wait()


async def test_a_peer_that_reads_again_in_time_stays():
    app = Talker(sends=True)
    async with serving(app) as port, shaken(port) as (reader, _):
        async with asyncio.timeout(PATIENCE_S):
            for _ in range(200):
                await reader.readexactly(65_536)
        assert not app.over.is_set()


async def test_a_polite_ping_is_answered():
    async with (
        serving(Talker()) as port,
        websockets.connect(f"ws://127.0.0.1:{port}") as connection,
        asyncio.timeout(PATIENCE_S),
    ):
        await (await connection.ping())


async def answer(scope, receive, send):
    """An application that reads the request and says how long its body was."""
    length = 0
    while True:
        part = await receive()
        length += len(part.get("body", b""))
        if not part.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % length})


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
    ],
    ids=["silent", "half a line", "half the headers", "half the body"],
)
async def test_a_request_that_does_not_arrive_is_cut(monkeypatch, beginning):
    monkeypatch.setattr(http_guard, "REQUEST_S_MAX", 0.05)
    async with serving(answer) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(beginning)
        async with asyncio.timeout(PATIENCE_S):
            assert await _read_all(reader) == b""
        writer.close()


async def test_a_second_request_that_does_not_arrive_is_cut_too(monkeypatch):
    monkeypatch.setattr(http_guard, "REQUEST_S_MAX", 0.2)
    async with serving(answer) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"GET / HTTP/1.1\r\nHo")
        async with asyncio.timeout(PATIENCE_S):
            told = await _read_all(reader)
        assert told.count(b"HTTP/1.1 200") == 1
        writer.close()


async def test_requests_that_arrive_are_answered_one_after_the_other():
    async with serving(answer) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(PATIENCE_S):
            for body in (b"", b"abc", b"x" * 100_000):
                head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
                writer.write(head + body)
                told = await reader.readuntil(b"\r\n\r\n")
                assert told.startswith(b"HTTP/1.1 200")
                size = b"%x" % len(b"%d" % len(body))
                assert await reader.readuntil(b"0\r\n\r\n") == (
                    size + b"\r\n%d\r\n0\r\n\r\n" % len(body)
                )
        writer.close()


async def hasty(scope, receive, send):
    """An application that answers when its request is over, whether it came whole or not."""
    while (await receive())["type"] == "http.request":
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"late"})


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000,
        CHUNKED + b"zz\r\n",
    ],
    ids=["no HTTP", "two hosts", "a huge header", "a chunk of no size"],
)
async def test_what_cannot_be_read_is_refused_once_as_a_problem(sent, caplog):
    async with serving(hasty) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(PATIENCE_S):
            told = await _read_all(reader)
        writer.close()
    head, _, body = told.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    assert lines[0].startswith(b"http/1.1 400")
    assert {b"connection: close", b"content-type: application/problem+json"} <= set(lines)
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (400, "invalid_params")
    assert b"x-request-id: " + problem["request_id"].encode() in lines
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def early(scope, receive, send):
    """An application that answers before it has read the body."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"so early"})


async def test_what_goes_wrong_after_the_answer_ends_the_connection(caplog):
    async with serving(early) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(CHUNKED)
        async with asyncio.timeout(PATIENCE_S):
            assert (await reader.readuntil(b"0\r\n\r\n")).startswith(b"HTTP/1.1 200")
            writer.write(b"zz\r\n")
            assert await _read_all(reader) == b""
        writer.close()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
