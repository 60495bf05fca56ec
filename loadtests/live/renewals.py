"""Sessions that are renewed as an app does it: in good time, each at its own, with a ticket.

What goes wrong is counted and tried again, as long as the connection lives.
"""

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
ASK_S_MAX = 5.0  # for a ticket, with the connection

# What a server that is away, slow or out of its mind does to who asks it.
_FAILURES = (
    *(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError),
    *(ValueError, msgspec.DecodeError),
)


class _Ticket(msgspec.Struct):
    ticket: str


_decode_ticket = msgspec.json.Decoder(_Ticket).decode


class Session:
    """The session of one peer: `begin` it when the server says how long it is, and again."""

    def __init__(self, renewals: "Renewals", peer: Peer, *, path: str, key: str) -> None:
        self._renewals, self._peer = renewals, peer
        self._path, self._key = path, key
        self._timer: asyncio.TimerHandle | None = None
        self.is_over = False

    def begin(self, session_ms: int) -> None:
        """Renew it when most of this time has passed."""
        self.renew_in(self._renewals.wait_s(session_ms / 1_000.0))

    def end(self) -> None:
        """Renew it no more: the connection is over."""
        self.is_over = True
        self._forget()

    def renew_in(self, wait_s: float) -> None:
        """Renew it then, and not at the time set before; never if it is over."""
        self._forget()
        if not self.is_over:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(wait_s, self._renewals.put, self)

    def _forget(self) -> None:
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
        self.failures: dict[str, int] = {}  # times that no ticket was got, by what was the matter

    async def __aenter__(self) -> Self:
        self._workers = [asyncio.create_task(self._work()) for _ in range(CONNECTIONS_COUNT)]
        return self

    async def __aexit__(self, *ending: object) -> None:
        for worker in self._workers:
            worker.cancel()
        for end in await asyncio.gather(*self._workers, return_exceptions=True):
            if isinstance(end, Exception):  # it died long before it was cancelled
                raise end

    def wait_s(self, session_s: float) -> float:
        """Return a random share of the session, after which it is time to renew it."""
        return session_s * self._random.uniform(SHARE_MIN, SHARE_MAX)

    def put(self, session: Session) -> None:
        """Renew the session as soon as it is its turn."""
        self._due.put_nowait(session)

    async def _work(self) -> None:
        """Renew what is due, one after the other; never returns."""
        while True:
            session = await self._due.get()
            if session.is_over:
                continue
            try:
                async with asyncio.timeout(ASK_S_MAX):
                    status, body = await self._ask(session)
                if status == CREATED:
                    session.renew(_decode_ticket(body).ticket)
                else:
                    self._fail(session, f"status {status}")
            except _FAILURES as error:
                self._fail(session, type(error).__name__)

    async def _ask(self, session: Session) -> tuple[int, bytes]:
        """Ask over a connection of its own, as a phone has none left after minutes."""
        line = Line(*await asyncio.open_connection(self._host, self._port))
        try:
            return await line.ask(session.request(f"{self._host}:{self._port}"))
        finally:
            line.close()

    def _fail(self, session: Session, why: str) -> None:
        self.failures[why] = self.failures.get(why, 0) + 1
        session.renew_in(RETRY_S)
