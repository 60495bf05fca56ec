"""Fetch: the live index to plain rows."""

from collections.abc import Sequence
from datetime import datetime

from service.dispatch.memory import Memory
from service.dispatch.rows import DemandPlace, Gathered, SeenCourier
from service.dispatch.scope import cells_around, cells_near, freshest, jobs_in_scope
from service.domain.market import Market
from service.live import index, positions
from service.live.connect import Redis
from service.settings import Settings


async def gather(
    redis: Redis,
    market: Market,
    *,
    settings: Settings,
    memory: Memory,
    now: datetime,
    demand: Sequence[DemandPlace] = (),
) -> Gathered | None:
    """Return open jobs and the couriers near them; None while the index is being built.

    Where `demand` is given, couriers near those places as well: they may be told to wait there.

    Raises:
        LiveUnavailableError: Redis is away.
    """
    if await index.index_epoch(redis, market.id) is None:
        return None
    memory.decode_job.begin_round()
    every_job = await index.read_jobs(redis, market.id, decode=memory.decode_job)
    jobs = jobs_in_scope(every_job, count_max=settings.tick_jobs_count_max)
    if not jobs and not demand:
        return Gathered(now=now, jobs=(), couriers=())
    cells = {*cells_around(jobs, market.policy, now=now), *cells_near(demand)}
    near = await positions.read_near(redis, market.id, sorted(cells))
    fixes = freshest(near, count_max=settings.tick_couriers_count_max)
    ids = [fix.courier_id for fix in fixes]
    memory.decode_entry.begin_round()
    roster = await index.read_roster(redis, market.id, ids, decode=memory.decode_entry)
    entries = map(roster.get, ids)
    couriers = tuple(
        SeenCourier(entry=entry, fix=fix)
        for entry, fix in zip(entries, fixes, strict=True)
        if entry is not None
    )
    return Gathered(now=now, jobs=jobs, couriers=couriers)
