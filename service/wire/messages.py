"""What people on a job say to each other, in REST and on the courier's stream."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from service.domain.ids import CourierId, JobId, MessageId
from service.domain.message import TEXT_LENGTH_MAX, Message, QuickReply
from service.domain.vocabulary import Actor
from service.wire.text import PRINTABLE

MessageText = Annotated[
    str, Meta(min_length=1, max_length=TEXT_LENGTH_MAX, pattern=PRINTABLE, description="one line")
]


def check_said(text: str | None, quick_reply: QuickReply | None) -> None:
    """Check that there is one of the two.

    Raises:
        ValueError: there are both, or none.
    """
    if (text is None) == (quick_reply is None):
        raise ValueError("say either a text or a quick_reply")


class SendMessageBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either a text or a quick reply, whose text is on record."""

    text: MessageText | None = None
    quick_reply: QuickReply | None = None

    def __post_init__(self) -> None:
        check_said(self.text, self.quick_reply)


class MessageBody(msgspec.Struct, frozen=True, kw_only=True):
    """A message; `courier_id` is who had the job when it was sent, whoever sent it."""

    id: MessageId
    job_id: JobId
    number: int  # of the job's, from 1
    sender: Actor
    courier_id: CourierId
    text: str
    quick_reply: str | None  # its code, to say it in another language
    sent_at: datetime


class MessageList(msgspec.Struct, frozen=True, kw_only=True):
    """All that was said about a job, in order; at most 100."""

    messages: tuple[MessageBody, ...]


def message_body(message: Message) -> MessageBody:
    """Return the message as everybody who takes part is told it."""
    return MessageBody(
        id=message.id,
        job_id=message.job_id,
        number=message.number,
        sender=message.sender,
        courier_id=message.courier_id,
        text=message.text,
        quick_reply=message.quick_reply,
        sent_at=message.sent_at,
    )
