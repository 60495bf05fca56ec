"""What the passing of time decides: offers and searches end, scheduled jobs open."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import structlog
from msgspec import Struct

from service.actions.expire_job import expire_job
from service.actions.expire_offer import expire_offer
from service.actions.release_job import release_job
from service.domain.ids import JobId, MarketId, OfferId
from service.relay.attempt import attempt
from service.runtime import Runtime
from service.store import jobs, offers

SWEPT_COUNT_MAX = 200  # of each kind in one sweep; the next one comes soon

Id = TypeVar("Id", bound=UUID)

log = structlog.get_logger()


class Due(Struct, frozen=True, kw_only=True):
    """What Postgres says has run out of time."""

    offer_ids: tuple[OfferId, ...]
    released_ids: tuple[JobId, ...]
    expired_ids: tuple[JobId, ...]


async def sweep(runtime: Runtime, market_id: MarketId) -> None:
    """Expire and release what is due; each action decides for itself, under its locks.

    Raises:
        UnavailableError: Postgres is away.
    """
    due = await _read_due(runtime, market_id)
    offers_count = await _carry_out(
        "expire_offer",
        due.offer_ids,
        lambda id_: expire_offer(runtime, offer_id=id_, market_id=market_id),
    )
    released_count = await _carry_out(
        "release_job",
        due.released_ids,
        lambda id_: release_job(runtime, job_id=id_, market_id=market_id),
    )
    expired_count = await _carry_out(
        "expire_job",
        due.expired_ids,
        lambda id_: expire_job(runtime, job_id=id_, market_id=market_id),
    )
    if offers_count > 0:
        log.info("offers_expired", market=market_id, count=offers_count)
    if released_count > 0:
        log.info("jobs_released", market=market_id, count=released_count)
    if expired_count > 0:
        log.info("jobs_expired", market=market_id, count=expired_count)


async def _read_due(runtime: Runtime, market_id: MarketId) -> Due:
    async with runtime.pool.connection() as conn:
        overdue = await offers.list_offers_to_expire(
            conn, market_id=market_id, limit_count=SWEPT_COUNT_MAX
        )
        scheduled = await jobs.list_jobs_to_release(
            conn, market_id=market_id, limit_count=SWEPT_COUNT_MAX
        )
        searched = await jobs.list_jobs_to_expire(
            conn, market_id=market_id, limit_count=SWEPT_COUNT_MAX
        )
    return Due(
        offer_ids=tuple(offer.id for offer in overdue),
        released_ids=tuple(job.id for job in scheduled),
        expired_ids=tuple(job.id for job in searched),
    )


async def _carry_out(task: str, ids: Sequence[Id], action: Callable[[Id], Awaitable[bool]]) -> int:
    """Return for how many the action did something."""
    done = [await attempt(task, id_, action(id_)) for id_ in ids]
    return sum(one is True for one in done)
