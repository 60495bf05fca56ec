"""A market with couriers on duty, a lease to decide under, and the index as the relay makes it."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest

from service.actions.accept_offer import accept_offer
from service.actions.authenticate import authenticate
from service.actions.decline_offer import decline_offer
from service.actions.once import Once
from service.actions.post_job import post_job
from service.actions.set_status import Online, set_status
from service.clock import monotonic_s
from service.dispatch.commit import Warrant
from service.dispatch.memory import Memory
from service.dispatch.outlook import NOTHING_KNOWN
from service.dispatch.quarantine import Quarantine
from service.dispatch.record import Recorder
from service.dispatch.tick import tick
from service.domain.geo import Point
from service.domain.job import JobRequest, PlaceRequest
from service.domain.load import Load
from service.domain.vocabulary import Actor, SizeClass, Vehicle
from service.live import index, positions
from service.live.records import LiveFix
from service.relay.index import open_job, roster_entry
from service.runtime import read_market
from service.store import couriers, jobs, offers
from service.store.leadership import Leadership

GRABEN = Point(48.2089, 16.3697)
NASCHMARKT = Point(48.1985, 16.3629)
PATIENCE_S = 30.0


async def wait_until(condition):
    """Wait until the condition, a coroutine function, returns something, and return it."""
    deadline_s = monotonic_s() + PATIENCE_S
    while not (found := await condition()):
        assert monotonic_s() < deadline_s
        await asyncio.sleep(0.01)
    return found


@pytest.fixture(scope="session")
def until():
    return wait_until


@pytest.fixture
async def people(runtime, keys):
    """The principals behind the keys: merchant, couriers."""
    merchant, *couriers_, _ = [await authenticate(runtime, key_text=key.text) for key in keys]
    return merchant, couriers_


@pytest.fixture
def courier_ids(people):
    return [courier.courier_id for courier in people[1]]


@pytest.fixture
def go_online(runtime, market):
    """Put a courier on duty."""

    async def go(courier_id, *, capacity=None):
        await set_status(
            runtime,
            courier_id=courier_id,
            market_id=market,
            duty=Online(
                vehicle=Vehicle.BIKE,
                capacity=capacity or Load(16_000, 60, 6),
                shift_ends_at=runtime.clock.now() + timedelta(hours=4),
            ),
            actor=Actor.COURIER,
        )

    return go


@pytest.fixture
def stand(runtime, market):
    """Report where a courier is."""

    async def stand_at(courier_id, point):
        fix = LiveFix(
            courier_id=courier_id,
            lat_deg=point.lat_deg,
            lng_deg=point.lng_deg,
            accuracy_m=5.0,
            received_at_ms=int(runtime.clock.now().timestamp() * 1_000),
            seq=int(runtime.clock.now().timestamp() * 1_000),
        )
        await positions.write_fixes(runtime.redis, market, [fix])

    return stand_at


@pytest.fixture
def arrive_on_duty(go_online, stand):
    """Put a courier on duty, so far north of the Graben."""

    async def arrive(courier_id, *, north_m=0.0, **changes):
        await go_online(courier_id, **changes)
        await stand(courier_id, Point(GRABEN.lat_deg + north_m / 111_195.0, GRABEN.lng_deg))

    return arrive


@pytest.fixture
def post(runtime, people):
    """Post a job from the Graben to the Naschmarkt, about 1.3 km; return its id."""
    merchant, _ = people

    async def post_one(*, pickup=GRABEN, dropoff=NASCHMARKT, **changes):
        values = {
            "pickup": place(pickup, "Graben 1"),
            "dropoff": place(dropoff, "Naschmarkt 5"),
            "size_class": SizeClass.SMALL,
            "weight_g": 2_000,
            "items_count": 1,
            "requirements": (),
            "vehicles": None,
            "reference": None,
            "ready_at": None,
            "due_at": None,
            "fee_cents": 1_000,
        }
        posted = await post_job(
            runtime,
            market_id=merchant.market_id,
            request=JobRequest(**(values | changes)),
            once=Once(merchant_id=merchant.merchant_id, key=str(uuid4()), request_sha256=b"s" * 32),
            present=lambda job: str(job.id).encode(),
        )
        return UUID(posted.response.body.decode())

    return post_one


def place(point, address):
    return PlaceRequest(
        point=point, address=address, contact_name=None, contact_phone=None, instructions=None
    )


@pytest.fixture
def show(runtime, market):
    """Make the live index what the rows say."""

    async def show_rows():
        async with runtime.pool.connection() as conn:
            job_ids = [one.id for one in await jobs.list_unoffered_versions(conn, market_id=market)]
            waiting = await jobs.read_unoffered(conn, market_id=market, job_ids=job_ids)
            on_duty = await couriers.list_available_versions(conn, market_id=market)
            courier_ids = [one.id for one in on_duty]
            available = await couriers.read_available(
                conn, market_id=market, courier_ids=courier_ids
            )
        await index.clear(runtime.redis, market)
        await index.put_jobs(runtime.redis, market, [open_job(row) for row in waiting])
        await index.put_roster(runtime.redis, market, [roster_entry(row) for row in available])
        await index.begin_build(runtime.redis, market, "1")
        await index.mark_built(runtime.redis, market, "1")

    return show_rows


@asynccontextmanager
async def leading(runtime, market):
    """Hold the lease of the market's dispatch."""
    leadership = Leadership(
        runtime.pool, name=f"dispatch:{market}", holder=str(uuid4()), ttl_s=4.0, renew_s=0.05
    )
    keeping = asyncio.create_task(leadership.keep())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await leadership.until_leading()
        yield leadership
    finally:
        keeping.cancel()


@pytest.fixture
def lead(runtime, market):
    """Take the lease of the market's dispatch, as another process each time."""
    return partial(leading, runtime, market)


@pytest.fixture
async def leadership(lead):
    async with lead() as held:
        yield held


@pytest.fixture
def quarantine():
    return Quarantine()


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
async def warrant(runtime, market, lead):
    """The right to decide, under a lease that is taken once and not renewed."""
    async with runtime.pool.connection() as conn:
        read = await read_market(conn, market)
    async with lead() as held:
        return Warrant(market=read, leadership=held, epoch=held.epoch)


@pytest.fixture
def run_tick(runtime, warrant, show, quarantine, recorder):
    """Let one tick pass on what the rows say now."""
    lasting = Memory()

    async def run(*, outlook=NOTHING_KNOWN, memory=lasting):
        await show()
        return await tick(
            runtime,
            warrant,
            tick_s=1.0,
            quarantine=quarantine,
            recorder=recorder,
            memory=memory,
            outlook=outlook,
        )

    return run


@pytest.fixture
def open_offers(runtime, market):
    """Read the offers that wait for an answer, oldest first."""

    async def read():
        async with runtime.pool.connection() as conn:
            listed = await offers.list_offers_of_market(
                conn,
                market_id=market,
                statuses=["pending", "seen"],
                job_id=None,
                before_id=None,
                limit_count=100,
            )
        return listed[::-1]

    return read


@pytest.fixture
def read(runtime):
    async def read_one(job_id):
        async with runtime.pool.connection() as conn:
            (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
        return job

    return read_one


@pytest.fixture
def accept(runtime, market):
    async def accept_one(offer):
        await accept_offer(runtime, offer_id=offer.id, by=offer.courier_id, market_id=market)

    return accept_one


@pytest.fixture
def decline(runtime, market):
    async def decline_one(offer):
        await decline_offer(
            runtime, offer_id=offer.id, by=offer.courier_id, market_id=market, answer="too_far"
        )

    return decline_one
