"""Rows as merchants see them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from service.api.cursors import cursor_of_id, cursor_of_sequence
from service.domain.facts import JobSnapshot, event_id
from service.domain.job import Job
from service.domain.lifecycle import StopKind
from service.domain.recipient_data import opened, opened_texts
from service.domain.sealing import KeyChain
from service.domain.stop import Stop
from service.store.facts import TimelineFact
from service.store.proofs import StopCode
from service.wire.event import API_VERSION, EventPage, PastEventBody, job_view
from service.wire.rest import (
    ContactBody,
    ItemBody,
    JobBody,
    JobPage,
    StopBody,
    TrackedJob,
)


def job_body(job: Job) -> JobBody:
    """Return the job with all that its merchant has told us."""
    return JobBody(
        id=job.id,
        status=job.status,
        version=job.version,
        attempt=job.attempt,
        reference=job.reference,
        item=ItemBody(
            size_class=job.size_class, weight_g=job.weight_g, items_count=job.items_count
        ),
        requirements=job.requirements,
        vehicles=job.vehicles,
        is_unmixed=job.is_unmixed,
        fee_cents=job.fee_cents,
        currency=job.currency,
        created_at=job.created_at,
        ready_at=job.ready_at,
        due_at=job.due_at,
        extended_until=job.extended_until,
        search_until=job.search_until,
        ended_at=job.ended_at,
        courier_id=job.courier_id,
        bundle_id=job.bundle_id,
        ended_by=job.ended_by,
        reason=job.reason,
        stops=tuple(_stop_body(stop) for stop in job.stops),
    )


def opened_body(body: bytes, chain: KeyChain) -> JobBody:
    """Return a stored answer, which is sealed, as the merchant is told it."""
    stored = msgspec.json.decode(body, type=dict[str, Any])
    contacts = [stop.pop("contact") for stop in stored["stops"]]  # sealed they are no names, phones
    stops = [stop | {"contact": None} for stop in stored["stops"]]
    told = msgspec.convert(stored | {"stops": stops}, JobBody)
    return replace(
        told,
        stops=tuple(
            replace(opened(stop, chain), contact=_opened_contact(contact, chain))
            for stop, contact in zip(told.stops, contacts, strict=True)
        ),
    )


def _opened_contact(contact: dict[str, str | None] | None, chain: KeyChain) -> ContactBody | None:
    if contact is None:
        return None
    texts = {f"contact_{name}": contact[name] for name in ("name", "phone")}
    known = opened_texts(texts, chain)
    return ContactBody(name=known["contact_name"] or "", phone=known["contact_phone"])


def tracked_job(
    body: JobBody, *, tracking_token: str | None, codes: Sequence[StopCode]
) -> TrackedJob:
    """Return the job with the token of its recipient's link, and what is to be said to couriers."""
    code_of = {one.kind: one.code for one in codes}
    return TrackedJob(
        **msgspec.structs.asdict(body),
        tracking_token=tracking_token,
        pickup_code=code_of.get(StopKind.PICKUP),
        dropoff_code=code_of.get(StopKind.DROPOFF),
    )


def _stop_body(stop: Stop) -> StopBody:
    contact = None
    if stop.contact_name is not None:
        contact = ContactBody(name=stop.contact_name, phone=stop.contact_phone)
    return StopBody(
        id=stop.id,
        kind=stop.kind,
        attempt=stop.attempt,
        status=stop.status,
        lat_deg=stop.lat_deg,
        lng_deg=stop.lng_deg,
        address=stop.address,
        contact=contact,
        instructions=stop.instructions,
        arrived_at=stop.arrived_at,
        completed_at=stop.completed_at,
        failed_at=stop.failed_at,
        failure_reason=stop.failure_reason,
        required_proofs=stop.required_proofs,
        given_proofs=stop.given_proofs,
        waived_proofs=stop.waived_proofs,
        waiver_reason=stop.waiver_reason,
    )


def job_page(jobs: Sequence[Job], *, limit_count: int) -> JobPage:
    """Return the page; a full one may have a next."""
    is_full = len(jobs) == limit_count
    return JobPage(
        jobs=tuple(job_body(job) for job in jobs),
        next_cursor=cursor_of_id(jobs[-1].id) if is_full else None,
    )


def event_page(facts: Sequence[TimelineFact], *, limit_count: int, livemode: bool) -> EventPage:
    """Return the page of a job's timeline."""
    events = tuple(_event(fact, livemode=livemode) for fact in facts)
    is_full = len(facts) == limit_count
    return EventPage(
        events=events,
        next_cursor=cursor_of_sequence(events[-1].sequence) if is_full else None,
    )


def _event(fact: TimelineFact, *, livemode: bool) -> PastEventBody:
    assert fact.sequence is not None
    return PastEventBody(
        id=event_id(fact.id),
        type=fact.type,
        created_at=fact.at,
        sequence=fact.sequence,
        api_version=API_VERSION,
        livemode=livemode,
        market_id=fact.market_id,
        data=job_view(fact.body) if isinstance(fact.body, JobSnapshot) else None,
    )
