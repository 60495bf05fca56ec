"""What a courier has in hand, as the courier's app is told it."""

from service.domain.job import Job
from service.domain.lifecycle import StopKind
from service.domain.policy import Policy
from service.domain.pricing import pay_cents
from service.domain.stop import Stop
from service.domain.work import Work
from service.wire.route import Assignment, RouteJob, RouteStop


def assignment_of(work: Work, *, policy: Policy) -> Assignment:
    """Return the live jobs, and the unfinished stops in the order of the route."""
    return Assignment(
        status=work.courier.status,
        jobs=tuple(_route_job(job, policy) for job in work.live_jobs),
        stops=tuple(_route_stop(stop, work.jobs[stop.job_id]) for stop in work.route),
    )


def _route_job(job: Job, policy: Policy) -> RouteJob:
    return RouteJob(
        job_id=job.id,
        status=job.status,
        size_class=job.size_class,
        weight_g=job.weight_g,
        items_count=job.items_count,
        requirements=job.requirements,
        reference=job.reference,
        pay_cents=pay_cents(policy, fee_cents=job.fee_cents),
        currency=job.currency,
    )


def _route_stop(stop: Stop, job: Job) -> RouteStop:
    return RouteStop(
        stop_id=stop.id,
        job_id=stop.job_id,
        kind=stop.kind,
        status=stop.status,
        lat_deg=stop.lat_deg,
        lng_deg=stop.lng_deg,
        address=stop.address,
        contact_name=stop.contact_name,
        contact_phone=stop.contact_phone,
        instructions=stop.instructions,
        service_s=stop.service_s,
        ready_at=job.ready_at if stop.kind is StopKind.PICKUP else None,
        due_at=job.deadline_at if stop.kind is StopKind.DROPOFF else None,
        recipient_instructions=stop.recipient_instructions,
        safe_place=stop.safe_place,
        required_proofs=stop.asked_proofs,
    )
