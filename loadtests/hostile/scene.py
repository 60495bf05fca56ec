"""Everybody who takes part: the service, who lives in it, and the processes of the strangers."""

import asyncio
import random
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

import httpx
import msgspec

from loadtests.hostile.attackers import Strangers
from loadtests.hostile.canary import Canary, open_canary
from loadtests.hostile.hooks import Hooks
from loadtests.hostile.places import Place, askers_of, settle
from loadtests.live.hostile.attackers import Attackers
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.people import CENTER_DEG
from loadtests.live.remote import Remote, remote
from loadtests.live.waiting import until
from service.api.errors import STATUS_OF_CODE
from service.client.rest import Rest, open_http
from service.listeners import listen
from service.processes import Processes
from service.settings import WEBHOOK_LEASE_MARGIN_S, child_environment
from service.wire.rest import OpsCourierPage

CALL_S_MAX = 4.0  # the service waits so long for an answer to a webhook
DOOR_S_MAX = 20.0  # and a stranger so long for one to a handshake, on a machine that is busy
READY_S_MAX = 60.0
IDS_COUNT_MAX = 50
STRICT = "api-strict"


class SceneError(Exception):
    """What is needed for the attack is not there; the message says what."""


class Scene(NamedTuple):
    """A running service and its visitors; `strict` is host:port of a stricter api."""

    lab: Lab
    places: list[Place]
    canary: Canary
    strangers: Remote
    frames: Remote
    hooks: Remote
    strict: str
    ids_of_others: list[str]


@asynccontextmanager
async def open_scene() -> AsyncGenerator[Scene]:
    """Start everything; when the block begins a job was lived in every market.

    Raises:
        SceneError: something does not work, before anybody was hostile.
    """
    plan = LabPlan(
        couriers_count=1,
        is_sampled=True,
        environment={
            "HEXHAUL_COURIER_REQUESTS_PER_S_MAX": "100000",
            "HEXHAUL_PROXIES_TRUSTED": "127.0.0.1",  # so that strangers come from everywhere
            "HEXHAUL_WEBHOOK_LOOPBACK": "true",
            "HEXHAUL_WEBHOOK_TIMEOUT_S": str(CALL_S_MAX),
            "HEXHAUL_WEBHOOK_LEASE_S": str(CALL_S_MAX + WEBHOOK_LEASE_MARGIN_S),
        },
    )
    async with AsyncExitStack() as stack:
        lab = await stack.enter_async_context(open_lab(plan))
        places = await settle(lab.runtime)
        canary = await stack.enter_async_context(
            open_canary(
                lab.stack.url,
                merchant_key=lab.people.merchants[0].key,
                courier_key=lab.people.couriers[0].key,
                center_deg=CENTER_DEG,
            )
        )
        await _live_everywhere(lab, places, canary)
        ids = await _ids_of(lab)
        address = f"{lab.host}:{lab.port}"
        askers = await askers_of(lab.runtime, places, viewer=lab.people.operator.key)
        strangers = await stack.enter_async_context(
            remote(
                Strangers,
                address=address,
                askers=[msgspec.to_builtins(asker) for asker in askers],
                ids_of_others=ids,
            )
        )
        frames = await stack.enter_async_context(
            remote(
                Attackers,
                address=address,
                lanes=_lanes(places),
                codes=sorted(STATUS_OF_CODE),
                door_s_max=DOOR_S_MAX,
            )
        )
        keys = [place.hooks_merchant for place in places]
        hooks = await stack.enter_async_context(
            remote(Hooks, url=lab.stack.url, keys=keys, timeout_s=CALL_S_MAX)
        )
        strict = await stack.enter_async_context(_strict_api(lab))
        yield Scene(lab, places, canary, strangers, frames, hooks, strict, ids)


async def _live_everywhere(lab: Lab, places: Sequence[Place], canary: Canary) -> None:
    """Live a job in the market that works, and one in each odd place."""
    await canary.live()
    failures = [f"canary: {words}" for words in canary.lives.failures]
    for place in places:
        merchant, courier = place.settlers
        async with open_canary(
            lab.stack.url,
            merchant_key=merchant,
            courier_key=courier,
            center_deg=place.center_deg,
        ) as settler:
            await settler.live()
        failures += [f"{place.name}: {words}" for words in settler.lives.failures]
        await _look_around(lab, place)
    if failures:
        raise SceneError("; ".join(failures))


async def _look_around(lab: Lab, place: Place) -> None:
    """Look at a courier as ops do: telling of looks begins with a market's first."""
    async with open_http(lab.stack.url) as http:
        ops = Rest(http, key=place.operator, rng=random.Random(7))
        listed = await ops.send("GET", "/v1/ops/couriers?limit=1")
        (courier,) = msgspec.json.decode(listed, type=OpsCourierPage).couriers
        await ops.send("GET", f"/v1/ops/couriers/{courier.id}")


def _lanes(places: Sequence[Place]) -> list[tuple[str, str]]:
    """Return the doors of those who send frames; no courier's key is in two of them."""
    return [
        pair
        for place in places
        for pair in (
            *(("/v1/courier", key) for key in place.frames_couriers),
            ("/v1/stream", place.frames_merchant),
            ("/v1/ops/feed", place.viewer),
        )
    ]


async def _ids_of(lab: Lab) -> list[str]:
    """Return ids of what there is in the market that works, all of others than the strangers."""
    query = (
        "SELECT id::text FROM job WHERE market_id = $1 UNION ALL"
        " SELECT id::text FROM offer WHERE market_id = $1 UNION ALL"
        " SELECT id::text FROM courier WHERE market_id = $1 UNION ALL"
        " SELECT s.id::text FROM stop s JOIN job j ON j.id = s.job_id WHERE j.market_id = $1"
        " UNION ALL SELECT e.id::text FROM webhook_endpoint e JOIN merchant m"
        " ON m.id = e.merchant_id WHERE m.market_id = $1 LIMIT $2"
    )
    async with lab.runtime.pool.connection() as conn:
        rows = await conn.fetch(query, "lab", IDS_COUNT_MAX)
    return [str(row["id"]) for row in rows]


@asynccontextmanager
async def _strict_api(lab: Lab) -> AsyncGenerator[str]:
    """Run another api on the same servers, with the settings of a live market; yield host:port."""
    folder = lab.folder / STRICT
    folder.mkdir()
    settings = lab.stack.settings
    with listen(lab.host, 0) as listener:
        fd = listener.fileno()
        environment = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "HEXHAUL_MERCHANT_REQUESTS_PER_S_MAX": "100000",
        }
        command = [sys.executable, "-m", "service", "api", "--listener-fd", str(fd)]
        async with Processes(
            {STRICT: command},
            log_dir=folder,
            environment=child_environment(environment),
            inherited_fds=[fd],
        ):
            address = f"{lab.host}:{listener.getsockname()[1]}"
            if not await until(lambda: _answers(address), s_max=READY_S_MAX):
                raise SceneError("the strict api does not answer")
            yield address


async def _answers(address: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(1.0):
            return (await http.get(f"http://{address}/health/live")).is_success
    except (httpx.TransportError, TimeoutError):
        return False
