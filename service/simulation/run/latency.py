"""How long a job waits for its first offer, and an offer for its acceptance.

Post to offer is measured end to end and in real time: from the moment the merchant holds the
answer 201 to the moment a courier's phone holds the first offer of the job. It is taken over jobs
that needed no holding (ready when they were posted) and that a courier could have been sent to at
once: when the answer came, more couriers were idle, connected, able to carry it and nearby than
other jobs were open in the whole market. Jobs first offered as part of a bundle are left out: a
bundle is held until the last of its jobs is worth leaving for.
"""

from collections.abc import Sequence

from msgspec import Struct

from service.domain.ids import JobId
from service.domain.lifecycle import OfferStatus
from service.simulation.metrics import percentile
from service.simulation.run.witness import OfferHeard, Witness
from service.store.audit import OfferRecord


class Latency(Struct, frozen=True, kw_only=True):
    """Percentiles of one duration; None where there were none."""

    count: int
    p50_ms: float | None
    p90_ms: float | None
    p99_ms: float | None


def post_to_offer(witness: Witness) -> Latency:
    """Return the real time from the merchant's 201 to the first offer on a phone."""
    first: dict[JobId, OfferHeard] = {}
    for offer in sorted(witness.heard, key=lambda heard: heard.heard_at):
        for job_id in offer.job_ids:
            first.setdefault(job_id, offer)
    return latency_of(
        [
            (first[job.job_id].heard_at - job.answered_at).total_seconds()
            for job in witness.posted
            if job.has_idle_courier_nearby
            and job.ready_at <= job.created_at
            and job.job_id in first
            and first[job.job_id].job_ids == (job.job_id,)
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
