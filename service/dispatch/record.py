"""Puts on record what a tick decided: why jobs stay open, and all it takes to decide again.

That comes after the offers and stands in no transaction of theirs: nobody waits for the record.
"""

import asyncio
from collections.abc import Collection
from typing import NamedTuple

import structlog
from msgspec import Struct
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.commit import Warrant
from service.dispatch.decide import Decided
from service.dispatch.discretion import coarse, pack_places
from service.dispatch.left_open import Noted, remembered
from service.dispatch.recording import pack, record_of
from service.dispatch.rows import Gathered, Pair
from service.domain.facts import JobLeftOpen, TickSummary
from service.domain.ids import JobId
from service.loop_lag import LoopLag
from service.runtime import Runtime
from service.store import recorded_ticks, ticks
from service.store.leadership import LostLeaseError

RECORDED_EVERY_COUNT = 60  # of the ticks that offer nothing, one of so many is kept

log = structlog.get_logger()


class Taken(Struct, frozen=True, kw_only=True):
    """A tick as it was taken: what went in, beside the market, and what came out."""

    gathered: Gathered
    tick_s: float
    left_out: Collection[Pair]
    decided: Decided


class Packed(NamedTuple):
    """A tick as it is kept, and for a day beside it where couriers without a job were."""

    tick: bytes
    places: bytes

    @property
    def bytes_count(self) -> int:
        return len(self.tick) + len(self.places)


class Recorder:
    """What is on record of one market's open jobs and ticks, as far as the next tick asks."""

    def __init__(self) -> None:
        self._unrecorded_count = 0
        self._is_too_large = False
        self._looked_s = monotonic_s()
        self.noted: dict[JobId, Noted] = {}
        self.left_open: tuple[JobLeftOpen, ...] = ()  # as of the last tick

    def loop_lag_ms_max(self, loop_lag: LoopLag) -> float | None:
        """Return the longest lag of the event loop since the last time this was asked."""
        since_s, self._looked_s = self._looked_s, monotonic_s()
        return loop_lag.max_ms(since_s=since_s)

    async def keep(
        self,
        runtime: Runtime,
        warrant: Warrant,
        taken: Taken,
        summary: TickSummary,
    ) -> TickSummary:
        """Write what is due of a tick; return its summary, with the id if it has one now.

        A record that cannot be written is given up: the offers are made, and the tick goes on.

        Raises:
            LostLeaseError: another process decides for this market; nothing was written.
        """
        decided = taken.decided
        self.left_open = decided.left_open
        if not taken.gathered.jobs:
            return summary
        packed = await self._packed(runtime, warrant, taken, summary)
        if packed is None and not decided.for_record:
            return summary
        try:
            tick_id = await _write(runtime, warrant, taken, summary, packed)
        except LostLeaseError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the offers are made
            log.warning("record_failed", market=warrant.market.id, error=repr(error))
            return summary
        self.noted = remembered(
            decided.left_open, self.noted, decided.for_record, now=taken.gathered.now
        )
        return replace(summary, tick_id=tick_id)

    async def _packed(
        self,
        runtime: Runtime,
        warrant: Warrant,
        taken: Taken,
        summary: TickSummary,
    ) -> Packed | None:
        """Return the tick packed, if it is one to be kept, and small enough."""
        bytes_max = runtime.settings.recorded_tick_bytes_max
        self._unrecorded_count += 1
        is_due = summary.offers_count > 0 or self._unrecorded_count >= RECORDED_EVERY_COUNT
        if bytes_max == 0 or not is_due:
            return None
        self._unrecorded_count = 0
        packed = await asyncio.to_thread(_pack, taken)
        was_too_large, self._is_too_large = self._is_too_large, packed.bytes_count > bytes_max
        if not self._is_too_large:
            return packed
        if not was_too_large:  # said once, not with every tick of a busy evening
            log.warning("tick_too_large", market=warrant.market.id, bytes_count=packed.bytes_count)
        return None


def _pack(taken: Taken) -> Packed:
    recorded = record_of(
        coarse(taken.gathered),
        tick_s=taken.tick_s,
        left_out=taken.left_out,
        ways=taken.decided.ways,
        proposals=taken.decided.proposals,
        rounds_count=taken.decided.rounds_count,
    )
    return Packed(pack(recorded), pack_places(taken.gathered))


async def _write(
    runtime: Runtime,
    warrant: Warrant,
    taken: Taken,
    summary: TickSummary,
    packed: Packed | None,
) -> int:
    market, decided, at = warrant.market, taken.decided, taken.gathered.now
    async with runtime.pool.transaction() as conn:
        await warrant.leadership.check(conn, epoch=warrant.epoch)
        tick_id = summary.tick_id
        if tick_id is None:
            key = await ticks.insert_tick(
                conn,
                market_id=market.id,
                at=at,
                policy_version=market.policy_version,
                dispatch_epoch=warrant.epoch,
                summary=summary,
            )
            tick_id = key.id
        if decided.for_record:
            await ticks.insert_open_decisions(
                conn,
                tick_id=tick_id,
                at=at,
                job_ids=[job.job_id for job in decided.for_record],
                outcomes=[job.outcome for job in decided.for_record],
                reasons=decided.open_reasons,
            )
        if packed is not None:
            await recorded_ticks.insert_recorded_tick(
                conn,
                tick_id=tick_id,
                market_id=market.id,
                at=at,
                policy_version=market.policy_version,
                packed=packed.tick,
                exact_places=packed.places,
            )
    return tick_id
