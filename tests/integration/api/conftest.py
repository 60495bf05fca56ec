"""The api and the relay in this process, on real servers, and clients that only know the wire."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest

from service.actions.authenticate import authenticate
from service.app import run_api
from service.listeners import listen
from service.relay.run import run_relay
from service.tasks import Stop
from tests.plain_http import PlainClient

PATIENCE_S = 10.0
JOB = {
    "pickup": {"lat_deg": 48.2089, "lng_deg": 16.3697, "address": "Graben 1"},
    "dropoff": {
        "lat_deg": 48.1985,
        "lng_deg": 16.3629,
        "address": "Naschmarkt 5",
        "contact": {"name": "Max", "phone": "+4315331234"},
        "instructions": "ring twice",
    },
}


async def until_live(address):
    """Wait until the api answers."""
    async with PlainClient() as client, asyncio.timeout(PATIENCE_S):
        while True:
            try:
                assert (await client.get(f"http://{address}/health/live")).status_code == 200
            except httpx.TransportError:
                await asyncio.sleep(0.01)
            else:
                return


@asynccontextmanager
async def running_api(runtime):
    """Run what an api process runs; yield where it listens."""
    stop = Stop()
    listener = listen("127.0.0.1", 0)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    async with asyncio.TaskGroup() as group:
        group.create_task(run_api(runtime, stop, listener=listener))
        await until_live(address)
        try:
            yield address
        finally:
            stop.hurry()


@pytest.fixture
async def address(runtime, market):
    """Where the api listens."""
    async with running_api(runtime) as address:
        yield address


@pytest.fixture
async def relay(runtime, market):
    """A running relay."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(run_relay(runtime, stop))
        yield
        stop.set()


def client_of(address, key):
    """Return an HTTP client with this key."""
    return PlainClient(
        base_url=f"http://{address}", headers={"Authorization": f"Bearer {key.text}"}
    )


@pytest.fixture
async def clients(address, keys):
    """HTTP clients of the merchant, the three couriers and the operator, in this order."""
    opened = [client_of(address, key) for key in keys]
    yield opened
    for client in opened:
        await client.aclose()


@pytest.fixture
async def stranger(address):
    """Who has a link at most."""
    async with PlainClient(base_url=f"http://{address}") as http:
        yield http


@pytest.fixture
def merchant(clients):
    return clients[0]


@pytest.fixture
def courier(clients):
    return clients[1]


@pytest.fixture
def ops(clients):
    return clients[-1]


@pytest.fixture
async def ids(runtime, keys):
    """The ids of the three couriers."""
    principals = [await authenticate(runtime, key_text=key.text) for key in keys[1:-1]]
    return [principal.courier_id for principal in principals]


@pytest.fixture
def post(merchant):
    """Post a job; return it as answered."""

    async def post_one(*, key=None, **changes):
        answer = await merchant.post(
            "/v1/jobs", json=JOB | changes, headers={"Idempotency-Key": key or str(uuid4())}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    return post_one


@pytest.fixture
async def until(runtime):
    """The end of a period of figures: now, on a whole minute."""
    return runtime.clock.now().replace(second=0, microsecond=0)
