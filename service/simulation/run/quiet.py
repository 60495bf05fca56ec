"""The end of a run: everything decided is told, heard and in the index."""

import asyncio
from collections.abc import Mapping

from msgspec import Struct

from service.domain.errors import UnavailableError
from service.runtime import Runtime
from service.simulation.run.crowd import Crowd
from service.simulation.run.evidence import IndexView, read_index
from service.simulation.run.witness import StreamSeen
from service.store import audit, streams

LOOK_INTERVAL_S = 0.2


class Look(Struct, frozen=True, kw_only=True):
    """One look at everything that follows Postgres; its parts belong together."""

    streams: tuple[StreamSeen, ...]
    stream_ends: Mapping[str, int]  # by owner
    untold_count: int
    index: IndexView

    @property
    def is_quiet(self) -> bool:
        return (
            self.untold_count == 0
            and self.index.agrees
            and all(
                stream.seq == self.stream_ends.get(stream.owner, 0)
                for stream in self.streams
                if stream.is_live
            )
        )


async def wait_quiet(runtime: Runtime, crowd: Crowd, *, timeout_s: float) -> Look:
    """Look until everything is told, heard and in the index; return that look, or the last one.

    Raises:
        UnavailableError: Postgres or Redis was away all the time.
    """
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + timeout_s
    while True:
        try:
            look = await _look(runtime, crowd)
        except UnavailableError:
            if loop.time() > ends_s:
                raise
        else:
            if look.is_quiet or loop.time() > ends_s:
                return look
        await asyncio.sleep(LOOK_INTERVAL_S)


async def _look(runtime: Runtime, crowd: Crowd) -> Look:
    seen = tuple(crowd.streams())  # first: whoever has heard all of the end, has heard all
    async with runtime.pool.connection() as conn:
        ends = await streams.list_last_seqs(conn, owners=[stream.owner for stream in seen])
        untold = await audit.count_untold_facts(conn, market_id=crowd.market_id)
    return Look(
        streams=seen,
        stream_ends={end.owner: end.last_seq for end in ends},
        untold_count=untold.facts_count,
        index=await read_index(runtime, crowd.market_id),
    )
