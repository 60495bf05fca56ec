"""Those who watch: consoles with a part of the map each, and merchants; a process of their own.

Drive it with `loadtests.live.remote`. What they are sent is counted by the type of the message, and
of some consoles the age of each position is kept: now, less when the server received it.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Self

import msgspec
from msgspec import Struct

from loadtests.live.frames import handshake
from loadtests.live.peer import Peer
from loadtests.live.renewals import Renewals, Session
from loadtests.live.tallies import Counts
from service.clock import real_now

DIALS_AT_ONCE_MAX = 32
OPEN_S_MAX = 60.0
TICKETS = {"/v1/stream": "/v1/tickets", "/v1/ops/feed": "/v1/ops/tickets"}
_TYPE_AT = len(b'{"type":"')


class _Place(Struct):
    at: datetime


class _Length(Struct):
    session_ms: int


class _Frame(Struct):
    is_whole: bool = False
    positions: tuple[_Place, ...] = ()


_decode_length = msgspec.json.Decoder(_Length).decode
_decode_frame = msgspec.json.Decoder(_Frame).decode


class Seen(Struct, kw_only=True):
    """What one kind of onlookers was sent, by type of message."""

    frames_count: dict[str, int] = {}
    bytes_count: dict[str, int] = {}
    age_s: list[float] = []  # of positions, where they are kept


class Onlooker(Peer):
    """One who watches; `watch` is sent once resumed, if there is one."""

    def __init__(
        self,
        path: str,
        counts: Counts,
        seen: Seen,
        renewals: Renewals,
        *,
        host: str,
        key: str,
        watch: str,
        keeps_ages: bool,
    ) -> None:
        super().__init__(handshake(path, host=host, key=key), counts)
        self._session = Session(renewals, self, path=TICKETS[path], key=key)
        self._seen, self._watch, self._keeps_ages = seen, watch, keeps_ages

    def opened(self) -> None:
        """Wait for the server's hello."""

    def heard(self, text: bytes) -> None:
        """Count a message."""
        kind = text[_TYPE_AT : text.index(b'"', _TYPE_AT)].decode()
        seen = self._seen
        seen.frames_count[kind] = seen.frames_count.get(kind, 0) + 1
        seen.bytes_count[kind] = seen.bytes_count.get(kind, 0) + len(text)
        match kind:
            case "hello":
                self._session.begin(_decode_length(text).session_ms)
                self.say(b'{"type":"resume"}')
            case "authenticated":
                self._session.begin(_decode_length(text).session_ms)
            case "snapshot":
                if self._watch:
                    self.say(self._watch.encode())
                self.be_ready()
            case "positions" if self._keeps_ages:
                seen.age_s += _ages_s(text)
            case _:
                pass

    def left(self) -> None:
        """Renew no more."""
        self._session.end()


def _ages_s(text: bytes) -> list[float]:
    """Return how old the positions of a frame are; none of a whole one, which tells of long ago."""
    frame, now = _decode_frame(text), real_now()
    return [] if frame.is_whole else [(now - each.at).total_seconds() for each in frame.positions]


class Onlookers:
    """All of them.

    Args:
        host: of the api.
        port: of the api.
    """

    def __init__(self, *, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._renewals = Renewals(host=host, port=port)
        self._counts = Counts()
        self._seen = dict[str, Seen]()
        self._peers = list[Onlooker]()

    async def __aenter__(self) -> Self:
        await self._renewals.__aenter__()
        return self

    async def __aexit__(self, *ending: object) -> None:
        for peer in self._peers:
            peer.cut()
        await self._renewals.__aexit__(*ending)
        await asyncio.sleep(0)  # the transports tell their ends in the next round of the loop

    async def join(
        self, *, kind: str, path: str, keys: Sequence[str], watches: Sequence[str]
    ) -> None:
        """Connect one with each key; the first of the kind keeps the ages of positions.

        Raises:
            TimeoutError: not all were there in time.
        """
        seen, gate = self._seen.setdefault(kind, Seen()), asyncio.Semaphore(DIALS_AT_ONCE_MAX)
        loop = asyncio.get_running_loop()

        async def let_in(row: int, key: str) -> None:
            peer = Onlooker(
                path,
                self._counts,
                seen,
                self._renewals,
                host=f"{self._host}:{self._port}",
                key=key,
                watch=watches[row] if watches else "",
                keeps_ages=row == 0,
            )
            self._peers.append(peer)
            async with gate:
                await loop.create_connection(lambda: peer, self._host, self._port)
                await peer.ready

        async with asyncio.timeout(OPEN_S_MAX), asyncio.TaskGroup() as group:
            for row, key in enumerate(keys):
                group.create_task(let_in(row, key))

    async def forget(self) -> None:
        """Begin the counts anew; who is there stays."""
        for seen in self._seen.values():
            seen.frames_count.clear()
            seen.bytes_count.clear()
            seen.age_s.clear()

    async def tell(self) -> dict[str, object]:
        """Return what each kind was sent, how connections ended, what was renewed, what is open."""
        return {
            "seen": self._seen,
            "close_codes": self._counts.close_codes,
            "renewed_count": sum(
                seen.frames_count.get("authenticated", 0) for seen in self._seen.values()
            ),
            "renewal_failures": self._renewals.failures,
            "open_count": sum(peer.is_open for peer in self._peers),
        }
