"""Sessions of the load tests are renewed in the end, whatever the server says at first."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from loadtests.live import renewals
from loadtests.live.renewals import CONNECTIONS_COUNT, Renewals, Session

PATIENCE_S = 10.0
TICKET = b'HTTP/1.1 201 Created\r\ncontent-length: 14\r\n\r\n{"ticket":"t"}'
REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"
SILENCE = b""
FAILURES = {
    "IncompleteReadError": b"HTTP/1.1 201",
    "LimitOverrunError": b"x" * 200_000,
    "ValueError": b"HTTP/1.1 201 Created\r\n\r\n",
    "DecodeError": b"HTTP/1.1 201 Created\r\ncontent-length: 1\r\n\r\n{",
    "status 503": REFUSAL,
}


class App:
    """The app whose session it is."""

    def __init__(self):
        self.said = asyncio.get_running_loop().create_future()

    def say(self, text):
        self.said.set_result(text)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(renewals, "RETRY_S", 0.01)


@asynccontextmanager
async def renewing(answers):
    """Renew at a server that gives these answers in turn, and then tickets."""
    left, ending = list(answers), asyncio.Event()

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        answer = left.pop(0) if left else TICKET
        if answer == SILENCE:
            await ending.wait()
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        async with Renewals(host=host, port=port) as each:
            yield each
        ending.set()


def session_of(app, each):
    return Session(each, app, path="/tickets", key="key")


async def renewed(app):
    async with asyncio.timeout(PATIENCE_S):
        return await app.said


@pytest.mark.parametrize("name", FAILURES)
async def test_what_fails_is_counted_and_tried_again(name):
    app = App()
    async with renewing([FAILURES[name]]) as each:
        session_of(app, each).begin(1)
        assert await renewed(app) == b'{"type":"authenticate","ticket":"t"}'
        assert sum(each.failures.values()) == 1
        assert list(each.failures) == [name]


async def test_lines_that_hang_hold_up_the_others_for_a_while_only(monkeypatch):
    monkeypatch.setattr(renewals, "ASK_S_MAX", 0.05)
    apps = [App() for _ in range(CONNECTIONS_COUNT + 1)]
    async with renewing([SILENCE] * CONNECTIONS_COUNT) as each:
        for app in apps:
            session_of(app, each).begin(1)
        for app in apps:
            await renewed(app)
        assert each.failures["TimeoutError"] >= CONNECTIONS_COUNT


async def test_a_session_that_is_over_is_tried_no_more():
    gone, there = App(), App()
    async with renewing([REFUSAL]) as each:
        session = session_of(gone, each)
        session.begin(1)
        session.end()
        each.put(session)  # its turn had come already
        session_of(there, each).begin(1)
        await renewed(there)
        assert not gone.said.done()
        assert each.failures == {"status 503": 1}  # of who is there
