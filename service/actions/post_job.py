"""Post a job: once per key, whatever the network does to the answer."""

from collections.abc import Callable

from msgspec import Struct

from service.domain import job as jobs_domain
from service.domain.errors import (
    DuplicateReferenceError,
    IdempotencyMismatchError,
    NotFoundError,
)
from service.domain.facts import Fact, FactType
from service.domain.ids import JobId, MarketId, MerchantId, StopId
from service.domain.job import Job, JobIds, JobRequest
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import changes, idempotency, markets
from service.store.changes import Changes, job_changes
from service.store.connection import Connection
from service.store.idempotency import StoredResponse
from service.store.pool import UniqueViolationError

CREATED = 201


class Posted(Struct, frozen=True, kw_only=True):
    response: StoredResponse
    is_replayed: bool


async def post_job(
    runtime: Runtime,
    *,
    merchant_id: MerchantId,
    market_id: MarketId,
    request: JobRequest,
    key: str,
    request_sha256: bytes,
    present: Callable[[Job], bytes],
) -> Posted:
    """Create the job, and store the answer to be repeated under the key, in one transaction.

    Raises:
        IdempotencyMismatchError: the key was used with another request.
        DuplicateReferenceError: the merchant has another job with this reference.
        MarketPausedError, InvalidParamsError, ItemTooLargeError, VehicleNotAvailableError: as
            `job.post` says.
    """
    ids = JobIds(JobId(runtime.new_id()), StopId(runtime.new_id()), StopId(runtime.new_id()))

    async def work(conn: Connection) -> Posted:
        stored = await idempotency.find_response(conn, merchant_id=merchant_id, key=key)
        if stored is not None:
            return _replay(stored, request_sha256)
        market = await markets.read_market_at_work(conn, market_id=market_id)
        if market is None:
            raise NotFoundError("there is no such market")
        job = jobs_domain.post(
            request, ids=ids, market=market, merchant_id=merchant_id, now=market.now
        )
        job, told = _told(job)
        response = StoredResponse(
            request_sha256=request_sha256, status_code=CREATED, body=present(job)
        )
        reserved = await idempotency.reserve_key(
            conn,
            merchant_id=merchant_id,
            key=key,
            request_sha256=request_sha256,
            status_code=response.status_code,
            body=response.body,
        )
        if reserved is None:  # another request with this key was committed while we waited
            stored = await idempotency.find_response(conn, merchant_id=merchant_id, key=key)
            assert stored is not None
            return _replay(stored, request_sha256)
        await changes.save(conn, job_changes(None, job) + Changes(facts=told))
        return Posted(response=response, is_replayed=False)

    try:
        posted = await runtime.transact(market_id, work)
    except UniqueViolationError:
        raise DuplicateReferenceError("there is a job with this reference") from None
    return posted


def _replay(stored: StoredResponse, request_sha256: bytes) -> Posted:
    if stored.request_sha256 != request_sha256:
        raise IdempotencyMismatchError("this key was used with another request")
    return Posted(response=stored, is_replayed=True)


def _told(job: Job) -> tuple[Job, tuple[Fact, ...]]:
    opening = FactType.JOB_OPENED if job.status is JobStatus.OPEN else FactType.JOB_SCHEDULED
    told: list[Fact] = []
    for type_ in (FactType.JOB_CREATED, opening):
        job, fact = jobs_domain.tell(job, type_, actor=Actor.MERCHANT, now=job.created_at)
        told.append(fact)
    return job, tuple(told)
