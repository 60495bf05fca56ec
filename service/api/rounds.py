"""Looking into Redis again and again, while there is somebody to look for."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from service.domain.errors import UnavailableError
from service.domain.ids import MarketId

log = structlog.get_logger()


async def look_around(
    what: str,
    market_id: MarketId,
    *,
    somebody: asyncio.Event,
    interval_s: float,
    look: Callable[[], Awaitable[None]],
    forget: Callable[[], None] = lambda: None,
) -> None:
    """Call `look` while `somebody` is set; never returns.

    While a server that it needs is away, `forget` is called instead, and the log tells the first
    and the last of it.
    """
    is_away = False
    while True:
        await somebody.wait()
        try:
            await look()
        except UnavailableError as error:
            if not is_away:
                log.warning("view_paused", what=what, market=market_id, error=repr(error))
            is_away = True
            forget()
        else:
            if is_away:
                log.info("view_resumed", what=what, market=market_id)
            is_away = False
        await asyncio.sleep(interval_s)
