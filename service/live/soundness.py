"""Is what Redis keeps of a market what we have written there, and the remedy when it is not.

Whoever meets something else forgets all of it: the relay builds jobs and roster anew, and couriers
report where they are.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

import structlog

from service.domain.ids import MarketId
from service.live import keys
from service.live.batches import in_batches
from service.live.connect import Redis
from service.live.errors import LiveCorruptError, legible
from service.live.positions import places_of
from service.live.scripts import load_script

_IS_SOUND = load_script("is_sound")
_SCANNED_COUNT = 1_000  # keys that one step of the search looks at

log = structlog.get_logger()


async def check_sound(redis: Redis, market_id: MarketId) -> None:
    """Check that all keys have our types, and that positions are where they are counted.

    What the records of jobs and couriers say is another matter: see `service.relay.drift`.

    Raises:
        LiveCorruptError: it is not.
        LiveUnavailableError: nobody knows.
    """
    reply = await redis.execute("HKEYS", keys.position_counts(market_id))
    with legible():
        cells = [int(cell, 16) for cell in cast("list[bytes]", reply)]
    fixed_keys = [
        *places_of(market_id),
        keys.job_cells(market_id),
        keys.roster(market_id),
        keys.connections(market_id),
        keys.index_epoch(market_id),
    ]
    for batch in [*in_batches(cells)] or [()]:
        cell_keys = [keys.couriers_in_cell(market_id, cell) for cell in batch]
        names = [f"{cell:x}" for cell in batch]
        if await redis.run(_IS_SOUND, keys=[*fixed_keys, *cell_keys], args=names) == 0:
            raise LiveCorruptError("Redis: keys of another type, or positions that do not agree")


@asynccontextmanager
async def forgetting_corrupt(redis: Redis, market_id: MarketId) -> AsyncGenerator[None]:
    """Forget the market when the block meets what is not of our making; then it fails all the same.

    Raises:
        LiveCorruptError: it did.
        LiveUnavailableError: it did, and not all of it is gone.
    """
    try:
        yield
    except LiveCorruptError as error:
        log.warning("index_corrupt", market=market_id, error=repr(error))
        await forget_market(redis, market_id)
        raise


async def forget_market(redis: Redis, market_id: MarketId) -> None:
    """Delete whatever is kept of the market, first of all what says that the index is whole.

    Raises:
        LiveUnavailableError: not all of it is gone.
    """
    await redis.execute("UNLINK", keys.index_epoch(market_id))
    cursor = 0
    while True:
        words = ("MATCH", keys.every_key(market_id), "COUNT", _SCANNED_COUNT)
        reply = await redis.execute("SCAN", cursor, *words)
        cursor, found = cast("tuple[int, list[bytes]]", reply)
        for batch in in_batches(found):
            await redis.execute("UNLINK", *batch)
        if cursor == 0:
            return
