"""Merchants who post and read at a steady rate, and take a refusal as it comes.

    async with callers(host=lab.host, port=lab.port, seed=1) as merchants:
        posts = await merchants.call("post", keys, rate_per_s=150.0, duration_s=30.0)

Calls are due whether or not earlier ones were answered, over so many connections that the service
is what they wait for. Nothing is sent again: what is refused is counted.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Literal, Self
from uuid import UUID

import msgspec
from msgspec import Struct

from loadtests.live.line import CREATED, Line
from loadtests.live.peer import now_s
from loadtests.live.posting import CITY, job_body
from loadtests.live.remote import Remote, remote

CONNECTIONS_COUNT = 256  # of each kind of call
IDLE_S_MAX = 3.0  # the service closes a connection that was idle for five
OK = 200
LOST = 0  # the status of a call whose connection ended

Kind = Literal["post", "read"]


class Called(Struct, frozen=True, array_like=True):
    """A call and its answer; instants are monotonic."""

    due_s: float
    answered_s: float
    status: int
    code: str | None  # of a refusal
    job_id: str | None  # of a job that was posted

    @property
    def is_refused(self) -> bool:
        return self.status not in (OK, CREATED)

    @property
    def took_s(self) -> float:
        return self.answered_s - self.due_s


class _Answer(Struct):
    id: str | None = None
    code: str | None = None


_decode_answer = msgspec.json.Decoder(_Answer).decode


class Callers:
    """Merchants' servers, as they are in their own process.

    Args:
        host: of the api.
        port: of the api.
        seed: of places and idempotency keys.
    """

    def __init__(self, *, host: str, port: int, seed: int) -> None:
        self._host, self._port = host, port
        self._random = Random(seed)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ending: object) -> None:
        pass  # connections live as long as a call

    async def call(
        self, *, kind: Kind, keys: Sequence[str], rate_per_s: float, duration_s: float
    ) -> list[Called]:
        """Call on behalf of these merchants in turn; return the calls when all are answered."""
        count = int(rate_per_s * duration_s)
        requests = [self._request(kind, keys[i % len(keys)]) for i in range(count)]
        waiting: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()
        called, began_s = list[Called](), now_s()
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS_COUNT):
                group.create_task(self._work(waiting, called))
            for i, request in enumerate(requests):
                due_s = began_s + i / rate_per_s
                await asyncio.sleep(max(0.0, due_s - now_s()))
                waiting.put_nowait((due_s, request))
            for _ in range(CONNECTIONS_COUNT):
                waiting.put_nowait(None)
        return called

    async def _work(
        self, waiting: asyncio.Queue[tuple[float, bytes] | None], called: list[Called]
    ) -> None:
        line, used_s = None, 0.0
        while (item := await waiting.get()) is not None:
            due_s, request = item
            if line is not None and now_s() - used_s > IDLE_S_MAX:
                line.close()
                line = None
            try:
                if line is None:
                    line = Line(*await asyncio.open_connection(self._host, self._port))
                status, body = await line.ask(request)
            except (OSError, EOFError):
                line, status, body = None, LOST, b"{}"
            # A list of jobs has neither an id nor a code.
            answer = _decode_answer(body)
            job_id = answer.id if status == CREATED else None
            used_s = now_s()
            called.append(Called(due_s, used_s, status, answer.code, job_id))
        if line is not None:
            line.close()

    def _request(self, kind: Kind, key: str) -> bytes:
        host = f"Host: {self._host}:{self._port}\r\nAuthorization: Bearer {key}\r\n"
        if kind == "read":
            return f"GET /v1/jobs?limit=20 HTTP/1.1\r\n{host}\r\n".encode()
        body = msgspec.json.encode(job_body(self._random, CITY))
        head = (
            f"POST /v1/jobs HTTP/1.1\r\n{host}"
            f"Idempotency-Key: {UUID(int=self._random.getrandbits(128))}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class RemoteCallers:
    """Callers in a process of their own; open it with `callers`."""

    def __init__(self, line: Remote) -> None:
        self._line = line

    @property
    def pid(self) -> int:
        return self._line.pid

    async def call(
        self, kind: Kind, keys: Sequence[str], *, rate_per_s: float, duration_s: float
    ) -> list[Called]:
        """Call on behalf of these merchants in turn; return the calls when all are answered."""
        return await self._line.ask(
            list[Called],
            "call",
            kind=kind,
            keys=keys,
            rate_per_s=rate_per_s,
            duration_s=duration_s,
        )


@asynccontextmanager
async def callers(*, host: str, port: int, seed: int) -> AsyncGenerator[RemoteCallers]:
    """Run callers in a process of their own for as long as the block runs."""
    async with remote(Callers, host=host, port=port, seed=seed) as line:
        yield RemoteCallers(line)
