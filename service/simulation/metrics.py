"""The field's metrics of a day, from a list of jobs as they ended."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedJob:
    """What became of one job; times are seconds of one clock, None where it did not happen."""

    placed_s: float
    ready_s: float
    offered_s: float | None = None  # of the first offer
    picked_up_s: float | None = None
    delivered_s: float | None = None
    courier: str | None = None
    offers_count: int = 0
    bundle: str | None = None  # None: carried alone
    distance_m: float | None = None  # driven for it, deadhead included, where known


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The field's metrics; None where nothing was delivered, offered or known.

    Means and percentiles of times are over delivered jobs only, so `undelivered_count` must
    always be shown beside them.
    """

    jobs_count: int
    undelivered_count: int
    undelivered_pct: float | None
    click_to_door_mean_minutes: float | None
    click_to_door_p90_minutes: float | None
    ready_to_pickup_mean_minutes: float | None
    ready_to_pickup_p90_minutes: float | None
    post_to_offer_mean_s: float | None
    post_to_offer_p90_s: float | None
    jobs_per_bundle: float | None
    offers_per_job: float | None
    jobs_per_courier_hour: float | None
    distance_km: float | None
    distance_km_per_job: float | None  # per delivered job


def measure(
    jobs: Sequence[FinishedJob], *, courier_hours: float, distance_m: float | None = None
) -> Metrics:
    """Return the metrics of a day.

    Definitions as in Reyes, Erera, Savelsbergh, Sahasrabudhe, O'Neil, "The Meal Delivery Routing
    Problem" (2018): click-to-door is delivery minus placement, ready-to-pickup is pickup minus
    ready time.

    Args:
        jobs: every job of the day, the undelivered ones included.
        courier_hours: the sum of the couriers' shifts, hours.
        distance_m: driven by all couriers; None: the sum of what is known of the jobs.
    """
    delivered = [job for job in jobs if job.delivered_s is not None]
    to_door_minutes = [_minutes(job.placed_s, job.delivered_s) for job in delivered]
    to_pickup_minutes = [_minutes(job.ready_s, job.picked_up_s) for job in delivered]
    to_offer_s = [job.offered_s - job.placed_s for job in jobs if job.offered_s is not None]
    known_m = [job.distance_m for job in jobs if job.distance_m is not None]
    driven_m = sum(known_m) if distance_m is None and known_m else distance_m
    undelivered_count = len(jobs) - len(delivered)
    return Metrics(
        jobs_count=len(jobs),
        undelivered_count=undelivered_count,
        undelivered_pct=_ratio(100.0 * undelivered_count, len(jobs)),
        click_to_door_mean_minutes=_mean(to_door_minutes),
        click_to_door_p90_minutes=percentile(to_door_minutes, share=0.9),
        ready_to_pickup_mean_minutes=_mean(to_pickup_minutes),
        ready_to_pickup_p90_minutes=percentile(to_pickup_minutes, share=0.9),
        post_to_offer_mean_s=_mean(to_offer_s),
        post_to_offer_p90_s=percentile(to_offer_s, share=0.9),
        jobs_per_bundle=_ratio(len(delivered), _bundles_count(delivered)),
        offers_per_job=_ratio(sum(job.offers_count for job in jobs), len(jobs)),
        jobs_per_courier_hour=_ratio(len(delivered), courier_hours),
        distance_km=None if driven_m is None else driven_m / 1_000.0,
        distance_km_per_job=None
        if driven_m is None
        else _ratio(driven_m / 1_000.0, len(delivered)),
    )


def percentile(values: Sequence[float], *, share: float) -> float | None:
    """Return the value below which a share (0 to 1) of the values lies, or None for no values.

    Between two ranks it is interpolated linearly (type 7 of Hyndman and Fan, 1996).
    """
    return float(np.quantile(values, share)) if values else None


def _minutes(start_s: float, end_s: float | None) -> float:
    assert end_s is not None, "a delivered job was picked up"
    return (end_s - start_s) / 60.0


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _bundles_count(jobs: Sequence[FinishedJob]) -> int:
    alone_count = sum(job.bundle is None for job in jobs)
    return alone_count + len({job.bundle for job in jobs if job.bundle is not None})
