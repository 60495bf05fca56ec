"""What people say to each other about a job: its courier, its merchant, and ops.

One conversation per job and courier, without anybody's phone number: whoever takes part reads all
of it, and the next courier none of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from msgspec import Struct

from service.domain.errors import (
    CapacityExceededError,
    IdempotencyMismatchError,
    InvalidStateTransitionError,
    NotFoundError,
)
from service.domain.facts import Fact, FactType, MessageSnapshot
from service.domain.ids import CourierId, JobId, MerchantId, MessageId
from service.domain.job import Job
from service.domain.vocabulary import Actor

TEXT_LENGTH_MAX = 500
MESSAGES_COUNT_MAX = 100  # of a job
MESSAGES_OF_ONE_COUNT_MAX = 50  # of these, of one side: nobody talks the others down
TOLD_COUNT_MAX = 30  # the latest, in a snapshot of all that a courier has in hand
AFTERWARDS_S_MAX = 3_600.0  # of market time: something was left, or is asked once more

# Ids of messages are made within this namespace, so that saying it again makes the same one.
_NAMESPACE = UUID("8b0f3f0e-5a55-5c3e-8f0d-6a3c1d0c9b57")


class QuickReply(StrEnum):
    """What is said often, by one touch. The code stays, so that an app may say it in any tongue."""

    YES = "yes"
    NO = "no"
    ON_MY_WAY = "on_my_way"
    TEN_MINUTES_LATE = "ten_minutes_late"
    WAITING_FOR_PARCEL = "waiting_for_parcel"
    CANNOT_FIND_ADDRESS = "cannot_find_address"
    NOBODY_ANSWERS = "nobody_answers"
    NEED_HELP = "need_help"
    WHERE_ARE_YOU = "where_are_you"
    PLEASE_WAIT = "please_wait"
    WE_CALL_RECIPIENT = "we_call_recipient"


TEXT_OF: Mapping[QuickReply, str] = {
    QuickReply.YES: "Yes.",
    QuickReply.NO: "No.",
    QuickReply.ON_MY_WAY: "I am on my way.",
    QuickReply.TEN_MINUTES_LATE: "I will be ten minutes late.",
    QuickReply.WAITING_FOR_PARCEL: "I am waiting for the parcel.",
    QuickReply.CANNOT_FIND_ADDRESS: "I cannot find the address.",
    QuickReply.NOBODY_ANSWERS: "Nobody answers at the door.",
    QuickReply.NEED_HELP: "I need help.",
    QuickReply.WHERE_ARE_YOU: "Where are you?",
    QuickReply.PLEASE_WAIT: "Please wait a moment.",
    QuickReply.WE_CALL_RECIPIENT: "We are calling the recipient.",
}


class Said(Struct, frozen=True, kw_only=True):
    """Something to be said; `key` tells one from another of the same side and job."""

    sender: Actor
    key: str
    text: str
    quick_reply: QuickReply | None = None


class Message(Struct, frozen=True, kw_only=True):
    """A message on record."""

    id: MessageId
    job_id: JobId
    number: int  # of the job's, from 1
    merchant_id: MerchantId
    courier_id: CourierId  # who had the job
    sender: Actor
    text: str
    quick_reply: QuickReply | None
    sent_at: datetime


class Spoken(Struct, frozen=True, kw_only=True):
    """How much was said about a job before."""

    last_number: int
    messages_count: int
    of_sender_count: int


def said(*, sender: Actor, key: str, text: str | None, quick_reply: QuickReply | None) -> Said:
    """Return what is to be said: the text, or that of the quick reply."""
    words = text if quick_reply is None else TEXT_OF[quick_reply]
    assert words is not None  # the body was checked
    return Said(sender=sender, key=key, text=words, quick_reply=quick_reply)


def message_id(job: Job, what: Said, *, courier_id: CourierId | None) -> MessageId:
    """Return the id of the one message that this side ever makes by this key: UUIDv5 (RFC 9562).

    Args:
        job: what it is about.
        what: what is said.
        courier_id: who says it, if a courier does: two of them may use the same key.
    """
    return MessageId(uuid5(_NAMESPACE, f"{job.id}:{what.sender}:{courier_id or ''}:{what.key}"))


def check_same(known: Message, what: Said) -> None:
    """Check that what is said again under a key is what was said.

    Raises:
        IdempotencyMismatchError: it is something else.
    """
    if (known.text, known.quick_reply) != (what.text, what.quick_reply):
        raise IdempotencyMismatchError("something else was said by this key")


def check_courier(job: Job, courier_id: CourierId) -> None:
    """Check that the job is this courier's.

    Raises:
        NotFoundError: it is another's by now, or nobody's.
    """
    if job.courier_id != courier_id:
        raise NotFoundError("there is no such job")


def write(
    job: Job, what: Said, *, id: MessageId, spoken: Spoken, now: datetime
) -> tuple[Message, Fact]:
    """Return the message, and the fact that tells of it without its words.

    Raises:
        InvalidStateTransitionError: nobody has the job, or it has been over for too long.
        CapacityExceededError: enough was said.
    """
    over_at = None if job.ended_at is None else job.ended_at + timedelta(seconds=AFTERWARDS_S_MAX)
    if job.courier_id is None or (over_at is not None and over_at < now):
        raise InvalidStateTransitionError("job", job.status, "be talked about")
    is_enough = spoken.messages_count >= MESSAGES_COUNT_MAX
    if is_enough or spoken.of_sender_count >= MESSAGES_OF_ONE_COUNT_MAX:
        raise CapacityExceededError("there are too many messages about this job")
    message = Message(
        id=id,
        job_id=job.id,
        number=spoken.last_number + 1,
        merchant_id=job.merchant_id,
        courier_id=job.courier_id,
        sender=what.sender,
        text=what.text,
        quick_reply=what.quick_reply,
        sent_at=now,
    )
    fact = Fact(
        type=FactType.MESSAGE_SENT,
        market_id=job.market_id,
        actor=what.sender,
        at=now,
        merchant_id=job.merchant_id,
        courier_id=job.courier_id,
        body=MessageSnapshot(
            id=message.id, job_id=job.id, number=message.number, courier_id=job.courier_id
        ),
    )
    return message, fact
