"""Much work for many sockets, in parts so short that nobody waits for all of it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

from service.clock import monotonic_s

TURN_S_MAX = 0.0005  # then everybody else has a turn

T = TypeVar("T")


async def in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Yield the items; when what is done with them has taken a while, others go first.

    Whatever an item stands for may be over when its turn comes: who iterates looks again.
    """
    since_s = monotonic_s()
    for item in items:
        if monotonic_s() - since_s >= TURN_S_MAX:
            await asyncio.sleep(0)
            since_s = monotonic_s()
        yield item
