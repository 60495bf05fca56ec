"""Say something to those who are on a job: once, however often it is sent."""

from service.actions.find_job import find_job
from service.domain import message as messages_domain
from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.ids import CourierId, JobId, MarketId, MerchantId
from service.domain.job import Job
from service.domain.message import Message, Said
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import audit_log, changes, deployment, jobs, messages
from service.store.changes import Changes
from service.store.connection import Connection


async def send_message(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    what: Said,
    merchant_id: MerchantId | None = None,
    courier_id: CourierId | None = None,
    origin: Origin | None = None,
) -> Message:
    """Keep the message and tell of it; the same key makes the same message.

    Args:
        runtime: of this process.
        job_id: what it is about.
        market_id: the caller's.
        what: what is said, and by which side.
        merchant_id: whose job it has to be, where a merchant speaks.
        courier_id: whose job it has to be, where a courier speaks.
        origin: who of ops speaks; the audit log has it without the words.

    Raises:
        NotFoundError: there is no such job, or it is not the speaker's.
        IdempotencyMismatchError, InvalidStateTransitionError, CapacityExceededError: as
            `domain.message` says.
    """

    async def work(conn: Connection) -> Message:
        await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=merchant_id)
        await jobs.lock_jobs(conn, job_ids=[job_id])
        (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
        id_ = messages_domain.message_id(job, what, courier_id=courier_id)
        known = await messages.read_messages(conn, message_ids=[id_])
        if known:
            messages_domain.check_same(known[0], what)
            return known[0]
        if courier_id is not None:
            messages_domain.check_courier(job, courier_id)
        spoken = await messages.count_messages(conn, job_id=job_id, sender=what.sender)
        now = (await deployment.read_market_time(conn)).now
        message, fact = messages_domain.write(job, what, id=id_, spoken=spoken, now=now)
        await _keep(conn, message)
        await changes.save(conn, Changes(facts=(fact,)))
        if what.sender is Actor.OPS and origin is not None:
            await audit_log.append(conn, _entry(job, message, origin))
        return message

    return await runtime.transact(market_id, work)


async def _keep(conn: Connection, message: Message) -> None:
    await messages.create_message(
        conn,
        message_id=message.id,
        job_id=message.job_id,
        number=message.number,
        merchant_id=message.merchant_id,
        courier_id=message.courier_id,
        sender=message.sender,
        text=message.text,
        quick_reply=message.quick_reply,
        sent_at=message.sent_at,
    )


def _entry(job: Job, message: Message, origin: Origin) -> AuditEntry:
    """Return what is noted: not about the job, where it would be in the way of an undo."""
    return AuditEntry(
        market_id=job.market_id,
        origin=origin,
        action=AuditAction.SEND_MESSAGE,
        subject=f"message:{message.id}",
        after={"job_id": str(job.id), "quick_reply": message.quick_reply},
    )
