"""Where couriers are: the newest fix of each, in the hash of its cell and in no other."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from matching.cells import cell_of
from service.domain.ids import CourierId, MarketId
from service.live import keys
from service.live.batches import BATCH_COUNT_MAX, in_batches
from service.live.connect import Redis, Word
from service.live.errors import legible
from service.live.records import LiveFix, newest_fixes, pack_fix, unpack_fixes
from service.live.scripts import load_script

_WRITE_FIXES = load_script("write_fixes")
_READ_FIXES = load_script("read_fixes")
_READ_CELLS = load_script("read_cells")
_READ_SOME = load_script("read_some")
_REMOVE_FIXES = load_script("remove_fixes")

_WHENEVER_MS = 1 << 53  # later than any fix, and still exact as a double, which Lua counts in


async def write_fixes(redis: Redis, market_id: MarketId, fixes: Sequence[LiveFix]) -> int:
    """Move each courier to the newest of its fixes; return how many were newer than what was known.

    Raises:
        LiveUnavailableError: not all were written.
        ValueError: a fix is no place on earth.
    """
    applied_count = 0
    for batch in in_batches(fixes):
        cell_keys = [keys.couriers_in_cell(market_id, _cell(fix)) for fix in batch]
        args: list[Word] = [keys.POSITIONS_TTL_S]
        for fix in batch:
            args += (fix.courier_id.bytes, fix.received_at_ms, pack_fix(fix))
        reply = await redis.run(_WRITE_FIXES, keys=[*places_of(market_id), *cell_keys], args=args)
        applied_count += cast("int", reply)
    return applied_count


async def read_near(redis: Redis, market_id: MarketId, cells: Sequence[int]) -> list[LiveFix]:
    """Return the fixes in the cells, of resolution `keys.CELL_RESOLUTION`, by courier.

    A courier who crosses between two of the cells while they are read may be missed once, if more
    than `BATCH_COUNT_MAX` are asked for.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    packed: list[bytes] = []
    for batch in in_batches(cells):
        cell_keys = [keys.couriers_in_cell(market_id, cell) for cell in batch]
        packed += cast("list[bytes]", await redis.run(_READ_CELLS, keys=cell_keys, args=()))
    with legible():
        return newest_fixes(b"".join(packed))


async def read_some(
    redis: Redis, market_id: MarketId, cells: Sequence[int], *, per_cell_count_max: int
) -> list[LiveFix]:
    """Return the fixes in the cells as `read_near` does, but of a full cell only as many.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    packed: list[bytes] = []
    for batch in in_batches(cells):
        cell_keys = [keys.couriers_in_cell(market_id, cell) for cell in batch]
        reply = await redis.run(_READ_SOME, keys=cell_keys, args=(per_cell_count_max,))
        packed += cast("list[bytes]", reply)
    with legible():
        return newest_fixes(b"".join(packed))


async def read_cells(
    redis: Redis, market_id: MarketId, cells: Sequence[int]
) -> dict[int, list[LiveFix]]:
    """Return the fixes in each of the cells, of resolution `keys.CELL_RESOLUTION`.

    A courier who crosses between two of them is in one, unless more than `BATCH_COUNT_MAX` are
    asked for: then perhaps in both or in none.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    found: dict[int, list[LiveFix]] = {}
    for batch in in_batches(cells):
        cell_keys = [keys.couriers_in_cell(market_id, cell) for cell in batch]
        reply = cast("list[bytes]", await redis.run(_READ_CELLS, keys=cell_keys, args=()))
        with legible():
            found |= zip(batch, map(unpack_fixes, reply), strict=True)
    return found


async def read_counts(redis: Redis, market_id: MarketId) -> dict[int, int]:
    """Return how many couriers are in each cell that has any.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    reply = await redis.execute("HGETALL", keys.position_counts(market_id))
    counts = cast("dict[bytes, bytes]", reply)  # the library has paired fields and values
    with legible():
        return {int(cell, 16): int(count) for cell, count in counts.items()}


async def read_fixes(
    redis: Redis, market_id: MarketId, courier_ids: Sequence[CourierId]
) -> dict[UUID, LiveFix]:
    """Return the fixes of those of the couriers who have one.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    found: dict[UUID, LiveFix] = {}
    for batch in in_batches(courier_ids):
        ids = [courier_id.bytes for courier_id in batch]
        reply = await redis.run(_READ_FIXES, keys=[keys.position_cells(market_id)], args=ids)
        with legible():
            fixes = unpack_fixes(b"".join(cast("list[bytes]", reply)))
        found |= {fix.courier_id: fix for fix in fixes}
    return found


async def evict(redis: Redis, market_id: MarketId, *, older_than_ms: int) -> int:
    """Remove fixes received before then, the oldest first; return how many.

    `BATCH_COUNT_MAX` at most: when it is as many, there may be more.

    Raises:
        LiveUnavailableError: it may not have been done.
    """
    oldest = await redis.execute(
        *("ZRANGE", keys.position_times(market_id), "-inf", f"({older_than_ms}", "BYSCORE"),
        *("LIMIT", 0, BATCH_COUNT_MAX),
    )
    return await _remove(redis, market_id, cast("list[bytes]", oldest), before_ms=older_than_ms)


async def forget(redis: Redis, market_id: MarketId, courier_ids: Sequence[CourierId]) -> int:
    """Remove the fixes of couriers who went off duty; return how many had one.

    Raises:
        LiveUnavailableError: not all were removed.
    """
    ids = [courier_id.bytes for courier_id in courier_ids]
    return await _remove(redis, market_id, ids, before_ms=_WHENEVER_MS)


async def _remove(
    redis: Redis, market_id: MarketId, ids: Sequence[bytes], *, before_ms: int
) -> int:
    removed_count = 0
    for batch in in_batches(ids):
        reply = await redis.run(_REMOVE_FIXES, keys=places_of(market_id), args=(before_ms, *batch))
        removed_count += cast("int", reply)
    return removed_count


def places_of(market_id: MarketId) -> tuple[str, str, str]:
    """Return the keys that say in which cell who is, since when, and how many."""
    return (
        keys.position_cells(market_id),
        keys.position_times(market_id),
        keys.position_counts(market_id),
    )


def _cell(fix: LiveFix) -> int:
    return cell_of(fix.lat_deg, fix.lng_deg, resolution=keys.CELL_RESOLUTION)
