from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.actions.accept_offer import accept_offer
from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.actions.arrive_at_stop import arrive_at_stop
from service.actions.assign_job import assign_job
from service.actions.authenticate import authenticate
from service.actions.complete_stop import complete_stop
from service.actions.once import Once
from service.actions.post_job import post_job
from service.actions.set_status import Online, set_status
from service.domain.courier import Fix
from service.domain.geo import Point
from service.domain.job import JobRequest, PlaceRequest
from service.domain.lifecycle import StopKind
from service.domain.load import Load
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, SizeClass, Vehicle
from service.store import jobs


@pytest.fixture
async def people(runtime, keys):
    """The principals behind the keys: merchant, couriers, operator."""
    merchant, *couriers, operator = [await authenticate(runtime, key_text=key.text) for key in keys]
    return merchant, couriers, operator


@pytest.fixture
async def online(runtime, people):
    """The ids of the couriers, all of them on duty."""
    _, couriers, _ = people
    for courier in couriers:
        await set_status(
            runtime,
            courier_id=courier.courier_id,
            market_id=courier.market_id,
            duty=Online(
                vehicle=Vehicle.BIKE,
                capacity=Load(16_000, 60, 6),
                shift_ends_at=runtime.clock.now() + timedelta(hours=4),
            ),
            actor=Actor.COURIER,
        )
    return [courier.courier_id for courier in couriers]


def request(**changes):
    """A request for a job from the Graben to the Naschmarkt, about 1.3 km."""
    values = {
        "pickup": PlaceRequest(
            point=Point(48.2089, 16.3697),
            address="Graben 1",
            contact_name="Ida",
            contact_phone="+4315331234",
            instructions=None,
        ),
        "dropoff": PlaceRequest(
            point=Point(48.1985, 16.3629),
            address="Naschmarkt 5",
            contact_name="Max",
            contact_phone=None,
            instructions="ring twice",
        ),
        "size_class": SizeClass.MEDIUM,
        "weight_g": 2_000,
        "items_count": 1,
        "requirements": (),
        "vehicles": None,
        "reference": None,
        "ready_at": None,
        "due_at": None,
        "fee_cents": None,
    }
    return JobRequest(**(values | changes))


@pytest.fixture
def post(runtime, people):
    """Post a job; return its id."""
    merchant, _, _ = people

    async def post_one(*, key=None, sha=b"s" * 32, **changes):
        posted = await post_job(
            runtime,
            market_id=merchant.market_id,
            request=request(**changes),
            once=Once(
                merchant_id=merchant.merchant_id, key=key or str(uuid4()), request_sha256=sha
            ),
            present=lambda job: str(job.id).encode(),
        )
        return UUID(posted.response.body.decode())

    return post_one


@pytest.fixture
async def made(runtime, market, online, post):
    """One offer to each courier."""
    return [
        await assign_job(runtime, job_id=await post(), courier_id=courier_id, market_id=market)
        for courier_id in online
    ]


@pytest.fixture
def read(runtime):
    async def read_one(job_id):
        async with runtime.pool.connection() as conn:
            (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
        return job

    return read_one


@pytest.fixture
def offer(runtime, market, online):
    """Offer a job to a courier by hand, and let the courier's app acknowledge it."""

    async def offer_one(job_id, courier_id):
        made = await assign_job(runtime, job_id=job_id, courier_id=courier_id, market_id=market)
        said = Acknowledgement(offer_id=made.id, by=courier_id, is_shown=True)
        await acknowledge_offers(runtime, [said], market_id=market)
        return made

    return offer_one


@pytest.fixture
def arrive(runtime, market):
    async def arrive_one(courier_id, stop, *, place=None):
        await arrive_at_stop(
            runtime,
            courier_id=courier_id,
            market_id=market,
            stop_id=stop.id,
            fix=Fix(point=place or stop.point, accuracy_m=5.0, received_at=runtime.clock.now()),
            policy=Policy(),
        )

    return arrive_one


@pytest.fixture
def complete(runtime, market, arrive):
    async def complete_one(courier_id, stop):
        await arrive(courier_id, stop)
        await complete_stop(runtime, courier_id=courier_id, market_id=market, stop_id=stop.id)

    return complete_one


@pytest.fixture
def accepted(runtime, market, online, post, offer):
    """Post a job and let the first courier accept it."""

    async def accept_one(**changes):
        job_id = await post(**changes)
        made = await offer(job_id, online[0])
        await accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market)
        return job_id

    return accept_one


@pytest.fixture
def delivered(online, accepted, complete, read):
    """Post a job and let the first courier deliver it; return it."""

    async def deliver_one(**changes):
        job = await read(await accepted(**changes))
        await complete(online[0], job.latest(StopKind.PICKUP))
        await complete(online[0], job.latest(StopKind.DROPOFF))
        return await read(job.id)

    return deliver_one
