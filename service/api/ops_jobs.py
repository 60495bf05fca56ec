"""The market's jobs as ops see them, and what ops may do to one."""

from typing import Annotated
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actions.assign_job import assign_job
from service.actions.cancel_job import cancel_job
from service.actions.extend_deadline import extend_deadline
from service.actions.fail_job import fail_job
from service.actions.find_job import find_job
from service.actions.reassign_job import reassign_job
from service.api.callers import OpsCaller
from service.api.cursors import (
    PAGE_COUNT_DEFAULT,
    Cursor,
    Limit,
    id_of_cursor,
    number_of_cursor,
    sequence_of_cursor,
)
from service.api.errors import problems
from service.api.present_ops import (
    job_decision_page,
    ops_event_page,
    ops_job,
    ops_job_page,
    ops_job_record,
    ops_offer,
)
from service.domain.audit_log import Origin
from service.domain.ids import JobId
from service.domain.lifecycle import JobStatus
from service.domain.permission import Right
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import facts, jobs, merchants, ratings, ticks
from service.wire.decisions import JobDecisionPage
from service.wire.ops_acts import ExtendDeadlineBody, OpsJobRecord
from service.wire.rest import (
    AssignJobBody,
    CancelJobBody,
    FailJobBody,
    OpsJob,
    OpsJobPage,
    OpsOffer,
    ReassignJobBody,
)
from service.wire.watcher_stream import OpsEventPage

PATH = "/v1/ops/jobs"


@get(
    PATH,
    operation_id="opsListJobs",
    summary="List jobs, newest first",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    status: Annotated[list[JobStatus] | None, QueryParameter(description="repeatable")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> OpsJobPage:
    """List the market's jobs, optionally of some statuses."""
    before_id = id_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await jobs.list_jobs_of_market(
            conn,
            market_id=caller.market_id,
            statuses=status or (),
            before_id=None if before_id is None else JobId(before_id),
            limit_count=limit,
        )
    return ops_job_page(found, limit_count=limit)


@get(
    PATH + "/{job_id:uuid}",
    operation_id="opsGetJob",
    summary="Read a job",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def read_one(
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
) -> OpsJobRecord:
    """Read a job of the market's, with its merchant's name, and its rating once there is one."""
    async with runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
        rating = await ratings.read_rating(conn, job_id=job.id)
        merchant = await merchants.read_appearance(conn, merchant_id=job.merchant_id)
    return ops_job_record(job, rating, merchant_name=None if merchant is None else merchant.name)


@get(
    PATH + "/{job_id:uuid}/events",
    operation_id="opsListJobEvents",
    summary="Read a job's timeline",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def list_events(
    *,
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> OpsEventPage:
    """Read what happened to a job and who did it, oldest first."""
    after_sequence = sequence_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
        found = await facts.list_facts_of_job(
            conn, job_id=job.id, after_sequence=after_sequence, limit_count=limit
        )
    return ops_event_page(found, limit_count=limit)


@get(
    PATH + "/{job_id:uuid}/decisions",
    operation_id="listJobDecisions",
    summary="Read what was decided about a job, newest first",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def list_decisions(
    *,
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> JobDecisionPage:
    """Read why the job was offered to whom, and why to nobody while it stayed open.

    A job that stays open is written down when something changes, and now and then.
    """
    before_id = number_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
        found = await ticks.list_decisions_of_job(
            conn, job_id=job.id, before_id=before_id, limit_count=limit
        )
    return job_decision_page(found, limit_count=limit)


@post(
    PATH + "/{job_id:uuid}/assignment",
    operation_id="assignJob",
    summary="Offer a job to one courier",
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def assign_one(
    job_id: FromPath[UUID],
    data: JSONBody[AssignJobBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsOffer:
    """Put the job to this courier, whatever the matching says; the courier still decides.

    Said again while that offer waits for an answer, it is the same offer.
    """
    offer = await assign_job(
        runtime,
        job_id=JobId(job_id),
        courier_id=data.courier_id,
        market_id=caller.market_id,
        origin=origin,
    )
    return ops_offer(offer)


@post(
    PATH + "/{job_id:uuid}/reassignment",
    operation_id="reassignJob",
    summary="Free a job from its courier",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def reassign_one(
    job_id: FromPath[UUID],
    data: JSONBody[ReassignJobBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsJob:
    """Open the job again for other couriers, as its next attempt.

    Name the attempt that is to end: said again, it then takes the job from nobody else.
    """
    job = await reassign_job(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        actor=Actor.OPS,
        reason=data.reason,
        attempt=data.attempt,
        origin=origin,
    )
    return ops_job(job)


@put(
    PATH + "/{job_id:uuid}/deadline",
    operation_id="extendDeadline",
    summary="Move a job's deadline",
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def extend_one(
    job_id: FromPath[UUID],
    data: JSONBody[ExtendDeadlineBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsJob:
    """Let the matching and the offers go by another deadline, which the merchant is told.

    What was promised (`due_at`) stays, and deliveries are measured by it. Again changes nothing.
    """
    job = await extend_deadline(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        deadline_at=data.deadline_at,
        reason=data.reason,
        origin=origin,
    )
    return ops_job(job)


@post(
    PATH + "/{job_id:uuid}/cancellation",
    operation_id="opsCancelJob",
    summary="Cancel a job",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def cancel_one(
    job_id: FromPath[UUID],
    data: JSONBody[CancelJobBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsJob:
    """Cancel a job, unless the parcel is with the courier; again changes nothing."""
    job = await cancel_job(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        merchant_id=None,
        reason=data.reason,
        origin=origin,
    )
    return ops_job(job)


@post(
    PATH + "/{job_id:uuid}/failure",
    operation_id="failJob",
    summary="Give up a job that is with its courier",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def fail_one(
    job_id: FromPath[UUID],
    data: JSONBody[FailJobBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsJob:
    """Fail a job whose parcel is lost, damaged or not brought back; its courier is free of it."""
    job = await fail_job(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        reason=data.reason,
        origin=origin,
    )
    return ops_job(job)


HANDLERS = [
    list_all,
    read_one,
    list_events,
    list_decisions,
    assign_one,
    reassign_one,
    extend_one,
    cancel_one,
    fail_one,
]
