"""Hints to idle couriers, where to wait for the next job: whom to tell, and when again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import structlog
from msgspec import Struct

from matching.cells import cell_of, disk
from matching.plan import Plan
from service.dispatch.arrays import Arranged
from service.dispatch.rows import DemandPlace, SeenCourier
from service.domain.errors import UnavailableError
from service.domain.ids import CourierId
from service.domain.market import Market
from service.live import bus
from service.live.bus import HintMessage
from service.live.keys import CELL_RESOLUTION
from service.runtime import Runtime
from service.wire.courier_stream import Hint

LOOKED_FOR_EVERY = timedelta(seconds=20)  # market time: not every tick has to look that far
TOLD_EVERY = timedelta(seconds=60)  # market time, to one courier at the most
HINTS_COUNT_MAX = 500  # told after one tick; the others come with the next ones

log = structlog.get_logger()


class Hinted(Struct, frozen=True, kw_only=True):
    """A courier with nothing to do, and where to wait."""

    courier_id: CourierId
    place: DemandPlace


class Told(Struct, frozen=True, kw_only=True):
    """What a courier was told last, and when (market time)."""

    cell: int
    at: datetime


def hints_of(arranged: Arranged, plan: Plan) -> tuple[Hinted, ...]:
    """Return the hints of a plan, by courier."""
    gathered = arranged.gathered
    return tuple(
        Hinted(
            courier_id=gathered.couriers[int(courier)].entry.courier_id,
            place=gathered.demand[int(row)],
        )
        for courier, row in zip(plan.hint_courier, plan.hint_demand, strict=True)
    )


def due(
    hints: Sequence[Hinted], told: Mapping[CourierId, Told], *, holds: timedelta, now: datetime
) -> tuple[Hinted, ...]:
    """Return the hints to tell now: what is new to who has not been told anything just now.

    A hint is news when it names neither the cell told of last nor one beside it, or when that one
    no longer holds.
    """
    news = [
        hint
        for hint in hints
        if hint.courier_id not in told
        or _is_news(_cell_of(hint.place), told[hint.courier_id], holds=holds, now=now)
    ]
    return tuple(news[:HINTS_COUNT_MAX])


def remembered(
    told: Mapping[CourierId, Told],
    new: Iterable[Hinted],
    couriers: Iterable[SeenCourier],
    *,
    holds: timedelta,
    now: datetime,
) -> dict[CourierId, Told]:
    """Return what is held against further hints: nothing of those who had work since."""
    at_work = {seen.entry.courier_id for seen in couriers if seen.entry.live_jobs_count > 0}
    kept = {
        courier_id: before
        for courier_id, before in told.items()
        if courier_id not in at_work and now - before.at < max(holds, TOLD_EVERY)
    }
    return kept | {hint.courier_id: Told(cell=_cell_of(hint.place), at=now) for hint in new}


class Hinter:
    """What one market's couriers were told."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._told: dict[CourierId, Told] = {}

    def looks(self, market: Market, now: datetime) -> bool:
        """Return whether the tick at this instant is to look for hints; note that it does."""
        if not market.policy.gives_hints:
            return False
        if self._looked_at is not None and now - self._looked_at < LOOKED_FOR_EVERY:
            return False
        self._looked_at = now
        return True

    async def tell(
        self,
        runtime: Runtime,
        market: Market,
        hints: Sequence[Hinted],
        *,
        couriers: Iterable[SeenCourier],
        now: datetime,
    ) -> None:
        """Tell what is new. A hint that is lost is given up: it is worth no second try."""
        holds = timedelta(seconds=market.policy.reposition_horizon_s)
        new = due(hints, self._told, holds=holds, now=now)
        self._told = remembered(self._told, new, couriers, holds=holds, now=now)
        expires_in_ms = int(holds.total_seconds() * 1_000.0 / runtime.clock.time_scale)
        messages = [
            HintMessage(
                courier_id=hint.courier_id, message=_message_of(hint, expires_in_ms=expires_in_ms)
            )
            for hint in new
        ]
        try:
            await bus.publish_hints(runtime.redis, market.id, messages)
        except UnavailableError:
            log.debug("index_unreachable")


def _is_news(cell: int, before: Told, *, holds: timedelta, now: datetime) -> bool:
    if now - before.at < TOLD_EVERY:
        return False
    return now - before.at >= holds or cell not in disk(before.cell, rings_count=1)


def _cell_of(place: DemandPlace) -> int:
    return cell_of(place.lat_deg, place.lng_deg, resolution=CELL_RESOLUTION)


def _message_of(hint: Hinted, *, expires_in_ms: int) -> bytes:
    return msgspec.json.encode(
        Hint(
            lat_deg=hint.place.lat_deg,
            lng_deg=hint.place.lng_deg,
            expires_in_ms=expires_in_ms,
            reason="demand",
        )
    )
