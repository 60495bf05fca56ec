"""A courier's app without the socket: messages in, messages out, and when to look again."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from service.domain.geo import Point
from service.domain.ids import OfferId
from service.domain.lifecycle import CourierStatus
from service.domain.load import Load
from service.domain.suspension import Suspension
from service.domain.vocabulary import Requirement, Vehicle
from service.simulation.clients.offers import Desk, Judge
from service.simulation.clients.trip import Path, Trip, Visiting
from service.wire.courier_stream import (
    AssignmentChanged,
    Capacity,
    ClientMessage,
    CourierState,
    Hello,
    Notice,
    OfferMade,
    OfferRevoked,
    OpenOffer,
    Refused,
    ReportPosition,
    ServerMessage,
    SetStatus,
    Snapshot,
)
from service.wire.route import Assignment

NEVER_S = float("inf")
SHIFT_S_MAX = 15.9 * 3_600.0  # the service allows 16 hours, from the moment it hears of it
_STATUS_REF = "status"


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What distinguishes one courier from another. Durations are market seconds."""

    name: str
    vehicle: Vehicle
    capacity: Load
    abilities: tuple[Requirement, ...]
    start: Point
    speed_mps: float
    path: Path
    judge: Judge
    visiting: Visiting
    blur: Callable[[Point], Point]  # what the receiver makes of a place
    moving_interval_s: float  # between positions
    standing_interval_s: float
    patience_s: float  # before something is said again


