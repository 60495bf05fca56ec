from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.actions.assign_job import assign_job
from service.actions.authenticate import authenticate
from service.actions.post_job import post_job
from service.actions.set_status import Online, set_status
from service.domain.geo import Point
from service.domain.job import JobRequest, PlaceRequest
from service.domain.load import Load
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
            merchant_id=merchant.merchant_id,
            market_id=merchant.market_id,
            request=request(**changes),
            key=key or str(uuid4()),
            request_sha256=sha,
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
