"""What may be said about a job, by whom and for how long."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.domain import message as messages_domain
from service.domain.errors import (
    CapacityExceededError,
    IdempotencyMismatchError,
    InvalidStateTransitionError,
    NotFoundError,
)
from service.domain.facts import FactType
from service.domain.lifecycle import JobStatus
from service.domain.message import (
    AFTERWARDS_S_MAX,
    MESSAGES_COUNT_MAX,
    MESSAGES_OF_ONE_COUNT_MAX,
    TEXT_LENGTH_MAX,
    TEXT_OF,
    QuickReply,
    Spoken,
    message_id,
    said,
)
from service.domain.vocabulary import Actor
from tests.unit.domain.makers import ANNA, NOW, make_job

BORIS = UUID(int=0xB0)
IN_HAND = replace(make_job(), courier_id=ANNA, status=JobStatus.ASSIGNED)
WHERE = said(sender=Actor.OPS, key="k", text="Where are you?", quick_reply=None)


def write(job=IN_HAND, what=WHERE, *, last=0, count=0, of_sender=0, now=NOW):
    spoken = Spoken(last_number=last, messages_count=count, of_sender_count=of_sender)
    id_ = message_id(job, what, courier_id=None)
    return messages_domain.write(job, what, id=id_, spoken=spoken, now=now)


def test_a_message_follows_the_one_before_and_its_fact_has_no_words():
    message, fact = write(last=6, count=6)
    assert (message.number, message.courier_id, message.text) == (7, ANNA, "Where are you?")
    assert (fact.type, fact.actor, fact.courier_id) == (FactType.MESSAGE_SENT, Actor.OPS, ANNA)
    assert fact.merchant_id == message.merchant_id  # whose endpoints are told of it
    assert (fact.body.id, fact.body.number) == (message.id, 7)
    assert "text" not in fact.body.__struct_fields__


def test_a_quick_reply_has_its_text():
    what = said(sender=Actor.COURIER, key="k", text=None, quick_reply=QuickReply.YES)
    assert (what.text, what.quick_reply) == ("Yes.", "yes")
    assert set(TEXT_OF) == set(QuickReply)
    assert all(len(text) <= TEXT_LENGTH_MAX for text in TEXT_OF.values())


def test_nobody_is_spoken_to_about_a_job_that_nobody_has():
    with pytest.raises(InvalidStateTransitionError):
        write(replace(IN_HAND, courier_id=None, status=JobStatus.OPEN))


def test_a_job_is_talked_about_for_an_hour_after_its_end_and_no_longer():
    over = replace(IN_HAND, status=JobStatus.DELIVERED, ended_at=NOW)
    until = NOW + timedelta(seconds=AFTERWARDS_S_MAX)
    assert write(over, now=until)[0].sent_at == until
    with pytest.raises(InvalidStateTransitionError):
        write(over, now=until + timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("count", "of_sender"),
    [(MESSAGES_COUNT_MAX, 0), (MESSAGES_OF_ONE_COUNT_MAX, MESSAGES_OF_ONE_COUNT_MAX)],
)
def test_enough_is_enough_from_all_together_and_from_one_side(count, of_sender):
    with pytest.raises(CapacityExceededError):
        write(count=count, of_sender=of_sender)
    assert write(count=count - 1, of_sender=max(of_sender - 1, 0))


def test_one_key_is_one_message_of_a_side_and_of_a_courier():
    again = said(sender=Actor.OPS, key="k", text="Where are you?", quick_reply=None)
    by_courier = replace(again, sender=Actor.COURIER)
    ids = {
        message_id(IN_HAND, WHERE, courier_id=None),
        message_id(IN_HAND, again, courier_id=None),
        message_id(IN_HAND, by_courier, courier_id=ANNA),
        message_id(IN_HAND, by_courier, courier_id=BORIS),
    }
    assert len(ids) == 3


def test_a_key_does_not_serve_for_other_words():
    message, _ = write()
    messages_domain.check_same(message, WHERE)
    with pytest.raises(IdempotencyMismatchError):
        messages_domain.check_same(message, replace(WHERE, text="And now?"))


def test_a_courier_speaks_of_what_is_in_hand_only():
    messages_domain.check_courier(IN_HAND, ANNA)
    with pytest.raises(NotFoundError):
        messages_domain.check_courier(IN_HAND, BORIS)
