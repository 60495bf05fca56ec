"""A merchant, two couriers and an operator; parts of the service can be taken away one by one."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import uuid4

import httpx
from processes import descendants

from service.actions.authenticate import authenticate
from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import CourierEntry, MerchantEntry, OperatorEntry, enroll
from service.actions.keys import Key
from service.domain.geo import Point
from service.domain.ids import CourierId, MarketId
from service.domain.policy import Policy
from service.domain.vocabulary import Vehicle
from service.runtime import Runtime, open_runtime
from service.stack import Plan, Stack, running_stack
from tests.integration.api.conftest import JOB, client_of

MARKET_ID = MarketId("town")
PATIENCE_S = 60.0
LOOK_S = 0.1
ANSWER_S_MAX = 5.0  # promised, whatever is away: no client waits longer
NEXT_DOOR = {"lat_deg": 48.2090, "lng_deg": 16.3699, "address": "Graben 3"}
SHORT_WAY = JOB | {"dropoff": JOB["dropoff"] | NEXT_DOOR}
ENVIRONMENT = {
    "HEXHAUL_DRAIN_S": "0.3",
    "HEXHAUL_WEBHOOK_LOOPBACK": "true",
    "HEXHAUL_COURIER_REQUESTS_PER_S_MAX": "1000",
    "HEXHAUL_MERCHANT_REQUESTS_PER_S_MAX": "1000",
    "HEXHAUL_OPS_REQUESTS_PER_S_MAX": "1000",
}


class Town(NamedTuple):
    """A running stack; `runtime` is the test's own way to the servers."""

    stack: Stack
    runtime: Runtime
    keys: list[Key]  # of the merchant, Anna, Ben and the operator
    courier_ids: list[CourierId]
    merchant: httpx.AsyncClient
    ops: httpx.AsyncClient

    @property
    def address(self):
        return self.stack.url.removeprefix("http://")

    async def post(self):
        """Post a job; return the answer."""
        headers = {"Idempotency-Key": str(uuid4())}
        return await self.merchant.post("/v1/jobs", json=SHORT_WAY, headers=headers)

    async def ready(self):
        """Return the status, and what is degraded."""
        answer = await self.ops.get("/health/ready")
        return answer.status_code, answer.json()["degraded"]

    async def until_degraded(self, *names):
        """Wait until exactly this is degraded; return the whole answer."""
        seen = None
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    answer = await self.ops.get("/health/ready")
                    seen = answer.json()
                    if set(seen["degraded"]) == set(names):
                        return seen
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            raise AssertionError(f"not degraded by {names}: {seen}") from None

    async def count(self, query, *values):
        """Return what the query counts, as `count`."""
        async with self.runtime.pool.connection() as conn:
            (row,) = await conn.fetch(query, *values)
        return row["count"]


async def until(condition):
    """Wait until it comes true; return it."""
    async with asyncio.timeout(PATIENCE_S):
        while not (result := await condition()):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(LOOK_S)
    return result


@asynccontextmanager
async def open_town(state_dir):
    """Start everything; clients lose patience when the promise is broken."""

    async def prepare(runtime):
        request = MarketRequest(
            market_id=MARKET_ID,
            name="Town",
            currency="EUR",
            timezone="Europe/Vienna",
            center=Point(48.2082, 16.3738),
            service_radius_m=15_000.0,
            policy=Policy(),
        )
        await create_market(runtime, request)
        entries = [
            MerchantEntry(name="Bakery Strobl"),
            *(CourierEntry(name=name, vehicle=Vehicle.BIKE) for name in ("Anna", "Ben")),
            OperatorEntry(name="Olga"),
        ]
        keys = await enroll(runtime, market_id=MARKET_ID, entries=entries)
        couriers = [await authenticate(runtime, key_text=key.text) for key in keys[1:3]]
        return keys, [courier.courier_id for courier in couriers]

    plan = Plan(state_dir=state_dir, http_port=8_100, is_durable=False, environment=ENVIRONMENT)
    async with running_stack(plan, prepare) as stack, open_runtime(stack.settings) as runtime:
        keys, courier_ids = stack.prepared
        address = stack.url.removeprefix("http://")
        async with client_of(address, keys[0]) as merchant, client_of(address, keys[-1]) as ops:
            merchant.timeout = ops.timeout = ANSWER_S_MAX
            town = Town(stack, runtime, keys, courier_ids, merchant, ops)
            await town.until_degraded()
            yield town


def _pids_of(server):
    """Return the processes of `valkey`, `postgres` or the supervisor of both, below this one."""
    marks = {
        "valkey": ("valkey-server",),
        "postgres": ("bin/postgres", "postgres:"),
        "supervisor": ("service.embedded.supervisor",),
    }[server]
    found = descendants(os.getpid())
    return [pid for pid, command in found.items() if any(mark in command for mark in marks)]


def _send(pids, number):
    for pid in pids:
        os.kill(pid, number)


@asynccontextmanager
async def frozen(pids):
    """The processes stand still while the block runs."""
    _send(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        _send(pids, signal.SIGCONT)


@asynccontextmanager
async def frozen_server(server):
    """The server takes connections and says nothing while the block runs."""
    async with frozen(_pids_of(server)):
        yield


@asynccontextmanager
async def killed_server(server):
    """There is no server while the block runs; then its supervisor starts another."""
    supervisor, victims = _pids_of("supervisor"), _pids_of(server)
    async with frozen(supervisor):
        _send(victims, signal.SIGKILL)
        yield
