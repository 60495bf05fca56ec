"""Endpoints that ask for it are told that something was said about a job, without the words."""

from uuid import uuid4

import msgspec
import pytest

from service.domain.facts import FactType
from service.domain.vocabulary import Actor
from service.wire.webhooks import MessageEventBody, with_gap
from tests.unit.domain.makers import ANNA, make_job
from tests.unit.relay.recorded import job_fact, message_fact
from tests.unit.relay.test_telling import JOB, listener, told

SAID = "message.sent"


def at(sequence, type):
    return job_fact(type, msgspec.structs.replace(JOB, last_sequence=sequence))


@pytest.mark.parametrize("sender", [Actor.COURIER, Actor.OPS])
def test_a_merchant_is_told_who_said_something_about_which_job(sender):
    fact = message_fact(actor=sender)
    (one,) = told([fact], [listener(SAID)])
    assert (one.job_id, one.type) == (JOB.id, SAID)
    body = msgspec.json.decode(one.body, type=MessageEventBody)
    assert (body.id, body.created_at, body.gap) == (one.event_id, fact.at, False)
    assert (body.data.job_id, body.data.number, body.data.sender) == (JOB.id, 1, sender)
    assert (body.data.id, body.data.courier_id) == (fact.body.id, ANNA)
    assert b"text" not in one.body
    assert msgspec.json.decode(with_gap(one.body), type=MessageEventBody).gap


def test_what_merchants_say_themselves_they_know():
    assert told([message_fact(actor=Actor.MERCHANT)], [listener(SAID)]) == []


@pytest.mark.parametrize(
    "who", [listener(), listener("job.opened"), listener(SAID, merchant_id=uuid4())]
)
def test_who_does_not_ask_for_it_by_name_or_is_another_is_not_told(who):
    assert told([message_fact()], [who]) == []


def test_a_message_of_a_release_that_does_not_say_whose_it_is_is_passed_over():
    assert told([message_fact(merchant_id=None)], [listener(SAID)]) == []


def test_a_message_comes_in_its_turn_with_the_events_of_its_job():
    facts = [
        job_fact(FactType.JOB_CREATED, make_job(2)),
        at(5, FactType.JOB_PICKED_UP),
        message_fact(),
        at(4, FactType.JOB_ARRIVED_AT_PICKUP),  # its transaction began before the fifth's
        at(6, FactType.JOB_ENROUTE_TO_DROPOFF),
        message_fact(actor=Actor.COURIER),
    ]
    events = ("job.arrived_at_pickup", "job.picked_up", "job.enroute_to_dropoff", SAID)
    assert [one.type for one in told(facts, [listener(*events)])] == [
        *("job.arrived_at_pickup", "job.picked_up", SAID),
        *("job.enroute_to_dropoff", SAID),
    ]
