"""Many at once, and what they bring: all connections lost together, and jobs that nobody can do."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx

from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.world import World

RESETS_COUNT = 3
SERVER_ERROR = 500
REQUEST_S_MAX = 10.0
_PLACE = b'{"lat_deg":%s,"lng_deg":%s,"address":"Somewhere 1"}'
_PLACES = (
    (b"90.0", b"0.0"),  # the pole
    (b"-90.0", b"180.0"),
    (b"0.0", b"180.0"),  # the antimeridian
    (b"0.0", b"-180.0"),
    (b"58.397145907431", b"10.536199075468"),  # in a pentagon
    (b"91.0", b"0.0"),
    (b"NaN", b"0.0"),
    (b"1e400", b"0.0"),
    (b"10000000000000000000000", b"0.0"),
    (b'"48.2"', b"16.3"),
    (b"null", b"[]"),
)
_BODIES = (
    b"",
    b"null",
    b"[" * 60_000,
    b'{"pickup":' * 6_000,
    b'{"pickup":"\\u0000","dropoff":"\\ud800"}',
    b"\xff\xfe\x00",
    b'{"reference":"\x00"}',
    b'{"item":{"weight_g":9223372036854775808}}',
    b'{"item":{"weight_g":-1}}',
    b"{" + b'"a":1,' * 5_000 + b'"b":2}',
    b'"' + b"x" * 65_000 + b'"',
)


@asynccontextmanager
async def reset(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Reset every connection at the door at once, and those that come back again."""
    for _ in range(RESETS_COUNT):
        effect.saw("connections reset", world.lab.door.reset())
        await asyncio.sleep(trial.span_s / RESETS_COUNT)
    yield


@asynccontextmanager
async def poisoned(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Post what no merchant would post; each is refused, or a job like any other."""
    rng = random.Random(trial.seed)
    async with httpx.AsyncClient(
        base_url=world.lab.url, trust_env=False, timeout=REQUEST_S_MAX
    ) as http:
        for body in poison():
            headers = {
                "Authorization": f"Bearer {rng.choice(world.merchant_keys)}",
                "Content-Type": "application/json",
                "Idempotency-Key": str(UUID(int=rng.getrandbits(128))),
            }
            answer = await http.post("/v1/jobs", content=body, headers=headers)
            effect.saw("bad posts", 1)
            if answer.status_code >= SERVER_ERROR:
                effect.surprises.append(f"{answer.status_code} to {body[:80]!r}")
    yield


def poison() -> list[bytes]:
    """Return bodies that are odd, wrong, or no JSON at all."""
    good = _PLACE % (b"48.2082", b"16.3738")
    odd = [_PLACE % place for place in _PLACES]
    jobs = [b'{"pickup":%s,"dropoff":%s}' % pair for place in odd for pair in _both(place, good)]
    return [*jobs, *_BODIES]


def _both(one: bytes, other: bytes) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    return (one, other), (other, one)
