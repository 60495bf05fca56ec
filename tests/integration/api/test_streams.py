"""The documented client on a real service: three streams, iterated over."""

import asyncio
import random
from datetime import timedelta

import pytest

from service.client.rest import Rest, open_http
from service.client.streams import CourierStream, MerchantStream, OpsStream
from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    AssignmentChanged,
    Capacity,
    CourierState,
    Notice,
    OfferMade,
    SetStatus,
    Snapshot,
)
from service.wire.watcher_stream import MerchantEvent, MerchantSnapshot, OpsEvent, OpsSnapshot

PATIENCE_S = 10.0

pytestmark = pytest.mark.usefixtures("relay")


@pytest.fixture
async def rest_of(address):
    """The REST interface as the owner of a key sees it."""
    async with open_http(f"http://{address}") as http:
        yield lambda key: Rest(http, key=key.text, rng=random.Random(1))


async def follow(stream, handle):
    """Handle each message until that is answered with something; return the answer."""
    async with asyncio.timeout(PATIENCE_S):
        async for message in stream:
            if (answer := await handle(message)) is not None:
                return answer
    return None


async def first(kind, stream):
    """Return the first message of a kind."""

    async def of_kind(message):
        return message if isinstance(message, kind) else None

    return await follow(stream, of_kind)


async def test_a_courier_follows_the_stream_to_an_assignment(
    runtime, keys, ids, rest_of, post, ops
):
    ends_at = runtime.clock.now() + timedelta(hours=4)
    capacity = Capacity(weight_g=16_000, volume_l=60, jobs_count=3)
    rng = random.Random(2)
    job = await post()

    async with CourierStream(rest_of(keys[1]), rng=rng) as stream:
        assert not await stream.send(SetStatus(status="offline"))  # not connected yet

        async def handle(message):
            match message:
                case Snapshot(state=CourierState()):
                    duty = SetStatus(
                        status="online", vehicle="bike", capacity=capacity, shift_ends_at=ends_at
                    )
                    assert await stream.send(duty)
                case Notice(status="online"):
                    await ops.post(
                        f"/v1/ops/jobs/{job['id']}/assignment", json={"courier_id": str(ids[0])}
                    )
                case OfferMade():
                    await stream.send(Ack(offer_id=message.offer_id))
                    await stream.send(AcceptOffer(offer_id=message.offer_id))
                case AssignmentChanged():
                    return message.assignment
                case _:
                    pass
            return None

        assignment = await follow(stream, handle)
    assert [str(job.job_id) for job in assignment.jobs] == [job["id"]]


async def test_a_merchant_and_ops_hear_of_a_job(keys, rest_of, post):
    async with (
        MerchantStream(rest_of(keys[0]), rng=random.Random(3)) as own,
        OpsStream(rest_of(keys[-1]), rng=random.Random(4)) as feed,
    ):
        assert (await first(MerchantSnapshot, own)).jobs == ()
        assert not (await first(OpsSnapshot, feed)).recovered
        job = await post()
        assert str((await first(MerchantEvent, own)).event.data.id) == job["id"]
        assert str((await first(OpsEvent, feed)).event.data.id) == job["id"]


async def test_a_courier_without_a_good_key_stays_away(address):
    async with open_http(f"http://{address}") as http:
        rest = Rest(http, key="hh_test_nobody", rng=random.Random(6))
        async with asyncio.timeout(PATIENCE_S), CourierStream(rest, rng=random.Random(7)) as stream:
            assert [message async for message in stream] == []


async def test_a_stream_ends_where_coming_back_would_change_nothing(keys, rest_of):
    async with OpsStream(rest_of(keys[0]), rng=random.Random(5)) as stream:  # a merchant's key
        assert [message async for message in stream] == []
