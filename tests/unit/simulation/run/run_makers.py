"""A small run in which everything went well; tests plant one violation each."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from service.domain.facts import FactType
from service.domain.ids import CourierId, JobId, MerchantId, OfferId
from service.domain.lifecycle import JobStatus, OfferStatus
from service.simulation.clients.job_board import PostedJob
from service.simulation.clients.receiver import EventHeard
from service.simulation.run.evidence import Evidence, IndexView
from service.simulation.run.witness import (
    OfferAnswered,
    OfferHeard,
    StreamSeen,
    WebhooksSeen,
    Witness,
)
from service.store.audit import AssignmentRecord, CourierLoad, JobFact, JobRecord, OfferRecord

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
JOB_ID = JobId(UUID(int=1))
ANNA, BEN = CourierId(UUID(int=11)), CourierId(UUID(int=12))
OFFER_ID = OfferId(UUID(int=21))
OWNER = f"courier:{ANNA}"

PATH = (
    JobStatus.OPEN,
    JobStatus.ASSIGNED,
    JobStatus.ENROUTE_TO_PICKUP,
    JobStatus.ARRIVED_AT_PICKUP,
    JobStatus.PICKED_UP,
    JobStatus.ENROUTE_TO_DROPOFF,
    JobStatus.ARRIVED_AT_DROPOFF,
    JobStatus.DELIVERED,
)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def make_job(**changes: object) -> JobRecord:
    values = {
        "id": JOB_ID,
        "merchant_id": MerchantId(UUID(int=31)),
        "status": JobStatus.DELIVERED,
        "last_sequence": len(PATH),
        "reference": "order 1",
        "created_at": NOW,
        "ready_at": NOW,
        "courier_id": ANNA,
        "bundle_id": None,
        "picked_up_at": at(300.0),
        "delivered_at": at(900.0),
        "offers_count": 1,
        "first_offered_at": at(2.0),
    }
    return JobRecord(**(values | changes))


def make_facts(path: tuple[JobStatus, ...] = PATH) -> tuple[JobFact, ...]:
    return tuple(
        JobFact(
            job_id=JOB_ID,
            sequence=sequence,
            type=FactType.JOB_OPENED,
            status=status,
            recorded_at=at(sequence),
        )
        for sequence, status in enumerate(path, start=1)
    )


def make_assignment(**changes: object) -> AssignmentRecord:
    values = {
        "job_id": JOB_ID,
        "courier_id": ANNA,
        "offer_id": OFFER_ID,
        "started_at": at(5.0),
        "ended_at": at(900.0),
    }
    return AssignmentRecord(**(values | changes))


def make_offer(**changes: object) -> OfferRecord:
    values = {
        "id": OFFER_ID,
        "courier_id": ANNA,
        "job_ids": (JOB_ID,),
        "status": OfferStatus.ACCEPTED,
        "created_at": at(2.0),
        "answered_at": at(5.0),
        "expires_at": at(32.0),
        "dispatch_epoch": 1,
    }
    return OfferRecord(**(values | changes))


def make_load(**changes: object) -> CourierLoad:
    values = {
        "id": ANNA,
        "capacity_weight_g": 1_000,
        "capacity_volume_l": 10,
        "capacity_jobs_count": 2,
        "load_weight_g": 0,
        "load_volume_l": 0,
        "load_jobs_count": 0,
        "live_jobs_count": 0,
        "jobs_count": 0,
    }
    return CourierLoad(**(values | changes))


def make_index(**changes: object) -> IndexView:
    values = {
        "jobs_due": {UUID(int=50): 3},
        "jobs_held": {UUID(int=50): 3},
        "couriers_due": {ANNA: 7},
        "couriers_held": {ANNA: 7},
    }
    return IndexView(**(values | changes))


def make_evidence(**changes: object) -> Evidence:
    values = {
        "jobs": (make_job(),),
        "job_facts": make_facts(),
        "assignments": (make_assignment(),),
        "offers": (make_offer(),),
        "loads": (make_load(),),
        "stream_ends": {OWNER: 12},
        "index": make_index(),
        "ledger_violations": (),
    }
    return Evidence(**(values | changes))


def make_posted(**changes: object) -> PostedJob:
    values = {
        "job_id": JOB_ID,
        "reference": "order 1",
        "answered_at": NOW,
        "created_at": NOW,
        "ready_at": NOW,
        "idle_courier_ids": frozenset({ANNA}),
    }
    return PostedJob(**(values | changes))


def make_stream(**changes: object) -> StreamSeen:
    values = {
        "owner": OWNER,
        "seq": 12,
        "is_live": True,
        "restarts_count": 0,
        "violations": (),
        "close_code": None,
    }
    return StreamSeen(**(values | changes))


def make_answered(**changes: object) -> OfferAnswered:
    values = {
        "offer_id": OFFER_ID,
        "courier_id": ANNA,
        "job_ids": (JOB_ID,),
        "is_assigned": True,
        "refusal": None,
    }
    return OfferAnswered(**(values | changes))


def make_heard(**changes: object) -> OfferHeard:
    values = {"courier_id": ANNA, "job_ids": (JOB_ID,), "heard_at": at(0.4)}
    return OfferHeard(**(values | changes))


def make_webhooks(*sequences: int, **changes: object) -> WebhooksSeen:
    """Return what a server was told of the job, and of another one's first event."""
    values = {
        "url": "http://127.0.0.1:1/hooks",
        "events": (
            EventHeard(JobId(UUID(int=51)), 1, has_gap=False),
            *(EventHeard(JOB_ID, sequence, has_gap=False) for sequence in sequences),
        ),
        "unsigned_count": 0,
    }
    return WebhooksSeen(**(values | changes))


def make_witness(**changes: object) -> Witness:
    values = {
        "posted": (make_posted(),),
        "refused_count_by_code": {},
        "unanswered_count": 0,
        "board_violations": (),
        "streams": (make_stream(),),
        "answered": (make_answered(),),
        "heard": (make_heard(),),
        "webhooks": (make_webhooks(1, 2, 2, 3),),
        "driven_m": 1_000.0,
    }
    return Witness(**(values | changes))
