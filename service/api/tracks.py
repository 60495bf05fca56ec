"""The last reports of each courier here, looked at now and then for signs that they are made up.

A report is only noted where it arrives; whether a full window is doubtful is found out beside the
sockets, one window at a time. What is remembered of a courier is bounded, and so are the couriers.
"""

import asyncio
from array import array
from collections import OrderedDict
from datetime import datetime
from math import isnan, nan

import structlog

from service.actions.doubt_positions import doubt_positions
from service.api.callers import CourierCaller
from service.clock import monotonic_s
from service.domain.courier import Fix
from service.domain.doubt import Visit, doubt_of
from service.domain.errors import DomainError
from service.domain.ids import CourierId, MarketId
from service.domain.track import Report
from service.metrics import POSITION_DOUBTS
from service.runtime import Runtime

WINDOW_COUNT = 48  # reports; some three minutes
KEPT_COUNT = 12  # for the next window, so that what happens between two is in one
VISITS_COUNT_MAX = 8  # in a window
WAITING_COUNT_MAX = 1_000  # windows; further ones are let go: the next is minutes away
TOLD_EVERY_S = 1.0  # real; what finds no turn is told by its next window
_WORDS = 5  # in the order of the fields of Report

log = structlog.get_logger()


class Track:
    """Two kilobytes at most."""

    def __init__(self, market_id: MarketId) -> None:
        self.market_id = market_id
        self._words = array("d")
        self._visits: list[Visit] = []

    def note(self, report: Report) -> bool:
        """Keep the report; return whether the window is full."""
        lag_s = nan if report.lag_s is None else report.lag_s
        self._words.extend((report.at_s, report.lat_deg, report.lng_deg, report.accuracy_m, lag_s))
        del self._words[: -WINDOW_COUNT * _WORDS]  # when nobody has come to look
        return len(self._words) == WINDOW_COUNT * _WORDS

    def note_visit(self, visit: Visit) -> None:
        """Keep the visit, and forget the oldest beyond the limit."""
        self._visits = [*self._visits, visit][-VISITS_COUNT_MAX:]

    def take(self) -> tuple[list[Report], list[Visit]]:
        """Return the window, and keep of it only what the next one begins with."""
        words, visits = self._words, self._visits
        reports: list[Report] = []
        for start in range(0, len(words), _WORDS):
            at_s, lat_deg, lng_deg, accuracy_m, lag_s = words[start : start + _WORDS]
            known_s = None if isnan(lag_s) else lag_s
            reports.append(Report(at_s, lat_deg, lng_deg, accuracy_m, known_s))
        self._words, self._visits = words[-KEPT_COUNT * _WORDS :], []
        return reports, visits


class Tracks:
    """Of one process, whatever connections the couriers come by."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tracks: OrderedDict[CourierId, Track] = OrderedDict()  # heard of last: at the end
        self._full: dict[CourierId, None] = {}
        self._news = asyncio.Event()
        self._tells_s = 0.0

    def note(self, courier: CourierCaller, fix: Fix, *, fixed_at: datetime | None) -> None:
        """Keep the reading, whether it is believed or not.

        Where time runs faster than in life, what a network delays would look like a jump.
        """
        if self._runtime.clock.time_scale != 1.0:
            return
        lag_s = None if fixed_at is None else (fix.received_at - fixed_at).total_seconds()
        point = fix.point
        report = Report(
            fix.received_at.timestamp(), point.lat_deg, point.lng_deg, fix.accuracy_m, lag_s
        )
        is_full = self._track(courier).note(report)
        if is_full and len(self._full) < WAITING_COUNT_MAX:
            self._full[courier.id] = None
            self._news.set()

    def note_visit(self, courier: CourierCaller, visit: Visit) -> None:
        """Keep that the courier has done a stop."""
        self._track(courier).note_visit(visit)

    @property
    def couriers_count(self) -> int:
        """Return how many couriers are remembered."""
        return len(self._tracks)

    def _track(self, courier: CourierCaller) -> Track:
        track = self._tracks.get(courier.id)
        if track is None:
            track = self._tracks[courier.id] = Track(courier.market_id)
            if len(self._tracks) > self._runtime.settings.sockets_count_max:
                forgotten_id, _ = self._tracks.popitem(last=False)
                self._full.pop(forgotten_id, None)
        else:
            self._tracks.move_to_end(courier.id)
        return track

    async def run(self) -> None:
        """Look at full windows, again and again; never returns."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._full:
                courier_id = next(iter(self._full))
                del self._full[courier_id]
                await self._look(courier_id, self._tracks[courier_id])
                await asyncio.sleep(0)  # others first: a look takes a millisecond

    async def _look(self, courier_id: CourierId, track: Track) -> None:
        doubt = doubt_of(*track.take())
        if not doubt.is_grave:
            return
        for sign in doubt.signs:
            POSITION_DOUBTS.labels(market=track.market_id, sign=sign).inc()
        if monotonic_s() < self._tells_s:
            return
        self._tells_s = monotonic_s() + TOLD_EVERY_S
        try:
            is_open = await doubt_positions(
                self._runtime, courier_id=courier_id, market_id=track.market_id
            )
        except DomainError as error:  # the next window says it again
            log.warning("doubt_not_told", courier_id=str(courier_id), error=repr(error))
            return
        log.info(
            "positions_doubted",
            courier_id=str(courier_id),
            score=round(doubt.score, 2),
            signs=list(doubt.signs),
            is_open=is_open,
        )
