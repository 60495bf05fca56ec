"""A courier's route: the jobs in hand and the stops still to be done, as the app is told them."""

from datetime import datetime

import msgspec

from service.domain.ids import JobId, StopId
from service.domain.lifecycle import CourierStatus, JobStatus, StopKind, StopStatus
from service.domain.vocabulary import ProofKind, Requirement, SizeClass


class RouteStop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop of the courier's route, with all that is needed to do it."""

    stop_id: StopId
    job_id: JobId
    kind: StopKind
    status: StopStatus
    lat_deg: float
    lng_deg: float
    address: str
    contact_name: str | None
    contact_phone: str | None
    instructions: str | None
    service_s: int
    ready_at: datetime | None
    due_at: datetime | None
    recipient_instructions: str | None = None  # beside those of the merchant
    safe_place: str | None = None  # where the recipient lets it be left
    required_proofs: tuple[ProofKind, ...] = ()  # without them it is not completed


class RouteJob(msgspec.Struct, frozen=True, kw_only=True):
    job_id: JobId
    status: JobStatus
    size_class: SizeClass
    weight_g: int
    items_count: int
    requirements: tuple[Requirement, ...]
    reference: str | None
    pay_cents: int
    currency: str


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """All that the courier has in hand; `stops` are the unfinished ones, in order."""

    status: CourierStatus
    jobs: tuple[RouteJob, ...]
    stops: tuple[RouteStop, ...]
