"""Merchants' servers in one process: jobs over kept connections, with as little cost as can be.

`Posters` runs in a process of its own; drive it from outside with `loadtests.live.remote`:

    async with remote(Posters, host=lab.host, port=lab.port, keys=[...]) as posters:
        level = await posters.ask("post", connections_count=8, duration_s=10.0)
        again = await posters.ask("repeat", count=200)

Each connection sends a job, waits for the answer, and sends the next one: as many as the server
takes, where `loadtests.live.posting` posts at a given rate.
"""

import asyncio
import resource
from collections import Counter, deque
from collections.abc import Sequence
from itertools import cycle
from random import Random
from typing import NamedTuple, Self, cast

import msgspec

from loadtests.live.peer import now_s
from loadtests.live.posting import CITY, job_body

BODIES_COUNT = 512  # different ones, used in turn
KEPT_COUNT_MAX = 2_000  # posts that can be repeated
ANSWER_S_MAX = 30.0
_HEAD_END = b"\r\n\r\n"


class Answer(NamedTuple):
    """What came back; header names are in lower case."""

    status: int
    head: bytes
    body: bytes


class HttpLink(asyncio.Protocol):
    """One kept HTTP/1.1 connection, with one request under way at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)  # that of uvloop is no subclass

    def data_received(self, data: bytes) -> None:
        """Take what the server sends; the answer is handed on when it is whole."""
        self._received += data
        head, found, body = self._received.partition(_HEAD_END)
        if not found or self._waiting is None:
            return
        lower = head.lower()
        length = int(lower.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(body) >= length:
            self._received = body[length:]
            waiting, self._waiting = self._waiting, None
            waiting.set_result(Answer(int(lower[9:12]), lower, body[:length]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("closed before the answer"))

    async def ask(self, request: bytes) -> Answer:
        """Send a request and return the answer.

        Raises:
            ConnectionError: the connection ended first.
            TimeoutError: no answer within `ANSWER_S_MAX`.
        """
        assert self._transport is not None, "the connection was made"
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        async with asyncio.timeout(ANSWER_S_MAX):
            return await self._waiting

    @property
    def is_open(self) -> bool:
        """Whether the other side has not closed it."""
        return self._transport is not None and not self._transport.is_closing()

    def leave(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.abort()


class Post(NamedTuple):
    """A post that was answered with 201."""

    request: bytes
    body: bytes


class Posters:
    """Merchants who post; every public method can be asked for from another process.

    Args:
        host: of the api.
        port: of the api.
        keys: of the merchants, used in turn.
        seed: of the places and the idempotency keys.
    """

    def __init__(self, *, host: str, port: int, keys: Sequence[str], seed: int = 1) -> None:
        self._host, self._port = host, port
        self._random = Random(seed)
        self._bodies = cycle(
            [msgspec.json.encode(job_body(self._random, CITY)) for _ in range(BODIES_COUNT)]
        )
        self._keys = cycle(keys)
        self._links: list[HttpLink] = []
        self._kept: deque[Post] = deque(maxlen=KEPT_COUNT_MAX)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ending: object) -> None:
        for link in self._links:
            link.leave()
        await asyncio.sleep(0)  # the transports tell their ends in the next round of the loop

    async def post(self, *, connections_count: int, duration_s: float) -> dict[str, object]:
        """Post on so many connections for so long.

        Returns:
            took_s of each answer; posted_count of the answers with 201; statuses, how often which;
            spent_s, from the first request to the last answer.
        """
        await self._connect(connections_count)
        began_s = now_s()
        took_s, statuses = list[float](), Counter[str]()

        async def keep_posting(link: HttpLink) -> None:
            while (sent_s := now_s()) - began_s < duration_s:
                request = self._request()
                answer = await link.ask(request)
                took_s.append(now_s() - sent_s)
                statuses[str(answer.status)] += 1
                if answer.status == 201:
                    self._kept.append(Post(request, answer.body))

        async with asyncio.TaskGroup() as group:
            for link in self._links[:connections_count]:
                group.create_task(keep_posting(link))
        return {
            "took_s": took_s,
            "posted_count": statuses["201"],
            "statuses": statuses,
            "spent_s": now_s() - began_s,
        }

    async def repeat(self, *, count: int) -> dict[str, object]:
        """Send the last posts once more; return how many were repeated with the same answer."""
        await self._connect(1)
        same_count, took_s = 0, list[float]()
        posts = list(self._kept)[-count:]
        for post in posts:
            sent_s = now_s()
            answer = await self._links[0].ask(post.request)
            took_s.append(now_s() - sent_s)
            is_replayed = b"\r\nidempotent-replayed: true" in answer.head
            same_count += answer.status == 201 and is_replayed and answer.body == post.body
        return {"asked_count": len(posts), "same_count": same_count, "took_s": took_s}

    async def tell(self) -> dict[str, float]:
        """Return this process's time."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {"cpu_s": used.ru_utime + used.ru_stime}

    # ------------------------------------------------------------------ inside
    async def _connect(self, count: int) -> None:
        loop = asyncio.get_running_loop()
        self._links = [link for link in self._links if link.is_open]  # an idle one is closed
        while len(self._links) < count:
            _, link = await loop.create_connection(HttpLink, self._host, self._port)
            self._links.append(link)

    def _request(self) -> bytes:
        body = next(self._bodies)
        head = (
            "POST /v1/jobs HTTP/1.1\r\n"
            f"Host: {self._host}:{self._port}\r\n"
            f"Authorization: Bearer {next(self._keys)}\r\n"
            "Content-Type: application/json\r\n"
            f"Idempotency-Key: {self._random.getrandbits(128):032x}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body
