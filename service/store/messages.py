"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from service.domain.ids import CourierId, JobId, MerchantId, MessageId
from service.domain.message import Message, QuickReply, Spoken
from service.domain.vocabulary import Actor
from service.store.connection import Connection, to_struct, to_structs
from service.store.queries import load

_SQL = load("messages")


async def create_message(
    conn: Connection,
    *,
    message_id: MessageId,
    job_id: JobId,
    number: int,
    merchant_id: MerchantId,
    courier_id: CourierId,
    sender: Actor,
    text: str,
    quick_reply: QuickReply | None,
    sent_at: datetime,
) -> None:
    await conn.execute(
        _SQL["create_message"],
        message_id,
        job_id,
        number,
        merchant_id,
        courier_id,
        sender,
        text,
        quick_reply,
        sent_at,
    )


async def read_messages(conn: Connection, *, message_ids: Sequence[MessageId]) -> list[Message]:
    return to_structs(await conn.fetch(_SQL["read_messages"], message_ids), Message)


async def count_messages(conn: Connection, *, job_id: JobId, sender: Actor) -> Spoken:
    (row,) = await conn.fetch(_SQL["count_messages"], job_id, sender)
    return to_struct(row, Spoken)


async def list_messages(conn: Connection, *, job_id: JobId) -> list[Message]:
    return to_structs(await conn.fetch(_SQL["list_messages"], job_id), Message)


async def list_latest_of_courier(
    conn: Connection, *, courier_id: CourierId, job_ids: Sequence[JobId], limit_count: int
) -> list[Message]:
    rows = await conn.fetch(_SQL["list_latest_of_courier"], courier_id, job_ids, limit_count)
    return to_structs(rows, Message)