class CourierApp:
    """The app of one courier. `now_s` is market time in seconds since 1970."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.status = CourierStatus.OFFLINE
        self.desk = Desk(traits.judge, patience_s=traits.patience_s)
        self.trip = Trip(
            traits.start,
            speed_mps=traits.speed_mps,
            path=traits.path,
            visiting=traits.visiting,
            patience_s=traits.patience_s,
        )
        self.refusals_count_by_code: dict[str, int] = {}
        self.is_resting = False  # hears everything, and says nothing but where it is
        self._shift_ends_s = 0.0
        self._suspended_until_s = 0.0
        self._time_scale = 1.0
        self._position_seq = 0
        self._position_s = NEVER_S
        self._status_s = NEVER_S

    @property
    def is_idle(self) -> bool:
        """Return whether an offer would be welcome."""
        return self.status is CourierStatus.ONLINE and self.desk.is_empty

    def shift_left_s(self, now_s: float) -> float:
        """Return how much longer the shift lasts."""
        return self._shift_ends_s - now_s

    def is_done(self, now_s: float) -> bool:
        """Return whether the shift is over and nothing is left to do."""
        return self.status is CourierStatus.OFFLINE and now_s >= self._shift_ends_s

    def begin_shift(self, *, ends_s: float, now_s: float) -> None:
        """Go online as soon as there is a connection, and stay until the shift ends."""
        self._shift_ends_s = min(ends_s, now_s + SHIFT_S_MAX)
        self._status_s = now_s

    def end_shift(self, *, now_s: float) -> None:
        """Go offline, after the jobs in hand."""
        self._shift_ends_s = min(self._shift_ends_s, now_s)
        self._status_s = now_s

    # ------------------------------------------------------------------ messages in
    def hear(self, message: ServerMessage, *, now_s: float, heard_at: datetime) -> None:
        """Take in one message of the server, received at this market and real time."""
        match message:
            case Hello():
                self._time_scale = message.time_scale
            case Snapshot():
                self._begin_again(message.state, now_s, heard_at)
            case OfferMade():
                self._show(message, now_s, heard_at)
            case OfferRevoked():
                self.desk.revoke(message.offer_id, reason=message.reason)
            case AssignmentChanged():
                self._follow(message.assignment, now_s)
            case Notice():
                self._noticed(message, now_s)
            case Refused():
                self._refused(message, now_s)
            case _:
                pass  # the route tells, the connection obeys a drain, hints are ignored

    def _begin_again(self, state: CourierState | None, now_s: float, heard_at: datetime) -> None:
        """Say again what the last connection may have lost; take the truth, if it is told."""
        self._position_s = now_s
        self._status_s = now_s
        self.desk.begin_again(now_s=now_s)
        if state is None:
            return
        self.status = state.status
        self._suspend(state.suspension)
        self._follow(state.assignment, now_s)
        if state.offer is not None:
            self._show(state.offer, now_s, heard_at)

    def _suspend(self, suspension: Suspension | None) -> None:
        """Wait for its end before asking to go online again; without one, wait to hear of it."""
        if suspension is None:
            self._suspended_until_s = 0.0
        else:
            until = suspension.until
            self._suspended_until_s = NEVER_S if until is None else until.timestamp()

    def _show(self, offer: OfferMade | OpenOffer, now_s: float, heard_at: datetime) -> None:
        shown_s = offer.expires_in_ms / 1_000.0 * self._time_scale
        self.desk.put(offer, now_s=now_s, heard_at=heard_at, shown_s=shown_s)

    def _follow(self, assignment: Assignment, now_s: float) -> None:
        self.status = assignment.status
        self.desk.assign({job.job_id for job in assignment.jobs})
        self.trip.follow(assignment.stops, now_s=now_s)
        if self.trip.is_moving(now_s):
            self._position_s = min(self._position_s, now_s + self.traits.moving_interval_s)

    def _noticed(self, notice: Notice, now_s: float) -> None:
        if notice.notice != "status_changed":
            self._suspend(notice.suspension)
        self._changed(notice.status, now_s)

    def _changed(self, status: CourierStatus, now_s: float) -> None:
        if self.status is CourierStatus.OFFLINE and status is not CourierStatus.OFFLINE:
            self._position_s = now_s  # nobody knows where this courier is
        self.status = status
        self._status_s = now_s

    def _refused(self, refused: Refused, now_s: float) -> None:
        counts = self.refusals_count_by_code
        counts[refused.code] = counts.get(refused.code, 0) + 1
        if refused.ref == _STATUS_REF:
            self._status_s = now_s + self.traits.patience_s
            return
        if refused.ref is None:
            return
        offer_id = OfferId(UUID(refused.ref))  # or a stop's
        if not self.desk.refuse(offer_id, code=refused.code, now_s=now_s):
            self.trip.refuse(now_s=now_s)

    # ------------------------------------------------------------------ messages out
    def say(self, *, now_s: float) -> list[ClientMessage]:
        """Return what is to be sent now, in order."""
        messages: list[ClientMessage] = self._duty(now_s)
        at_stop = self.trip.say(now_s=now_s) if self._works else []
        if self.status is not CourierStatus.OFFLINE and (at_stop or self._position_s <= now_s):
            messages.append(self._position(now_s))
        if self.is_resting:
            return messages
        return [*messages, *at_stop, *self.desk.say(now_s=now_s)]

    def wakes_s(self, now_s: float) -> float:
        """Return when there will be something to say, if nothing is heard before."""
        times_s = [self._duty_s(now_s)]
        if self.status is not CourierStatus.OFFLINE:
            times_s.append(self._position_s)
        if self._works:
            times_s += [self.trip.wakes_s(), self.desk.wakes_s()]
        return min(times_s)

    @property
    def _works(self) -> bool:
        return not self.is_resting and self.status is not CourierStatus.OFFLINE

    def _position(self, now_s: float) -> ReportPosition:
        traits = self.traits
        is_moving = self.trip.is_moving(now_s)
        self._position_s = now_s + (
            traits.moving_interval_s if is_moving else traits.standing_interval_s
        )
        self._position_seq += 1
        seen = traits.blur(self.trip.point_at(now_s))
        return ReportPosition(seq=self._position_seq, lat_deg=seen.lat_deg, lng_deg=seen.lng_deg)

    def _duty_s(self, now_s: float) -> float:
        """Return when the status is to be set next: at once, or at the end of the shift."""
        if self.status is CourierStatus.OFFLINE and now_s < self._suspended_until_s:
            return min(self._suspended_until_s, max(self._shift_ends_s, now_s))
        if self._wanted(now_s) is None:
            return NEVER_S if self.is_done(now_s) else max(self._shift_ends_s, self._status_s)
        return self._status_s

    def _duty(self, now_s: float) -> list[ClientMessage]:
        wanted = self._wanted(now_s)
        if wanted is None or now_s < self._status_s:
            return []
        self._status_s = now_s + self.traits.patience_s
        if wanted is CourierStatus.OFFLINE:
            return [SetStatus(status="offline", ref=_STATUS_REF)]
        capacity = self.traits.capacity
        return [
            SetStatus(
                status="online",
                vehicle=self.traits.vehicle,
                capacity=Capacity(
                    weight_g=capacity.weight_g,
                    volume_l=capacity.volume_l,
                    jobs_count=capacity.jobs_count,
                ),
                shift_ends_at=datetime.fromtimestamp(self._shift_ends_s, UTC),
                ref=_STATUS_REF,
            )
        ]

    def _wanted(self, now_s: float) -> CourierStatus | None:
        """Return the status to ask for, or None while it is as it should be."""
        is_on_shift = now_s < self._shift_ends_s
        match self.status:
            case CourierStatus.OFFLINE if is_on_shift and not self.is_resting:
                is_suspended = now_s < self._suspended_until_s
                return None if is_suspended else CourierStatus.ONLINE
            case CourierStatus.ONLINE | CourierStatus.BUSY | CourierStatus.PAUSED:
                return None if is_on_shift else CourierStatus.OFFLINE
            case _:
                return None
