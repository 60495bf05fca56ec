"""Work that only the holder of a market's lease does, round after round."""

import asyncio
from collections.abc import Awaitable, Callable

from service.store.leadership import Leadership


async def while_leading(
    leadership: Leadership, work: Callable[[int], Awaitable[None]], *, interval_s: float
) -> None:
    """Do the work, given the lease's epoch, at this interval of real time; never returns."""
    while True:
        await work(await leadership.until_leading())
        await asyncio.sleep(interval_s)
