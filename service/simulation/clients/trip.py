"""A courier's way along the stops in hand: ride, arrive, serve, and say so."""

from collections.abc import Callable

import msgspec

from service.domain.geo import Point
from service.domain.ids import StopId
from service.domain.lifecycle import StopStatus
from service.domain.vocabulary import ReasonCode
from service.simulation.motion import Motion, Polyline, line_through
from service.wire.courier_stream import ArriveAtStop, ClientMessage, CompleteStop, FailStop
from service.wire.route import RouteStop

NEVER_S = float("inf")

Path = Callable[[Point, Point], Polyline]


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """How a stop will go, decided on arrival."""

    service_s: float
    failure: ReasonCode | None = None  # None: it is completed


Visiting = Callable[[RouteStop], Visit]


class Trip:
    """Where one courier is and what is to be done next. Times are market seconds."""

    def __init__(
        self, start: Point, *, speed_mps: float, path: Path, visiting: Visiting, patience_s: float
    ) -> None:
        self._speed_mps, self._path, self._visiting = speed_mps, path, visiting
        self._patience_s = patience_s  # how long the server may take to show what was said
        self._motion = self._standing(start, 0.0)
        self._stop: RouteStop | None = None
        self._visit: Visit | None = None  # of the present stop, once there
        self._served_s = NEVER_S
        self._says_s = NEVER_S
        self.driven_m = 0.0

    def point_at(self, now_s: float) -> Point:
        """Return where the courier is."""
        return self._motion.position_at(now_s)

    @property
    def stop(self) -> RouteStop | None:
        """Return what is next."""
        return self._stop

    def is_moving(self, now_s: float) -> bool:
        """Return whether the courier is under way."""
        return self._stop is not None and now_s < self._motion.arrives_s

    def follow(self, stops: tuple[RouteStop, ...], *, now_s: float) -> None:
        """Go to the first of the stops, which are those not yet done, in order."""
        before, self._stop = self._stop, stops[0] if stops else None
        if self._stop is not None and before is not None and self._stop.stop_id == before.stop_id:
            return
        here = self.point_at(now_s)
        self._leave(now_s)
        if self._stop is None:
            self._motion = self._standing(here, now_s)
            return
        there = Point(self._stop.lat_deg, self._stop.lng_deg)
        if self._stop.status is StopStatus.ARRIVED:
            self._motion = self._standing(there, now_s)  # this app was not told how it got there
        else:
            line = self._path(here, there)
            self._motion = Motion(line=line, speed_mps=self._speed_mps, departs_s=now_s)
        self._says_s = self._motion.arrives_s

    def say(self, *, now_s: float) -> list[ClientMessage]:
        """Return what is to be sent now; a position must go before it."""
        stop = self._stop
        if stop is None or now_s < self._says_s:
            return []
        messages: list[ClientMessage] = []
        ref = str(stop.stop_id)
        if self._visit is None:
            self._begin(stop)
            messages.append(ArriveAtStop(stop_id=stop.stop_id, ref=ref))
        elif stop.status is not StopStatus.ARRIVED and now_s >= self._served_s + self._patience_s:
            messages.append(ArriveAtStop(stop_id=stop.stop_id, ref=ref))  # the first was lost
        if now_s >= self._served_s:
            messages.append(self._ended(stop.stop_id, ref))
            self._says_s = now_s + self._patience_s
        else:
            self._says_s = self._served_s
        return messages

    def refuse(self, *, now_s: float) -> None:
        """Say it again a little later: the server did not agree."""
        if self._visit is not None:
            self._says_s = max(self._served_s, now_s) + self._patience_s

    def wakes_s(self) -> float:
        """Return when there is something to say next."""
        return self._says_s

    def _begin(self, stop: RouteStop) -> None:
        self._visit = self._visiting(stop)
        begins_s = self._motion.arrives_s
        if stop.ready_at is not None:
            begins_s = max(begins_s, stop.ready_at.timestamp())
        self._served_s = begins_s + self._visit.service_s

    def _ended(self, stop_id: StopId, ref: str) -> ClientMessage:
        assert self._visit is not None, "a stop ends after it was reached"
        if self._visit.failure is not None:
            return FailStop(stop_id=stop_id, reason=self._visit.failure, ref=ref)
        return CompleteStop(stop_id=stop_id, ref=ref)

    def _leave(self, now_s: float) -> None:
        """Count the metres driven towards the stop that is left behind."""
        driven_s = max(0.0, min(now_s, self._motion.arrives_s) - self._motion.departs_s)
        self.driven_m += driven_s * self._speed_mps
        self._visit, self._served_s, self._says_s = None, NEVER_S, NEVER_S

    def _standing(self, here: Point, now_s: float) -> Motion:
        return Motion(line=line_through([here]), speed_mps=self._speed_mps, departs_s=now_s)
