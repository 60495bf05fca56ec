"""Work that only the holder of a market's lease does, round after round."""

import asyncio
from collections.abc import Awaitable, Callable

from service.store.leadership import Leadership

FOLLOWER_POLL_S = 0.2  # how soon a relay begins to work once it has the lease


async def while_leading(
    leadership: Leadership, work: Callable[[int], Awaitable[None]], *, interval_s: float
) -> None:
    """Do the work, given the lease's epoch, at this interval of real time; never returns."""
    while True:
        epoch = leadership.epoch
        if epoch is None:
            await asyncio.sleep(FOLLOWER_POLL_S)
        else:
            await work(epoch)
            await asyncio.sleep(interval_s)
