"""How long a job waits for its first offer, and an offer for its acceptance.

Post to offer is measured end to end and in real time: from the moment the merchant has the 201 to
the moment a phone has the first offer of the job. It is taken over jobs that were ready when they
were posted, and that had, when the answer came, at least one idle, connected, able courier within
the first search radius. What the matching chose to do with that courier does not matter.
"""

from collections.abc import Sequence

from msgspec import Struct

from service.domain.ids import JobId
from service.domain.lifecycle import OfferStatus
from service.simulation.clients.job_board import PostedJob
from service.simulation.metrics import percentile
from service.simulation.run.witness import OfferHeard, Witness
from service.store.audit import OfferRecord


class Latency(Struct, frozen=True, kw_only=True):
    """Percentiles of one duration; None where there were none."""

    count: int
    p50_ms: float | None
    p90_ms: float | None
    p99_ms: float | None


class Wait(Struct, frozen=True, kw_only=True):
    """A job that somebody could have been sent to at once, and its first offer, if it had one."""

    job: PostedJob
    first: OfferHeard | None

    @property
    def wait_s(self) -> float | None:
        """From the answer to the offer, real time; an offer may overtake the answer."""
        if self.first is None:
            return None
        return max(0.0, (self.first.heard_at - self.job.answered_at).total_seconds())


def waits_of(witness: Witness) -> list[Wait]:
    """Return the jobs that count, in the order of their posting by each merchant."""
    first: dict[JobId, OfferHeard] = {}
    for offer in sorted(witness.heard, key=lambda heard: heard.heard_at):
        for job_id in offer.job_ids:
            first.setdefault(job_id, offer)
    return [
        Wait(job=job, first=first.get(job.job_id))
        for job in witness.posted
        if job.idle_courier_ids and job.ready_at <= job.created_at
    ]


def post_to_offer(witness: Witness) -> Latency:
    """Return the real time from the merchant's 201 to the first offer on a phone."""
    waits_s = [wait.wait_s for wait in waits_of(witness)]
    return latency_of([wait_s for wait_s in waits_s if wait_s is not None])


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
