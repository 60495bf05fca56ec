"""What ops could do about an exception, and what that would bring: from what is known now.

Ways are estimated as in `forecast`; what nobody knows is left out rather than guessed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from service.domain.forecast import lateness_s, ride_s
from service.domain.geo import Point
from service.domain.ids import CourierId
from service.domain.job import Job
from service.domain.lifecycle import JOB_BEFORE_CUSTODY, JobStatus, StopKind
from service.domain.vocabulary import ExceptionKind, Vehicle

GAIN_S_MIN = 120.0  # less is within what a forecast is wrong by, and every change costs
ATTEMPTS_COUNT_MAX = 3  # at a door, as often as somebody is tried to be reached


class SuggestedAction(StrEnum):
    """What ops could do about an exception."""

    CALL_COURIER = "call_courier"
    CALL_MERCHANT = "call_merchant"
    FAIL = "fail"  # the job
    OFFER = "offer"  # the job, by hand, to the courier who is named
    REASSIGN = "reassign"  # what is not picked up: the matching looks for somebody else
    RETRY = "retry"  # the drop-off
    WAIT = "wait"  # it mends itself, or nothing would be better


class FreeCourier(Struct, frozen=True, kw_only=True):
    """Somebody without jobs who could carry the parcel."""

    id: CourierId
    vehicle: Vehicle
    point: Point


class Rescue(Struct, frozen=True, kw_only=True):
    """When a free courier would be where, if they were given the job now."""

    courier_id: CourierId
    pickup_at: datetime
    door_at: datetime


class Effect(Struct, frozen=True, kw_only=True):
    """What an action would bring; None: nobody can say, or it does not apply."""

    courier_id: CourierId | None = None  # who is nearest, and free
    pickup_at: datetime | None = None  # that courier at the pickup
    door_at: datetime | None = None  # the parcel at its drop-off
    otherwise_at: datetime | None = None  # the same, if nothing is done
    gain_s: float | None = None  # between the two
    lateness_s: float | None = None  # of the parcel then; negative: to spare


class Suggestion(Struct, frozen=True, kw_only=True):
    action: SuggestedAction
    effect: Effect | None = None


class Scene(Struct, frozen=True, kw_only=True):
    """What is known around an exception."""

    kind: ExceptionKind
    job: Job | None  # of a courier's, one not picked up before one aboard, the first that is due
    door_at: datetime | None  # if nothing is done
    rescue: Rescue | None  # the fastest one
    is_suspended: bool = False  # who has the job, and so the parcel


def fastest(
    job: Job, couriers: Iterable[FreeCourier], *, detour_factor: float, now: datetime
) -> Rescue | None:
    """Return who of them would be at the pickup first, the lower id of two; None: of nobody."""
    pickup, door = job.latest(StopKind.PICKUP), job.latest(StopKind.DROPOFF)
    ways = [
        (ride_s(one.point, pickup.point, vehicle=one.vehicle, detour_factor=detour_factor), one)
        for one in couriers
    ]
    if not ways:
        return None
    way_s, courier = min(ways, key=lambda way: (way[0], way[1].id))
    pickup_at = now + timedelta(seconds=way_s)
    onward_s = ride_s(
        pickup.point, door.point, vehicle=courier.vehicle, detour_factor=detour_factor
    )
    left_at = max(pickup_at, job.ready_at) + timedelta(seconds=pickup.service_s)
    return Rescue(
        courier_id=courier.id, pickup_at=pickup_at, door_at=left_at + timedelta(seconds=onward_s)
    )


def _for_job(scene: Scene) -> Suggestion:
    rescued = _rescued(scene)
    if rescued is None or scene.job is None or scene.job.offer_id is not None:
        return _wait(scene)  # who is asked may be about to accept
    if scene.job.status is JobStatus.OPEN:
        return Suggestion(action=SuggestedAction.OFFER, effect=rescued)
    if rescued.gain_s is not None and rescued.gain_s >= GAIN_S_MIN:
        return Suggestion(action=SuggestedAction.REASSIGN, effect=rescued)
    return _wait(scene)


def _for_courier(scene: Scene) -> Suggestion:
    rescued = _rescued(scene)
    if rescued is None:
        return _call_courier(scene)
    return Suggestion(action=SuggestedAction.REASSIGN, effect=rescued)


def _for_attempt(scene: Scene) -> Suggestion:
    if scene.is_suspended:
        return _call_courier(scene)  # for the parcel; they go to no door for now
    is_last = scene.job is not None and (
        scene.job.latest(StopKind.DROPOFF).attempt >= ATTEMPTS_COUNT_MAX
    )
    return Suggestion(action=SuggestedAction.FAIL if is_last else SuggestedAction.RETRY)


def _rescued(scene: Scene) -> Effect | None:
    """Return what it would bring if the free courier had the job; None: nobody else can have it."""
    job, rescue = scene.job, scene.rescue
    if job is None or rescue is None or job.status not in JOB_BEFORE_CUSTODY:
        return None
    gain_s = None if scene.door_at is None else lateness_s(scene.door_at, rescue.door_at)
    return Effect(
        courier_id=rescue.courier_id,
        pickup_at=rescue.pickup_at,
        door_at=rescue.door_at,
        otherwise_at=scene.door_at,
        gain_s=gain_s,
        lateness_s=lateness_s(rescue.door_at, job.deadline_at),
    )


def _as_it_is(scene: Scene) -> Effect | None:
    if scene.job is None or scene.door_at is None:
        return None
    return Effect(
        door_at=scene.door_at, lateness_s=lateness_s(scene.door_at, scene.job.deadline_at)
    )


def _call_courier(scene: Scene) -> Suggestion:
    return Suggestion(action=SuggestedAction.CALL_COURIER, effect=_as_it_is(scene))


def _call_merchant(scene: Scene) -> Suggestion:
    return Suggestion(action=SuggestedAction.CALL_MERCHANT, effect=_as_it_is(scene))


def _wait(scene: Scene) -> Suggestion:
    return Suggestion(action=SuggestedAction.WAIT, effect=_as_it_is(scene))


_RULES: Mapping[ExceptionKind, Callable[[Scene], Suggestion]] = {
    ExceptionKind.ATTEMPT_FAILED: _for_attempt,
    ExceptionKind.COURIER_MOVING_AWAY: _for_courier,
    ExceptionKind.COURIER_NOT_MOVING: _for_courier,
    ExceptionKind.COURIER_SILENT: _call_courier,
    ExceptionKind.FACT_UNTOLD: _call_merchant,  # who has not heard of it
    ExceptionKind.INDEX_DRIFT: _wait,
    ExceptionKind.LATE_RISK: _for_job,
    ExceptionKind.MATCHING_FAULT: _for_job,
    ExceptionKind.NO_COURIER: _call_merchant,
    ExceptionKind.NO_COURIER_NEAR: _for_job,
    ExceptionKind.PICKUP_WAIT: _call_merchant,
    ExceptionKind.POSITION_DOUBTFUL: _call_courier,
    ExceptionKind.PROOF_ATTEMPTS_EXHAUSTED: _call_courier,  # who stands there
    ExceptionKind.WEBHOOK_DISABLED: _call_merchant,
    ExceptionKind.WEBHOOK_FAILING: _call_merchant,
}


def suggest(scene: Scene) -> Suggestion:
    """Return what to do, and what it would bring."""
    return _RULES[scene.kind](scene)
