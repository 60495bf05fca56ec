"""Sessions that are renewed as an app does it: in good time, each at its own, with a ticket."""

import asyncio
from random import Random
from typing import Self

import msgspec

from loadtests.live.line import CREATED, Line
from loadtests.live.peer import Peer

SHARE_MIN, SHARE_MAX = 0.75, 0.85  # of the session
CONNECTIONS_COUNT = 2  # at once
DUE_COUNT_MAX = 20_000  # peers whose turn has come
RETRY_S = 1.0


class _Ticket(msgspec.Struct):
    ticket: str


_decode_ticket = msgspec.json.Decoder(_Ticket).decode


class Session:
    """The session of one peer: `begin` it when the server says how long it is, and again."""

    def __init__(self, renewals: "Renewals", peer: Peer, *, path: str, key: str) -> None:
        self._renewals, self._peer = renewals, peer
        self._path, self._key = path, key
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, session_ms: int) -> None:
        """Renew it when most of this time has passed."""
        self.end()
        self._timer = self._renewals.later(session_ms / 1_000.0, self)

    def end(self) -> None:
        """Renew it no more: the connection is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def request(self, host: str) -> bytes:
        """Return the request for a ticket."""
        return (
            f"POST {self._path} HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Bearer {self._key}\r\nContent-Length: 0\r\n\r\n"
        ).encode()

    def renew(self, ticket: str) -> None:
        """Hand the ticket to the server, unless the connection has ended meanwhile."""
        self._peer.say(b'{"type":"authenticate","ticket":"%b"}' % ticket.encode())


class Renewals:
    """Args: host and port of the api; the seed of who renews when."""

    def __init__(self, *, host: str, port: int, seed: int = 1) -> None:
        self._host, self._port = host, port
        self._random = Random(seed)
        self._due: asyncio.Queue[Session] = asyncio.Queue(DUE_COUNT_MAX)
        self._workers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._workers = [asyncio.create_task(self._work()) for _ in range(CONNECTIONS_COUNT)]
        return self

    async def __aexit__(self, *ending: object) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def later(self, session_s: float, session: Session) -> asyncio.TimerHandle:
        """Get a ticket for the session when a random share of it has passed."""
        wait_s = session_s * self._random.uniform(SHARE_MIN, SHARE_MAX)
        return asyncio.get_running_loop().call_later(wait_s, self._due.put_nowait, session)

    async def _work(self) -> None:
        """Renew what is due, one after the other; never returns."""
        while True:
            session = await self._due.get()
            try:
                await self._renew(session)
            except (OSError, asyncio.IncompleteReadError):
                asyncio.get_running_loop().call_later(RETRY_S, self._due.put_nowait, session)

    async def _renew(self, session: Session) -> None:
        """Get a ticket over a connection of its own, as a phone has none left after minutes."""
        line = Line(*await asyncio.open_connection(self._host, self._port))
        try:
            status, body = await line.ask(session.request(f"{self._host}:{self._port}"))
        finally:
            line.close()
        if status == CREATED:
            session.renew(_decode_ticket(body).ticket)
