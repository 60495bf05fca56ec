"""What a plan costs: the terms, and what one second of each is worth in this tick.

Costs are in seconds of one parcel's waiting, so that terms add up.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64
from matching.params import Params
from matching.snapshot import Snapshot

COST_TERMS = (
    "pickup_wait",  # parcels of the bundle at their pickups, once ready (or since now)
    "inbound",  # travel to the first pickup
    "courier_time",  # added to the route; idle until the first parcel is ready costs nothing
    "lateness",  # arrival after the due time
    "detour",  # committed parcels arriving later, and parcels of the bundle not going straight
    "acceptance",  # expected time lost on offers that are not accepted
    "age",  # credit for jobs that have been open for long
)
PICKUP_WAIT, INBOUND, COURIER_TIME, LATENESS, DETOUR, ACCEPTANCE, AGE = range(len(COST_TERMS))
ROUTE_TERMS_COUNT = 5  # the first terms grow along a route; the others do not depend on it


class Rates(NamedTuple):
    """Price of one second of each term that grows along a route; all >= 0."""

    pickup_wait: float
    inbound: float
    courier_time: float
    lateness: float
    detour: float


def rates_of(snapshot: Snapshot, params: Params) -> Rates:
    """Return the rates of this tick: a courier's time is dearer the more jobs wait per courier.

    That price is what makes bundles form under load, and not otherwise.
    """
    return Rates(
        pickup_wait=float(params.pickup_wait_weight),
        inbound=float(params.inbound_weight),
        courier_time=params.courier_time_weight * pressure_of(snapshot, params),
        lateness=float(params.lateness_weight),
        detour=float(params.detour_weight),
    )


def pressure_of(snapshot: Snapshot, params: Params) -> float:
    """Return open jobs within the lookahead per courier who may take one, at most the maximum."""
    jobs_count = int((snapshot.ready_s <= params.lookahead_s).sum())
    couriers_count = int((snapshot.courier_jobs_room > 0).sum())
    return min(jobs_count / max(1, couriers_count), float(params.pressure_max))


def offer_terms(job_age_s: F64, params: Params) -> F64:
    """Return (U, 2) acceptance and age terms of units, given the (U,) summed ages of their jobs."""
    terms = np.empty((len(job_age_s), 2))
    terms[:, 0] = (1.0 - params.acceptance_share) * params.offer_s
    terms[:, 1] = -params.age_weight * job_age_s
    return terms
