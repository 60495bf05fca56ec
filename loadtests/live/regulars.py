"""Merchants who post at a steady rate and cancel each job a while later, so that nothing piles up.

A process of its own; drive it with `loadtests.live.remote`.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import cycle
from random import Random
from typing import NamedTuple, Self
from uuid import UUID

import msgspec

from loadtests.live.line import CREATED, Line
from loadtests.live.peer import now_s
from loadtests.live.posting import CITY, job_body

CONNECTIONS_COUNT = 8
WAITING_COUNT_MAX = 10_000  # requests that are due; more is a server that does not keep up
_CANCELLATION = b'{"reason":"customer_cancellation_requested"}'


class _Due(NamedTuple):
    """A request to be sent: a post, or the cancellation of a job."""

    key: str
    job_id: str | None = None


class _Job(msgspec.Struct):
    id: str


_decode_job = msgspec.json.Decoder(_Job).decode


class Regulars:
    """Args: host and port of the api, the merchants' keys, and the seed of places and keys."""

    def __init__(self, *, host: str, port: int, keys: Sequence[str], seed: int) -> None:
        self._host, self._port = host, port
        self._keys, self._random = cycle(keys), Random(seed)
        self._statuses = Counter[str]()
        self._took_s = list[float]()
        self._waiting: asyncio.Queue[_Due] = asyncio.Queue(WAITING_COUNT_MAX)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ending: object) -> None:
        pass  # connections live as long as a call

    async def trade(self, *, rate_per_s: float, hold_s: float, duration_s: float) -> None:
        """Post for so long; every job is cancelled after `hold_s`, if that is not too late."""
        began_s, count = now_s(), 0
        async with asyncio.TaskGroup() as group:
            workers = [
                group.create_task(self._work(hold_s, until_s=began_s + duration_s))
                for _ in range(CONNECTIONS_COUNT)
            ]
            while now_s() - began_s < duration_s:
                self._waiting.put_nowait(_Due(next(self._keys)))
                count += 1
                await asyncio.sleep(max(0.0, began_s + count / rate_per_s - now_s()))
            for worker in workers:
                worker.cancel()

    async def tell(self) -> dict[str, object]:
        """Return the statuses and times of the answers since the last time this was asked."""
        told: dict[str, object] = {"statuses": dict(self._statuses), "took_s": list(self._took_s)}
        self._statuses.clear()
        self._took_s.clear()
        return told

    async def _work(self, hold_s: float, *, until_s: float) -> None:
        loop = asyncio.get_running_loop()
        line = Line(*await asyncio.open_connection(self._host, self._port))
        try:
            while True:
                due = await self._waiting.get()
                asked_s = now_s()
                status, body = await line.ask(self._request(due))
                self._took_s.append(now_s() - asked_s)
                self._statuses[str(status)] += 1
                if status == CREATED and asked_s + hold_s < until_s:
                    canceling = _Due(due.key, _decode_job(body).id)
                    loop.call_later(hold_s, self._waiting.put_nowait, canceling)
        finally:
            line.close()

    def _request(self, due: _Due) -> bytes:
        if due.job_id is not None:
            path, body = f"/v1/jobs/{due.job_id}/cancellation", _CANCELLATION
        else:
            path, body = "/v1/jobs", msgspec.json.encode(job_body(self._random, CITY))
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Authorization: Bearer {due.key}\r\n"
            f"Idempotency-Key: {UUID(int=self._random.getrandbits(128))}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body
