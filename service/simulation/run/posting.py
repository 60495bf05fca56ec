"""Posts jobs at their times, through the merchants of a crowd."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct

from service.clock import Clock
from service.domain.ids import CourierId
from service.simulation.clients.merchant import MerchantClient
from service.simulation.run.crew import Crew
from service.wire.rest import JobBody, PostJobBody

POSTS_COUNT_MAX = 64  # under way at once


class Errand(Struct, frozen=True, kw_only=True):
    """A job that will be posted."""

    at: datetime  # market time
    merchant_index: int
    body: PostJobBody
    cancels_after_s: float | None = None  # market time after the posting


async def post_all(
    errands: Iterator[Errand],
    merchants: list[MerchantClient],
    *,
    clock: Clock,
    idle_couriers_for: Callable[[JobBody], frozenset[CourierId]],
    crew: Crew,
) -> None:
    """Post each job at its time; return when all of them are answered.

    Args:
        errands: by time.
        merchants: those who post.
        clock: market time.
        idle_couriers_for: asked when a post is answered.
        crew: does the cancellations, which nobody waits for.
    """
    free = asyncio.Semaphore(POSTS_COUNT_MAX)

    async def post(errand: Errand) -> None:
        merchant = merchants[errand.merchant_index]
        try:
            job = await merchant.post(errand.body, idle_couriers_for=idle_couriers_for)
        finally:
            free.release()
        if job is not None and errand.cancels_after_s is not None:
            pause_s = clock.real_s(errand.cancels_after_s)
            crew.start(merchant.cancel_after(job.id, pause_s=pause_s))

    async with asyncio.TaskGroup() as posts:
        for errand in errands:
            await clock.sleep((errand.at - clock.now()).total_seconds())
            await free.acquire()
            posts.create_task(post(errand))
