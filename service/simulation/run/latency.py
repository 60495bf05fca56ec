"""How long a job waits for its first offer, and an offer for its acceptance.

Post to offer is measured end to end and in real time: from the moment the merchant holds the
answer 201 to the moment a courier's phone holds the first offer of the job. It is taken over jobs
that needed no holding (ready when they were posted) and that a courier could have been sent to at
once: idle, connected, able to carry it, and nearby when the answer came.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import JobId
from service.domain.lifecycle import OfferStatus
from service.simulation.metrics import percentile
from service.simulation.run.witness import Witness
from service.store.audit import OfferRecord


class Latency(Struct, frozen=True, kw_only=True):
    """Percentiles of one duration; None where there were none."""

    count: int
    p50_ms: float | None
    p90_ms: float | None
    p99_ms: float | None


def post_to_offer(witness: Witness) -> Latency:
    """Return the real time from the merchant's 201 to the first offer on a phone."""
    first_heard_at: dict[JobId, datetime] = {}
    for offer in witness.heard:
        for job_id in offer.job_ids:
            known = first_heard_at.get(job_id)
            if known is None or offer.heard_at < known:
                first_heard_at[job_id] = offer.heard_at
    return latency_of(
        [
            (first_heard_at[job.job_id] - job.answered_at).total_seconds()
            for job in witness.posted
            if job.has_idle_courier_nearby
            and job.ready_at <= job.created_at
            and job.job_id in first_heard_at
        ]
    )


def offer_to_accept(offers: Sequence[OfferRecord], *, time_scale: float) -> Latency:
    """Return the real time from an offer's making to its acceptance."""
    return latency_of(
        [
            (offer.answered_at - offer.created_at).total_seconds() / time_scale
            for offer in offers
            if offer.status is OfferStatus.ACCEPTED and offer.answered_at is not None
        ]
    )


def latency_of(durations_s: Sequence[float]) -> Latency:
    """Return the percentiles of durations in seconds, as milliseconds."""

    def at(share: float) -> float | None:
        value_s = percentile(durations_s, share=share)
        return None if value_s is None else round(value_s * 1_000.0, 1)

    return Latency(count=len(durations_s), p50_ms=at(0.5), p90_ms=at(0.9), p99_ms=at(0.99))
