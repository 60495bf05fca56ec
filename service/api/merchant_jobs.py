"""A merchant's jobs: post, read, list, cancel, and what became of them."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actions.cancel_job import cancel_job
from service.actions.find_job import find_job
from service.actions.post_job import post_job
from service.api.callers import MerchantCaller
from service.api.cursors import (
    PAGE_COUNT_DEFAULT,
    Cursor,
    Limit,
    id_of_cursor,
    sequence_of_cursor,
)
from service.api.errors import problems
from service.api.idempotency import IdempotencyKey, once_of, replay_headers
from service.api.parse import job_request
from service.api.present import event_page, job_body, job_page, opened_body, tracked_job
from service.domain.ids import JobId
from service.domain.lifecycle import JobStatus
from service.domain.permission import Scope
from service.domain.recipient_data import opened_job
from service.domain.tracking_token import told_again
from service.domain.webhook_signature import Seed, read_keys
from service.runtime import Runtime
from service.store import facts, jobs, proofs, tracking
from service.store.proofs import StopCode
from service.store.row_security import reading_as
from service.wire.event import EventPage
from service.wire.rest import CancelJobBody, JobBody, JobPage, PostJobBody, TrackedJob
from service.wire.text import PRINTABLE

PATH = "/v1/jobs"


@post(
    PATH,
    operation_id="postJob",
    summary="Post a job",
    opt={"permission": Scope.JOBS_WRITE},
    responses={
        201: ResponseSpec(TrackedJob, generate_examples=False, description="The job, as posted"),
        **problems(409, 413, 415, 422),
    },
)
async def post_one(
    data: JSONBody[PostJobBody],
    idempotency_key: IdempotencyKey,
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> Response[bytes]:
    """Post a job, once per Idempotency-Key; a repeated request gets the stored answer."""
    posted = await post_job(
        runtime,
        market_id=caller.market_id,
        request=job_request(data),
        once=once_of(caller, idempotency_key, path=PATH, body=data),
        present=lambda job: msgspec.json.encode(job_body(job)),
    )
    told = opened_body(posted.response.body, runtime.recipient_keys)
    seed, codes = posted.seed, posted.codes
    if seed is None:
        async with reading_as(runtime.pool, caller.id) as conn:
            seed = await tracking.read_seed(conn, job_id=told.id)
            codes = await proofs.list_codes(conn, job_id=told.id)
    return Response(
        msgspec.json.encode(_tracked(told, seed, codes, runtime)),
        status_code=posted.response.status_code,
        media_type="application/json",
        headers=replay_headers(is_replayed=posted.is_replayed),
    )


@get(
    PATH,
    operation_id="listJobs",
    summary="List jobs, newest first",
    opt={"permission": Scope.JOBS_READ},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    status: Annotated[list[JobStatus] | None, QueryParameter(description="repeatable")] = None,
    reference: Annotated[str | None, QueryParameter(max_length=64, pattern=PRINTABLE)] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> JobPage:
    """List the merchant's jobs, optionally of some statuses or with a reference."""
    before_id = id_of_cursor(cursor)
    async with reading_as(runtime.pool, caller.id) as conn:
        found = await jobs.list_jobs_of_merchant(
            conn,
            merchant_id=caller.id,
            statuses=status or (),
            reference=reference,
            before_id=None if before_id is None else JobId(before_id),
            limit_count=limit,
        )
    shown = [opened_job(job, runtime.recipient_keys) for job in found]
    return job_page(shown, limit_count=limit)


@get(
    PATH + "/{job_id:uuid}",
    operation_id="getJob",
    summary="Read a job",
    opt={"permission": Scope.JOBS_READ},
    responses=problems(404),
)
async def read_one(
    job_id: FromPath[UUID],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> TrackedJob:
    """Read a job of the merchant's."""
    async with reading_as(runtime.pool, caller.id) as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=caller.id
        )
        seed = await tracking.read_seed(conn, job_id=job.id)
        codes = await proofs.list_codes(conn, job_id=job.id)
    shown = job_body(opened_job(job, runtime.recipient_keys))
    return _tracked(shown, seed, codes, runtime)


@post(
    PATH + "/{job_id:uuid}/cancellation",
    operation_id="cancelJob",
    summary="Cancel a job",
    status_code=200,
    opt={"permission": Scope.JOBS_WRITE},
    responses=problems(404, 409, 413, 415),
)
async def cancel_one(
    job_id: FromPath[UUID],
    data: JSONBody[CancelJobBody],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> JobBody:
    """Cancel a job, unless the parcel is with the courier; again changes nothing."""
    job = await cancel_job(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        merchant_id=caller.id,
        reason=data.reason,
    )
    return job_body(opened_job(job, runtime.recipient_keys))


@get(
    PATH + "/{job_id:uuid}/events",
    operation_id="listJobEvents",
    summary="Read a job's timeline",
    opt={"permission": Scope.JOBS_READ},
    responses=problems(404),
)
async def list_events(
    *,
    job_id: FromPath[UUID],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> EventPage:
    """Read what happened to a job, oldest first, numbered without gap."""
    after_sequence = sequence_of_cursor(cursor)
    async with reading_as(runtime.pool, caller.id) as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=caller.id
        )
        found = await facts.list_facts_of_job(
            conn, job_id=job.id, after_sequence=after_sequence, limit_count=limit
        )
    return event_page(found, limit_count=limit, livemode=caller.livemode)


def _tracked(
    body: JobBody, seed: Seed | None, codes: Sequence[StopCode], runtime: Runtime
) -> TrackedJob:
    """Return the job with the token of its recipient's link, and the codes of its stops."""
    token = told_again(seed, read_keys(runtime.settings.webhook_keys))
    return tracked_job(body, tracking_token=token, codes=codes)


HANDLERS = [post_one, list_all, read_one, cancel_one, list_events]
