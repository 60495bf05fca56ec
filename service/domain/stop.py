"""A stop: one place of a job, from pending to completed, failed or skipped."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from service.domain.facts import StopSnapshot
from service.domain.geo import Point
from service.domain.ids import CourierId, JobId, StopId
from service.domain.lifecycle import (
    STOP_LIFECYCLE,
    STOP_UNFINISHED,
    StopKind,
    StopStatus,
    StopStep,
    next_status,
)
from service.domain.proof import AcceptedProof
from service.domain.vocabulary import ProofKind, ReasonCode, WaiverReason


class Stop(Struct, frozen=True, kw_only=True):
    id: StopId
    job_id: JobId
    kind: StopKind
    attempt: int
    status: StopStatus
    courier_id: CourierId | None
    route_position: int | None
    lat_deg: float
    lng_deg: float
    service_s: int
    address: str
    contact_name: str | None
    contact_phone: str | None
    instructions: str | None  # the merchant's
    recipient_instructions: str | None
    safe_place: str | None  # where the recipient lets it be left
    arrived_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    failure_reason: ReasonCode | None
    required_proofs: tuple[ProofKind, ...] = ()
    given_proofs: tuple[ProofKind, ...] = ()  # when it was completed
    accepted_proofs: tuple[AcceptedProof, ...] = ()  # the pictures among them, as named then
    waived_proofs: tuple[ProofKind, ...] = ()  # of those required, by ops
    waiver_reason: WaiverReason | None = None
    reached_at: datetime | None = None  # where the arrival was told late: when it was, by the phone

    @property
    def point(self) -> Point:
        return Point(self.lat_deg, self.lng_deg)

    @property
    def asked_proofs(self) -> tuple[ProofKind, ...]:
        """What the courier has to bring: what is required and not waived."""
        return tuple(kind for kind in self.required_proofs if kind not in self.waived_proofs)

    @property
    def is_unfinished(self) -> bool:
        return self.status in STOP_UNFINISHED


def in_order(stops: Iterable[Stop]) -> list[Stop]:
    """Return the unfinished of one courier's stops as the route; one that was reached is first."""
    return sorted(
        (stop for stop in stops if stop.is_unfinished),
        key=lambda stop: (stop.status is not StopStatus.ARRIVED, stop.route_position or 0),
    )


def step(stop: Stop, event: StopStep, *, now: datetime, reason: ReasonCode | None = None) -> Stop:
    """Return the stop after `event`.

    Raises:
        InvalidStateTransitionError: the lifecycle has no such step.
    """
    status = next_status("stop", STOP_LIFECYCLE, stop.status, event)
    stepped = replace(stop, status=status)
    match event:
        case StopStep.ARRIVE:
            return replace(stepped, arrived_at=now)
        case StopStep.COMPLETE:
            return replace(stepped, completed_at=now)
        case StopStep.FAIL:
            return replace(stepped, failed_at=now, failure_reason=reason)
        case StopStep.RELEASE:
            return replace(
                stepped, courier_id=None, route_position=None, arrived_at=None, reached_at=None
            )
        case _:
            return stepped


def snapshot(stop: Stop) -> StopSnapshot:
    """Return what may be told of the stop: no address, contact or instructions."""
    return StopSnapshot(
        id=stop.id,
        kind=stop.kind,
        attempt=stop.attempt,
        status=stop.status,
        lat_deg=stop.lat_deg,
        lng_deg=stop.lng_deg,
        arrived_at=stop.arrived_at,
        completed_at=stop.completed_at,
        failed_at=stop.failed_at,
        failure_reason=stop.failure_reason,
        required_proofs=stop.required_proofs,
        given_proofs=stop.given_proofs,
        accepted_proofs=stop.accepted_proofs,
        waived_proofs=stop.waived_proofs,
        waiver_reason=stop.waiver_reason,
        reached_at=stop.reached_at,
    )
