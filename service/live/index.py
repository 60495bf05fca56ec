"""The live index of a market: open jobs by the cell of their pickup, and couriers on the roster.

The relay alone writes it. Readers may see it before, after or between the batches of a write, but
every single job in one place only.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from matching.cells import cell_of
from service.domain.ids import CourierId, JobId, MarketId
from service.live import keys
from service.live.batches import in_batches
from service.live.connect import Redis, Word
from service.live.errors import LiveUnavailableError, legible
from service.live.records import (
    OpenJob,
    RosterEntry,
    decode_job,
    decode_opened_job,
    decode_roster_entry,
    decode_version,
    encode_record,
)
from service.live.scripts import load_script

_PUT_JOBS = load_script("put_jobs")
_REMOVE_JOBS = load_script("remove_jobs")
_CLEAR_INDEX = load_script("clear_index")
_MARK_BUILT = load_script("mark_built")


async def put_jobs(redis: Redis, market_id: MarketId, jobs: Sequence[OpenJob]) -> None:
    """Add the jobs or replace them, each in the cell of its pickup; the last of a job counts.

    Raises:
        LiveUnavailableError: not all were written.
        ValueError: a pickup is no place on earth.
    """
    for batch in in_batches(jobs):
        cell_keys = [keys.jobs_in_cell(market_id, _pickup_cell(job)) for job in batch]
        records = [part for job in batch for part in (job.job_id.bytes, encode_record(job))]
        await redis.run(_PUT_JOBS, keys=[keys.job_cells(market_id), *cell_keys], args=records)


async def remove_jobs(redis: Redis, market_id: MarketId, job_ids: Sequence[JobId]) -> None:
    """Take the jobs out, if they are in.

    Raises:
        LiveUnavailableError: not all were removed.
    """
    for batch in in_batches(job_ids):
        ids = [job_id.bytes for job_id in batch]
        await redis.run(_REMOVE_JOBS, keys=[keys.job_cells(market_id)], args=ids)


async def read_jobs(
    redis: Redis, market_id: MarketId, *, decode: Callable[[bytes], OpenJob] = decode_job
) -> list[OpenJob]:
    """Return all open jobs, by id.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    records = await _job_records(redis, market_id)
    with legible():
        decoded = sorted(map(decode, records), key=lambda job: job.version)
    newest = {job.job_id: job for job in decoded}
    return [newest[job_id] for job_id in sorted(newest)]


async def read_opened(redis: Redis, market_id: MarketId) -> dict[int, list[datetime]]:
    """Return by cell of the pickup when the search for each open job there began.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    cell_keys = await _cell_keys(redis, market_id)
    replies = await redis.execute_all([("HVALS", key) for key in cell_keys])
    with legible():
        return {
            _cell_of_key(key): [decode_opened_job(record).opened_at for record in records]
            for key, records in zip(cell_keys, cast("list[list[bytes]]", replies), strict=True)
        }


async def read_job_versions(redis: Redis, market_id: MarketId) -> dict[UUID, int]:
    """Return the version of each job in the index.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    return _versions(await _job_records(redis, market_id))


async def put_roster(redis: Redis, market_id: MarketId, entries: Sequence[RosterEntry]) -> None:
    """Add the couriers or replace them.

    Raises:
        LiveUnavailableError: not all were written.
    """
    for batch in in_batches(entries):
        records = [
            part for entry in batch for part in (entry.courier_id.bytes, encode_record(entry))
        ]
        await redis.execute("HSET", keys.roster(market_id), *records)


async def remove_roster(
    redis: Redis, market_id: MarketId, courier_ids: Sequence[CourierId]
) -> None:
    """Take the couriers out, if they are in.

    Raises:
        LiveUnavailableError: not all were removed.
    """
    for batch in in_batches(courier_ids):
        ids = [courier_id.bytes for courier_id in batch]
        await redis.execute("HDEL", keys.roster(market_id), *ids)


async def read_roster(
    redis: Redis,
    market_id: MarketId,
    courier_ids: Sequence[CourierId],
    *,
    decode: Callable[[bytes], RosterEntry] = decode_roster_entry,
) -> dict[UUID, RosterEntry]:
    """Return those of the couriers who are on the roster.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    key = keys.roster(market_id)
    commands: list[Sequence[Word]] = [
        ("HMGET", key, *(courier_id.bytes for courier_id in batch))
        for batch in in_batches(courier_ids)
    ]
    replies = cast("list[list[bytes | None]]", await redis.execute_all(commands))
    found = (record for records in replies for record in records if record is not None)
    with legible():
        return {entry.courier_id: entry for entry in map(decode, found)}


async def read_roster_versions(redis: Redis, market_id: MarketId) -> dict[UUID, int]:
    """Return the version of each courier on the roster.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    return _versions(cast("list[bytes]", await redis.execute("HVALS", keys.roster(market_id))))


async def index_epoch(redis: Redis, market_id: MarketId) -> str | None:
    """Return which build of the index this is, or None when it is not wholly built.

    Raises:
        LiveUnavailableError: it could not be read.
    """
    epoch = cast("bytes | None", await redis.execute("GET", keys.index_epoch(market_id)))
    with legible():
        return None if epoch is None else epoch.decode()


async def begin_build(redis: Redis, market_id: MarketId, epoch: str) -> None:
    """Note that the index is being built; `mark_built` looks whether that is still there.

    Raises:
        LiveUnavailableError: it could not be written.
    """
    await redis.execute("SET", keys.index_building(market_id), epoch)


async def mark_built(redis: Redis, market_id: MarketId, epoch: str) -> None:
    """Tell readers that the index is whole, as it was built since `begin_build`.

    Raises:
        LiveUnavailableError: it could not be written, or Redis was flushed since.
    """
    places = [keys.index_epoch(market_id), keys.index_building(market_id)]
    if await redis.run(_MARK_BUILT, keys=places, args=(epoch,)) == 0:
        raise LiveUnavailableError("Redis: what was built is lost, or another builds")


async def clear(redis: Redis, market_id: MarketId) -> None:
    """Remove jobs, roster and epoch in one step; positions stay.

    Raises:
        LiveUnavailableError: it may not have been done.
    """
    cleared = (keys.job_cells, keys.roster, keys.index_epoch)
    await redis.run(_CLEAR_INDEX, keys=[key(market_id) for key in cleared], args=())


def _pickup_cell(job: OpenJob) -> int:
    return cell_of(job.pickup_lat_deg, job.pickup_lng_deg, resolution=keys.CELL_RESOLUTION)


def _cell_of_key(key: bytes) -> int:
    return int(key.split(b":")[-2], 16)


async def _job_records(redis: Redis, market_id: MarketId) -> list[bytes]:
    """Return the packed jobs of all cells; twice when one changes its cell between the reads."""
    cell_keys = await _cell_keys(redis, market_id)
    replies = await redis.execute_all([("HVALS", key) for key in cell_keys])
    return [record for records in cast("list[list[bytes]]", replies) for record in records]


async def _cell_keys(redis: Redis, market_id: MarketId) -> list[bytes]:
    """Return the keys of all cells with open jobs."""
    cell_keys = cast("list[bytes]", await redis.execute("HVALS", keys.job_cells(market_id)))
    return sorted(set(cell_keys))


def _versions(records: Iterable[bytes]) -> dict[UUID, int]:
    with legible():
        decoded = sorted(map(decode_version, records), key=lambda record: record.version)
    return {record.id: record.version for record in decoded}
