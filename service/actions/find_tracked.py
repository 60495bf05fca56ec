"""Find what a recipient's link is for, and all that its page shows."""

from datetime import datetime

import structlog
from msgspec import Struct

from service.domain.errors import NotFoundError
from service.domain.forecast import StopAhead, ahead
from service.domain.geo import Point
from service.domain.ids import JobId, MarketId
from service.domain.job import Job
from service.domain.lifecycle import StopKind
from service.domain.policy import Policy
from service.domain.rating import Rating
from service.domain.recipient_data import opened_job
from service.domain.sighting import Sight, sight_of
from service.domain.stop import Stop
from service.domain.tracking import LASTS_S, is_coming
from service.domain.tracking_token import is_token, token_sha256
from service.domain.vocabulary import ProofKind
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.live.records import LiveFix
from service.runtime import Runtime
from service.store import jobs, markets, proofs, ratings, tracking
from service.store.connection import Connection
from service.store.proofs import Content
from service.store.tracking import Company, Tracked

log = structlog.get_logger()


class Seen(Struct, frozen=True, kw_only=True):
    """A job with all that is around it."""

    job: Job
    company: Company
    rating: Rating | None
    fix: LiveFix | None  # of the courier: a forecast follows from it, whoever may see it
    route: tuple[StopAhead, ...]  # of the courier, while the job is on it
    code: str | None  # that the courier will ask for
    policy: Policy
    now: datetime

    @property
    def here(self) -> Point | None:
        """Where the courier is."""
        return None if self.fix is None else Point(self.fix.lat_deg, self.fix.lng_deg)

    @property
    def sighted(self) -> Point | None:
        """Where the courier is seen, if this is anybody's business: on this job's errand."""
        return self.here if sight_of(self.job.status) is Sight.EXACT else None

    @property
    def has_photo(self) -> bool:
        """Whether there is a photo of where it was left, and the market shows it."""
        accepted = self.job.latest(StopKind.DROPOFF).accepted_proofs
        is_taken = any(picture.kind is ProofKind.PHOTO for picture in accepted)
        return is_taken and self.policy.shows_photos


def digest_of(text: str) -> bytes:
    """Return by what a token is known.

    Raises:
        NotFoundError: this is no token.
    """
    if not is_token(text):
        raise NotFoundError("there is no such delivery")
    return token_sha256(text)


async def find_tracked(runtime: Runtime, *, digest: bytes) -> Tracked:
    """Return the job that the token with this digest is for.

    Raises:
        NotFoundError: the token is unknown, or its job ended too long ago; it is not said which.
    """
    async with runtime.pool.connection() as conn:
        found = await tracking.find_tracked(conn, token_sha256=digest, lasts_s=LASTS_S)
    if found is None:
        raise NotFoundError("there is no such delivery")
    return found


async def see(runtime: Runtime, *, job_id: JobId, market_id: MarketId) -> Seen:
    """Return the job as it is now."""
    async with runtime.pool.connection() as conn:
        (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
        door = job.latest(StopKind.DROPOFF)
        company = await tracking.read_company(conn, job_id=job_id, stop_id=door.id)
        code = await _read_code(conn, door)
        rating = await ratings.read_rating(conn, job_id=job_id)
        route = await _read_route(conn, job)
        market = await markets.read_market_at_work(conn, market_id=market_id)
    assert market is not None  # the job is in it
    return Seen(
        job=opened_job(job, runtime.recipient_keys),
        company=company,
        rating=rating,
        fix=await _fix(runtime, job),
        route=route,
        code=code,
        policy=market.policy,
        now=market.now,
    )


async def see_photo(runtime: Runtime, *, job_id: JobId, market_id: MarketId) -> Content | None:
    """Return the photo of where the job was left; None if there is none to be seen."""
    seen = await see(runtime, job_id=job_id, market_id=market_id)
    if not seen.has_photo:
        return None
    async with runtime.pool.connection() as conn:
        return await proofs.read_accepted_photo(conn, job_id=job_id)


async def _read_code(conn: Connection, door: Stop) -> str | None:
    """Return what is to be said at the door, if it still is."""
    if ProofKind.CODE not in door.asked_proofs:
        return None
    codes = await proofs.list_codes(conn, job_id=door.job_id)
    return next((one.code for one in codes if one.kind is door.kind), None)


async def _read_route(conn: Connection, job: Job) -> tuple[StopAhead, ...]:
    """Return what is ahead of the courier, also for others, while the delivery comes."""
    if job.courier_id is None or not is_coming(job):
        return ()
    return tuple(ahead(await jobs.list_live_jobs_of_couriers(conn, courier_ids=[job.courier_id])))


async def _fix(runtime: Runtime, job: Job) -> LiveFix | None:
    """Return where the courier of a job in hand is; None while Redis is away."""
    if job.courier_id is None or sight_of(job.status) is Sight.HIDDEN:
        return None
    try:
        fixes = await positions.read_fixes(runtime.redis, job.market_id, [job.courier_id])
    except LiveUnavailableError as error:
        log.debug("index_unreachable", market=job.market_id, error=repr(error))
        return None
    return fixes.get(job.courier_id)
