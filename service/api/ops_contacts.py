"""Whom to call about a job: shown to ops who decide about it, while it is under way."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.actions.find_job import find_job
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.process import ApiProcess
from service.domain.audit_log import Origin
from service.domain.ids import JobId
from service.domain.job import Job
from service.domain.look import look_at_contacts
from service.domain.permission import Right
from service.domain.recipient_data import opened_job
from service.wire.contacts import JobContacts, StopContact


@get(
    "/v1/ops/jobs/{job_id:uuid}/contacts",
    operation_id="getJobContacts",
    summary="Read whom to call about a job",
    opt={"permission": Right.OPS_CONTACTS},
    responses=problems(404, 409),
)
async def read_contacts(
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    api: NamedDependency[ApiProcess],
    origin: NamedDependency[Origin],
) -> JobContacts:
    """Read addresses, contacts and wishes of a job's stops, until the job is over.

    The audit log tells that they were looked at.
    """
    async with api.runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
    await api.looks.note(caller.market_id, [look_at_contacts(origin, job)])
    return _shown(opened_job(job, api.runtime.recipient_keys))


def _shown(job: Job) -> JobContacts:
    return JobContacts(
        stops=tuple(
            StopContact(
                stop_id=stop.id,
                kind=stop.kind,
                attempt=stop.attempt,
                address=stop.address,
                contact_name=stop.contact_name,
                contact_phone=stop.contact_phone,
                instructions=stop.instructions,
                recipient_instructions=stop.recipient_instructions,
                safe_place=stop.safe_place,
            )
            for stop in job.stops
        )
    )


HANDLERS = [read_contacts]
