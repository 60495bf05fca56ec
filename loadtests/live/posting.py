"""Merchants who post jobs over keep-alive connections, in a process of their own.

    async with remote_shop(host=lab.host, port=lab.port) as shop:
        posted = await shop.post([m.key for m in lab.people.merchants], rate_per_s=50.0, ...)

Posts are due at a steady rate whether or not earlier ones were answered; one that finds every
connection busy waits, and that wait is part of its time.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from math import cos, pi, radians, sin, sqrt
from random import Random
from typing import NamedTuple, Self
from uuid import UUID

import msgspec
from msgspec import Struct

from loadtests.live.line import CREATED, Line
from loadtests.live.march import DEGREE_M
from loadtests.live.peer import now_s
from loadtests.live.people import CENTER_DEG
from loadtests.live.remote import Remote, remote

RIDE_M_MIN, RIDE_M_MAX = 800.0, 3_000.0


class Area(NamedTuple):
    """Where the pickups are."""

    center_deg: tuple[float, float]
    radius_m: float


CITY = Area(CENTER_DEG, 4_500.0)


class Posted(Struct, frozen=True, array_like=True):
    """A post and its answer; instants are monotonic."""

    due_s: float  # when it was to be sent
    sent_s: float
    answered_s: float
    status: int
    job_id: str | None  # when it was created


class _Job(Struct):
    id: str


_decode_job = msgspec.json.Decoder(_Job).decode


class Shop:
    """Merchants and their connections, as they are in their own process.

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

    async def post(
        self,
        *,
        keys: Sequence[str],
        rate_per_s: float,
        duration_s: float,
        area: Area,
        connections_count: int,
    ) -> list[Posted]:
        """Post jobs of these merchants in turn; return them when all are answered."""
        count, area = int(rate_per_s * duration_s), Area(*area)
        requests = [self._request(keys[i % len(keys)], area) for i in range(count)]
        began_s, posted = now_s(), list[Posted]()
        waiting: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for _ in range(connections_count):
                group.create_task(self._work(waiting, posted))
            for i, request in enumerate(requests):
                due_s = began_s + i / rate_per_s
                await asyncio.sleep(max(0.0, due_s - now_s()))
                waiting.put_nowait((due_s, request))
            for _ in range(connections_count):
                waiting.put_nowait(None)
        return posted

    async def _work(
        self, waiting: asyncio.Queue[tuple[float, bytes] | None], posted: list[Posted]
    ) -> None:
        line = Line(*await asyncio.open_connection(self._host, self._port))
        while (item := await waiting.get()) is not None:
            due_s, request = item
            sent_s = now_s()
            status, body = await line.ask(request)
            job_id = _decode_job(body).id if status == CREATED else None
            posted.append(Posted(due_s, sent_s, now_s(), status, job_id))
        line.close()

    def _request(self, key: str, area: Area) -> bytes:
        body = msgspec.json.encode(job_body(self._random, area))
        idempotency_key = UUID(int=self._random.getrandbits(128))
        head = (
            f"POST /v1/jobs HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Authorization: Bearer {key}\r\nIdempotency-Key: {idempotency_key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def job_body(random: Random, area: Area) -> dict[str, object]:
    """Return a job of the area, as `POST /v1/jobs` takes it."""
    pickup_deg = _away(random, area.center_deg, area.radius_m * sqrt(random.random()))
    dropoff_deg = _away(random, pickup_deg, random.uniform(RIDE_M_MIN, RIDE_M_MAX))
    return {
        "pickup": {
            **_place(pickup_deg),
            "address": f"Market Street {random.randrange(1, 200)}",
            "contact": {"name": "Ida Baker", "phone": "+4315331234"},
        },
        "dropoff": {
            **_place(dropoff_deg),
            "address": f"Garden Row {random.randrange(1, 200)}",
            "instructions": "ring twice",
        },
        "item": {"size_class": "small", "weight_g": random.randrange(200, 3_000)},
    }


def _place(place_deg: tuple[float, float]) -> dict[str, float]:
    return {"lat_deg": round(place_deg[0], 6), "lng_deg": round(place_deg[1], 6)}


def _away(random: Random, place_deg: tuple[float, float], away_m: float) -> tuple[float, float]:
    """Return a place so far away, in any direction."""
    bearing, degree_m = 2.0 * pi * random.random(), DEGREE_M * cos(radians(place_deg[0]))
    return (
        place_deg[0] + away_m * cos(bearing) / DEGREE_M,
        place_deg[1] + away_m * sin(bearing) / degree_m,
    )


class RemoteShop:
    """A shop in a process of its own; open it with `remote_shop`."""

    def __init__(self, line: Remote) -> None:
        self._line = line

    @property
    def pid(self) -> int:
        return self._line.pid

    async def post(
        self,
        keys: Sequence[str],
        *,
        rate_per_s: float,
        duration_s: float,
        area: Area = CITY,
        connections_count: int = 16,
    ) -> list[Posted]:
        """Post jobs of these merchants in turn; return them when all are answered."""
        return await self._line.ask(
            list[Posted],
            "post",
            keys=keys,
            rate_per_s=rate_per_s,
            duration_s=duration_s,
            area=area,
            connections_count=connections_count,
        )


@asynccontextmanager
async def remote_shop(*, host: str, port: int, seed: int = 1) -> AsyncGenerator[RemoteShop]:
    """Run a shop in a process of its own for as long as the block runs."""
    async with remote(Shop, host=host, port=port, seed=seed) as line:
        yield RemoteShop(line)
