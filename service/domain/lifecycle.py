"""The lifecycles, each a table; every change of a status goes through `next_status`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from service.domain.errors import InvalidStateTransitionError

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def next_status(kind: str, table: Mapping[tuple[S, E], S], status: S, event: E) -> S:
    """Return the status after `event`.

    Raises:
        InvalidStateTransitionError: the table has no such row.
    """
    try:
        return table[status, event]
    except KeyError:
        raise InvalidStateTransitionError(kind, status.value, event.value) from None


# ------------------------------------------------------------------ job
class JobStatus(StrEnum):
    SCHEDULED = "scheduled"  # booked, release time in the future
    OPEN = "open"  # looking for a courier; offers happen here
    ASSIGNED = "assigned"  # a courier has accepted
    ENROUTE_TO_PICKUP = "enroute_to_pickup"
    ARRIVED_AT_PICKUP = "arrived_at_pickup"
    PICKED_UP = "picked_up"  # custody with the courier
    ENROUTE_TO_DROPOFF = "enroute_to_dropoff"
    ARRIVED_AT_DROPOFF = "arrived_at_dropoff"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"  # an attempt failed, what follows is being decided
    ENROUTE_TO_RETURN = "enroute_to_return"
    ARRIVED_AT_RETURN = "arrived_at_return"
    RETURNED = "returned"
    CANCELED = "canceled"
    EXPIRED = "expired"  # no courier before the search limit
    FAILED = "failed"  # lost, damaged, not brought back


class JobStep(StrEnum):
    RELEASE = "release"
    ASSIGN = "assign"
    DEPART_TO_PICKUP = "depart_to_pickup"
    ARRIVE_AT_PICKUP = "arrive_at_pickup"
    PICK_UP = "pick_up"
    DEPART_TO_DROPOFF = "depart_to_dropoff"
    ARRIVE_AT_DROPOFF = "arrive_at_dropoff"
    DELIVER = "deliver"
    FAIL_ATTEMPT = "fail_attempt"
    RETRY = "retry"
    START_RETURN = "start_return"
    ARRIVE_AT_RETURN = "arrive_at_return"
    RETURN = "return"
    REASSIGN = "reassign"
    CANCEL = "cancel"
    EXPIRE = "expire"
    FAIL = "fail"


_J, _JS = JobStatus, JobStep

JOB_LIFECYCLE: Mapping[tuple[JobStatus, JobStep], JobStatus] = {
    (_J.SCHEDULED, _JS.RELEASE): _J.OPEN,
    (_J.SCHEDULED, _JS.CANCEL): _J.CANCELED,
    (_J.OPEN, _JS.ASSIGN): _J.ASSIGNED,
    (_J.OPEN, _JS.CANCEL): _J.CANCELED,
    (_J.OPEN, _JS.EXPIRE): _J.EXPIRED,
    (_J.ASSIGNED, _JS.DEPART_TO_PICKUP): _J.ENROUTE_TO_PICKUP,
    (_J.ASSIGNED, _JS.REASSIGN): _J.OPEN,
    (_J.ASSIGNED, _JS.CANCEL): _J.CANCELED,
    (_J.ENROUTE_TO_PICKUP, _JS.ARRIVE_AT_PICKUP): _J.ARRIVED_AT_PICKUP,
    (_J.ENROUTE_TO_PICKUP, _JS.REASSIGN): _J.OPEN,
    (_J.ENROUTE_TO_PICKUP, _JS.CANCEL): _J.CANCELED,
    (_J.ARRIVED_AT_PICKUP, _JS.PICK_UP): _J.PICKED_UP,
    (_J.ARRIVED_AT_PICKUP, _JS.REASSIGN): _J.OPEN,
    (_J.ARRIVED_AT_PICKUP, _JS.CANCEL): _J.CANCELED,
    (_J.PICKED_UP, _JS.DEPART_TO_DROPOFF): _J.ENROUTE_TO_DROPOFF,
    (_J.PICKED_UP, _JS.FAIL_ATTEMPT): _J.UNDELIVERABLE,
    (_J.PICKED_UP, _JS.FAIL): _J.FAILED,
    (_J.ENROUTE_TO_DROPOFF, _JS.ARRIVE_AT_DROPOFF): _J.ARRIVED_AT_DROPOFF,
    (_J.ENROUTE_TO_DROPOFF, _JS.FAIL_ATTEMPT): _J.UNDELIVERABLE,
    (_J.ENROUTE_TO_DROPOFF, _JS.FAIL): _J.FAILED,
    (_J.ARRIVED_AT_DROPOFF, _JS.DELIVER): _J.DELIVERED,
    (_J.ARRIVED_AT_DROPOFF, _JS.FAIL_ATTEMPT): _J.UNDELIVERABLE,
    (_J.ARRIVED_AT_DROPOFF, _JS.FAIL): _J.FAILED,
    (_J.UNDELIVERABLE, _JS.RETRY): _J.ENROUTE_TO_DROPOFF,
    (_J.UNDELIVERABLE, _JS.START_RETURN): _J.ENROUTE_TO_RETURN,
    (_J.UNDELIVERABLE, _JS.FAIL): _J.FAILED,
    (_J.ENROUTE_TO_RETURN, _JS.ARRIVE_AT_RETURN): _J.ARRIVED_AT_RETURN,
    (_J.ENROUTE_TO_RETURN, _JS.FAIL): _J.FAILED,
    (_J.ARRIVED_AT_RETURN, _JS.RETURN): _J.RETURNED,
    (_J.ARRIVED_AT_RETURN, _JS.FAIL): _J.FAILED,
}

JOB_ENDS = frozenset({_J.DELIVERED, _J.RETURNED, _J.CANCELED, _J.EXPIRED, _J.FAILED})
JOB_BEFORE_CUSTODY = frozenset(
    {_J.SCHEDULED, _J.OPEN, _J.ASSIGNED, _J.ENROUTE_TO_PICKUP, _J.ARRIVED_AT_PICKUP}
)


# ------------------------------------------------------------------ offer
class OfferStatus(StrEnum):
    PENDING = "pending"  # made, not yet acknowledged by the courier's app
    SEEN = "seen"  # acknowledged; the time to answer runs
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"  # canceled, taken, edited, superseded
    UNREACHABLE = "unreachable"  # never acknowledged


class OfferStep(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    REVOKE = "revoke"


class OfferMode(StrEnum):
    EXCLUSIVE = "exclusive"  # one courier at a time
    ROUND = "round"  # several couriers, first valid accept wins
    BOARD = "board"  # the courier applies
    DIRECT = "direct"  # made by ops


_O, _OS = OfferStatus, OfferStep

OFFER_LIFECYCLE: Mapping[tuple[OfferStatus, OfferStep], OfferStatus] = {
    (_O.PENDING, _OS.ACKNOWLEDGE): _O.SEEN,
    (_O.PENDING, _OS.ACCEPT): _O.ACCEPTED,
    (_O.PENDING, _OS.DECLINE): _O.DECLINED,
    (_O.PENDING, _OS.EXPIRE): _O.UNREACHABLE,
    (_O.PENDING, _OS.REVOKE): _O.REVOKED,
    (_O.SEEN, _OS.ACCEPT): _O.ACCEPTED,
    (_O.SEEN, _OS.DECLINE): _O.DECLINED,
    (_O.SEEN, _OS.EXPIRE): _O.EXPIRED,
    (_O.SEEN, _OS.REVOKE): _O.REVOKED,
}

OFFER_OPEN = frozenset({_O.PENDING, _O.SEEN})


# ------------------------------------------------------------------ courier
class CourierStatus(StrEnum):
    OFFLINE = "offline"
    ONLINE = "online"  # nothing in hand, offers welcome
    PAUSED = "paused"  # no offers; finishes what is in hand
    BUSY = "busy"  # jobs in hand, more offers welcome
    ENDING = "ending"  # last jobs, then offline


class AccountStatus(StrEnum):
    PENDING_REVIEW = "pending_review"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"


class CourierStep(StrEnum):
    GO_ONLINE = "go_online"
    PAUSE = "pause"
    GO_OFFLINE = "go_offline"  # with nothing in hand
    END_SHIFT = "end_shift"  # with jobs in hand
    TAKE_JOB = "take_job"
    FINISH_LAST_JOB = "finish_last_job"


_C, _CS = CourierStatus, CourierStep

COURIER_LIFECYCLE: Mapping[tuple[CourierStatus, CourierStep], CourierStatus] = {
    (_C.OFFLINE, _CS.GO_ONLINE): _C.ONLINE,
    (_C.OFFLINE, _CS.GO_OFFLINE): _C.OFFLINE,
    (_C.ONLINE, _CS.GO_ONLINE): _C.ONLINE,
    (_C.ONLINE, _CS.PAUSE): _C.PAUSED,
    (_C.ONLINE, _CS.GO_OFFLINE): _C.OFFLINE,
    (_C.ONLINE, _CS.TAKE_JOB): _C.BUSY,
    (_C.PAUSED, _CS.GO_ONLINE): _C.ONLINE,
    (_C.PAUSED, _CS.PAUSE): _C.PAUSED,
    (_C.PAUSED, _CS.GO_OFFLINE): _C.OFFLINE,
    (_C.PAUSED, _CS.END_SHIFT): _C.ENDING,
    (_C.PAUSED, _CS.TAKE_JOB): _C.PAUSED,
    (_C.PAUSED, _CS.FINISH_LAST_JOB): _C.PAUSED,
    (_C.BUSY, _CS.GO_ONLINE): _C.BUSY,
    (_C.BUSY, _CS.PAUSE): _C.PAUSED,
    (_C.BUSY, _CS.END_SHIFT): _C.ENDING,
    (_C.BUSY, _CS.TAKE_JOB): _C.BUSY,
    (_C.BUSY, _CS.FINISH_LAST_JOB): _C.ONLINE,
    (_C.ENDING, _CS.GO_ONLINE): _C.BUSY,
    (_C.ENDING, _CS.PAUSE): _C.PAUSED,
    (_C.ENDING, _CS.END_SHIFT): _C.ENDING,
    (_C.ENDING, _CS.FINISH_LAST_JOB): _C.OFFLINE,
}

COURIER_OPEN_TO_OFFERS = frozenset({_C.ONLINE, _C.BUSY})


# ------------------------------------------------------------------ stop
class StopKind(StrEnum):
    PICKUP = "pickup"
    DROPOFF = "dropoff"
    RETURN = "return"


class StopStatus(StrEnum):
    PENDING = "pending"
    ENROUTE = "enroute"  # the next stop of its courier's route
    ARRIVED = "arrived"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class StopStep(StrEnum):
    DEPART = "depart"
    POSTPONE = "postpone"  # another stop was put before it
    ARRIVE = "arrive"
    COMPLETE = "complete"
    FAIL = "fail"
    SKIP = "skip"
    RELEASE = "release"  # its job goes back to be offered again


_P, _PS = StopStatus, StopStep

STOP_LIFECYCLE: Mapping[tuple[StopStatus, StopStep], StopStatus] = {
    (_P.PENDING, _PS.DEPART): _P.ENROUTE,
    (_P.PENDING, _PS.SKIP): _P.SKIPPED,
    (_P.PENDING, _PS.RELEASE): _P.PENDING,
    (_P.ENROUTE, _PS.POSTPONE): _P.PENDING,
    (_P.ENROUTE, _PS.ARRIVE): _P.ARRIVED,
    (_P.ENROUTE, _PS.FAIL): _P.FAILED,
    (_P.ENROUTE, _PS.SKIP): _P.SKIPPED,
    (_P.ENROUTE, _PS.RELEASE): _P.PENDING,
    (_P.ARRIVED, _PS.COMPLETE): _P.COMPLETED,
    (_P.ARRIVED, _PS.FAIL): _P.FAILED,
    (_P.ARRIVED, _PS.SKIP): _P.SKIPPED,
    (_P.ARRIVED, _PS.RELEASE): _P.PENDING,
}

STOP_UNFINISHED = frozenset({_P.PENDING, _P.ENROUTE, _P.ARRIVED})


# ------------------------------------------------------------------ bundle
class BundleStatus(StrEnum):
    OFFERED = "offered"
    ACTIVE = "active"
    COMPLETED = "completed"  # every job of it has ended or left it
    DISSOLVED = "dissolved"  # declined, expired or revoked


class BundleStep(StrEnum):
    ACTIVATE = "activate"
    COMPLETE = "complete"
    DISSOLVE = "dissolve"


BUNDLE_LIFECYCLE: Mapping[tuple[BundleStatus, BundleStep], BundleStatus] = {
    (BundleStatus.OFFERED, BundleStep.ACTIVATE): BundleStatus.ACTIVE,
    (BundleStatus.OFFERED, BundleStep.DISSOLVE): BundleStatus.DISSOLVED,
    (BundleStatus.ACTIVE, BundleStep.COMPLETE): BundleStatus.COMPLETED,
}
