"""What ops and the courier of a job say to each other."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.find_job import find_job
from service.actions.send_message import send_message
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.idempotency import IdempotencyKey
from service.domain.audit_log import Origin
from service.domain.ids import JobId
from service.domain.message import said
from service.domain.permission import Right
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import messages
from service.wire.messages import MessageBody, MessageList, SendMessageBody, message_body

PATH = "/v1/ops/jobs/{job_id:uuid}/messages"


@get(
    PATH,
    operation_id="opsListMessages",
    summary="List what was said about a job",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def list_all(
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
) -> MessageList:
    """List what ops, the merchant and the job's couriers said, in order."""
    async with runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
        found = await messages.list_messages(conn, job_id=job.id)
    return MessageList(messages=tuple(message_body(message) for message in found))


@post(
    PATH,
    operation_id="opsSendMessage",
    summary="Write to the courier of a job",
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415, 422),
)
async def send_one(
    *,
    job_id: FromPath[UUID],
    data: JSONBody[SendMessageBody],
    idempotency_key: IdempotencyKey,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> MessageBody:
    """Write to who has the job, until an hour after its end. The same key makes one message."""
    message = await send_message(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        what=said(
            sender=Actor.OPS, key=idempotency_key, text=data.text, quick_reply=data.quick_reply
        ),
        origin=origin,
    )
    return message_body(message)


HANDLERS = [list_all, send_one]
