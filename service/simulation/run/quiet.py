"""The end of a run: everything decided is told, heard and in the index."""

import asyncio

from service.domain.errors import UnavailableError
from service.runtime import Runtime
from service.simulation.run.crowd import Crowd
from service.simulation.run.evidence import read_index
from service.store import audit, streams

LOOK_INTERVAL_S = 0.25


async def wait_quiet(runtime: Runtime, crowd: Crowd, *, timeout_s: float) -> bool:
    """Wait until a look finds everything told, heard and in the index; False if none does."""
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                if await _is_quiet(runtime, crowd):
                    return True
                await asyncio.sleep(LOOK_INTERVAL_S)
    except TimeoutError:
        return False


async def _is_quiet(runtime: Runtime, crowd: Crowd) -> bool:
    heard = {stream.owner: stream.seq for stream in crowd.streams() if stream.is_live}
    try:
        async with runtime.pool.connection() as conn:
            untold = await audit.count_untold_facts(conn, market_id=crowd.market_id)
            ends = await streams.list_last_seqs(conn, owners=list(heard))
        is_indexed = (await read_index(runtime, crowd.market_id)).agrees
    except UnavailableError:
        return False
    last_seqs = {end.owner: end.last_seq for end in ends}
    is_heard = all(seq == last_seqs.get(owner, 0) for owner, seq in heard.items())
    return untold.facts_count == 0 and is_heard and is_indexed
