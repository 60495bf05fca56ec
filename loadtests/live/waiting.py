"""Waiting for something that has to be asked for again and again."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_S = 0.2


async def until(holds: Callable[[], Awaitable[bool]], *, s_max: float) -> bool:
    """Ask until it holds; return False when it did not in time."""
    try:
        async with asyncio.timeout(s_max):
            while True:
                if await holds():
                    return True
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        return False
