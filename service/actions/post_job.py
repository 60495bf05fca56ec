"""Post a job: once per key, whatever the network does to the answer."""

import secrets
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from service.actions.once import Once
from service.domain import job as jobs_domain
from service.domain.errors import DuplicateReferenceError, NotFoundError
from service.domain.facts import Fact, FactType
from service.domain.ids import JobId, MarketId, MerchantId, StopId
from service.domain.job import Job, JobIds, JobRequest
from service.domain.lifecycle import JobStatus, StopKind
from service.domain.proof import CODE_DIGITS_COUNT
from service.domain.recipient_data import sealed_request
from service.domain.tracking_token import SEED_BYTES, token_of, token_sha256
from service.domain.vocabulary import Actor, ProofKind
from service.domain.webhook_signature import Seed, new_seed, read_keys
from service.runtime import Runtime
from service.store import changes, idempotency, jobs, markets, proofs, tracking
from service.store.changes import Changes, job_changes
from service.store.connection import Connection
from service.store.idempotency import StoredResponse
from service.store.pool import UniqueViolationError
from service.store.proofs import StopCode
from service.store.row_security import reading_as

CREATED = 201


class Posted(Struct, frozen=True, kw_only=True):
    """What is answered: what was stored, and for a new job of what its token is made."""

    response: StoredResponse
    seed: Seed | None  # it is not stored with the answer
    codes: Sequence[StopCode]  # nor are they
    is_replayed: bool


async def post_job(
    runtime: Runtime,
    *,
    market_id: MarketId,
    request: JobRequest,
    once: Once,
    present: Callable[[Job], bytes],
) -> Posted:
    """Create the job, and store the answer to be repeated under the key, in one transaction.

    What it says of people is sealed from here on, in the answer too.

    Raises:
        IdempotencyMismatchError: the key was used with another request.
        DuplicateReferenceError: the merchant has another job with this reference, which has not
            ended or was delivered.
        MarketPausedError, InvalidParamsError, ItemTooLargeError, VehicleNotAvailableError: as
            `job.post` says.
    """
    merchant_id = once.merchant_id
    ids = JobIds(JobId(runtime.new_id()), StopId(runtime.new_id()), StopId(runtime.new_id()))

    async def work(conn: Connection) -> Posted:
        stored = await idempotency.find_response(conn, merchant_id=merchant_id, key=once.key)
        if stored is not None:
            return _replay(stored, once)
        market = await markets.read_market_at_work(conn, market_id=market_id)
        if market is None:
            raise NotFoundError("there is no such market")
        sealed = sealed_request(request, runtime.recipient_keys, at=market.now)
        job = jobs_domain.post(
            sealed, ids=ids, market=market, merchant_id=merchant_id, now=market.now
        )
        job, told = _told(job)
        response = StoredResponse(
            request_sha256=once.request_sha256, status_code=CREATED, body=present(job)
        )
        reserved = await idempotency.reserve_key(
            conn,
            merchant_id=merchant_id,
            key=once.key,
            request_sha256=once.request_sha256,
            status_code=response.status_code,
            body=response.body,
        )
        if reserved is None:  # another request with this key was committed while we waited
            stored = await idempotency.find_response(conn, merchant_id=merchant_id, key=once.key)
            assert stored is not None
            return _replay(stored, once)
        await changes.save(conn, job_changes(None, job) + Changes(facts=told))
        codes = await _make_codes(conn, job, request)
        seed = await _make_link(conn, job.id, read_keys(runtime.settings.webhook_keys))
        return Posted(response=response, seed=seed, codes=codes, is_replayed=False)

    try:
        posted = await runtime.transact(market_id, work)
    except UniqueViolationError:
        raise DuplicateReferenceError(await _taken(runtime, merchant_id, request)) from None
    return posted


async def _taken(runtime: Runtime, merchant_id: MerchantId, request: JobRequest) -> str:
    async with reading_as(runtime.pool, merchant_id) as conn:
        found = await jobs.find_referred(
            conn, merchant_id=merchant_id, reference=request.reference or ""
        )
    name = "a job" if found is None else f"job {found.id}"  # it may have ended just now
    return f"{name} has this reference"


def _replay(stored: StoredResponse, once: Once) -> Posted:
    once.check_same(stored.request_sha256)
    return Posted(response=stored, seed=None, codes=(), is_replayed=True)


async def _make_link(conn: Connection, job_id: JobId, keys: Mapping[str, bytes]) -> Seed:
    """Return what the token of the job's link is made from; its hash is kept."""
    seed = new_seed(secrets.token_bytes(SEED_BYTES), keys)
    await tracking.create_tracking(
        conn,
        job_id=job_id,
        token_sha256=token_sha256(token_of(seed, keys)),
        seed=seed.seed,
        key_id=seed.key_id,
    )
    return seed


async def _make_codes(conn: Connection, job: Job, request: JobRequest) -> list[StopCode]:
    """Return what is to be said to the courier, where that is asked for; it is kept."""
    said = {StopKind.PICKUP: request.pickup.code, StopKind.DROPOFF: request.dropoff.code}
    codes = [
        StopCode(kind=stop.kind, code=said[stop.kind] or _new_code())
        for stop in job.stops
        if ProofKind.CODE in stop.required_proofs
    ]
    if codes:
        await proofs.create_codes(
            conn,
            job_id=job.id,
            kinds=[one.kind for one in codes],
            codes=[one.code for one in codes],
        )
    return codes


def _new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS_COUNT):0{CODE_DIGITS_COUNT}}"


def _told(job: Job) -> tuple[Job, tuple[Fact, ...]]:
    opening = FactType.JOB_OPENED if job.status is JobStatus.OPEN else FactType.JOB_SCHEDULED
    told: list[Fact] = []
    for type_ in (FactType.JOB_CREATED, opening):
        job, fact = jobs_domain.tell(job, type_, actor=Actor.MERCHANT, now=job.created_at)
        told.append(fact)
    return job, tuple(told)
