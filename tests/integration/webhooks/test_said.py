"""Endpoints that ask for it are told that something was said about a job; the words stay here."""

import json

import msgspec
import pytest

from service.actions.send_message import send_message
from service.domain.message import said
from service.domain.vocabulary import Actor
from service.domain.webhook import WebhookEvent
from service.relay.aside import put_aside
from service.webhooks.claiming import claim
from service.webhooks.finishing import finish
from tests.integration.deliveries import take
from tests.integration.webhooks.conftest import REFUSED, received_by, working
from tests.integration.webhooks.receiver import is_signed

WORDS = "The bell does not ring"
TOLD = "SELECT seq, type FROM webhook_delivery ORDER BY seq"


@pytest.fixture
async def job_id(runtime, market, people, post):
    """A job in a courier's hand."""
    id_ = await post()
    await take(runtime, job_id=id_, courier_id=people[1][0].courier_id, market_id=market)
    return id_


@pytest.fixture
def say(runtime, market, people, job_id):
    """Say something about the job, for one side; return the message."""
    courier_id = people[1][0].courier_id

    async def say_one(sender, key="k"):
        speaker = {"courier_id": courier_id} if sender is Actor.COURIER else {}
        what = said(sender=sender, key=key, text=WORDS, quick_reply=None)
        return await send_message(runtime, job_id=job_id, market_id=market, what=what, **speaker)

    return say_one


async def test_an_endpoint_is_told_of_a_message_signed_and_without_its_words(
    market, create, relay, worker, receiver, job_id, say
):
    created = await create(receiver.url, events=(WebhookEvent.MESSAGE_SENT,))
    spoken = [await say(sender) for sender in (Actor.MERCHANT, Actor.COURIER, Actor.OPS)]
    await say(Actor.COURIER)  # the same again
    await relay()
    first, second = await received_by(receiver, 2)
    for event, message in ((first, spoken[1]), (second, spoken[2])):
        assert (event["type"], event["market_id"], event["gap"]) == ("message.sent", market, False)
        assert event["data"] == {
            "id": str(message.id),
            "job_id": str(job_id),
            "number": message.number,
            "sender": message.sender,
            "courier_id": str(message.courier_id),
        }
    assert all(is_signed(one, created.secret) for one in receiver.received)
    assert WORDS.encode() not in b"".join(one.body for one in receiver.received)
    assert len(receiver.received) == 2


async def test_it_is_told_in_turn_with_what_happens_to_the_job(
    conn, create, relay, cancel, job_id, say
):
    events = (WebhookEvent.MESSAGE_SENT, WebhookEvent.JOB_CANCELED)
    await create("http://localhost:1/", events=events)
    await say(Actor.COURIER)
    await cancel(job_id)
    await relay()
    assert [tuple(row) for row in await conn.fetch(TOLD)] == [
        (1, "message.sent"),
        (2, "job.canceled"),
    ]


async def test_who_named_no_events_is_told_of_jobs_alone(conn, create, relay, say):
    await create("http://localhost:1/")
    await relay()
    before = await conn.fetch(TOLD)
    await say(Actor.COURIER)
    await relay()
    assert await conn.fetch(TOLD) == before


async def test_a_message_that_was_given_up_is_a_gap_for_the_next(
    runtime, conn, create, relay, receiver, say
):
    await create(receiver.url, events=(WebhookEvent.MESSAGE_SENT,))
    await say(Actor.COURIER)
    await relay()
    await conn.execute("UPDATE webhook_delivery SET attempts_count = 9")
    (claimed,) = await claim(runtime, calls_count_max=10)
    await finish(runtime, claimed, REFUSED, jitter=0.0)
    await say(Actor.OPS)
    await relay()
    async with working(runtime):
        (event,) = await received_by(receiver, 1)
    assert (event["data"]["sender"], event["gap"]) == ("ops", True)


@pytest.mark.parametrize(
    ("spoiled", "has_gap"), [({"number": "one"}, True), ({"job_id": 7}, False)]
)
async def test_a_message_that_cannot_be_told_is_a_gap_for_the_next_where_its_job_is_known(
    runtime, market, conn, create, relay, leadership, say, spoiled, has_gap
):
    await create("http://localhost:1/", events=(WebhookEvent.MESSAGE_SENT,))
    await create("http://localhost:1/")  # it wants no messages, and misses none
    await relay()
    await say(Actor.COURIER)
    await say(Actor.OPS)
    await conn.execute(
        "UPDATE fact SET body = body || $1"
        " WHERE id = (SELECT min(id) FROM fact WHERE type = 'message.sent')",
        json.dumps(spoiled),
    )
    await put_aside(runtime, market, leadership=leadership, epoch=leadership.epoch)
    await relay()
    claims = await claim(runtime, calls_count_max=10)
    gaps = {(msgspec.json.decode(one.body)["type"], one.has_gap) for one in claims}
    assert gaps == {("message.sent", has_gap), ("job.created", False)}
