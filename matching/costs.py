"""What a plan costs: the terms, and what one second of each is worth in this tick.

Costs are in seconds of one parcel's waiting, so that terms add up. What grows along a route is
paid at its stops: see `ground` for the columns and `walk` for the sum.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.params import Params
from matching.snapshot import Snapshot

COST_TERMS = (
    "pickup_wait",  # parcels of the bundle at their pickups, once ready (or since now)
    "inbound",  # travel to the pickups
    "courier_time",  # travel, access and service added to the route
    "lateness",  # arrival after the due time
    "detour",  # committed parcels arriving later; new ones than straight by the fastest courier
    "acceptance",  # expected time lost on an offer that is not accepted
    "fairness",  # of giving to those who have earned more than others
    "age",  # credit for jobs that have been open for long
)
PICKUP_WAIT, INBOUND, COURIER_TIME, LATENESS, DETOUR, ACCEPTANCE, FAIRNESS, AGE = range(
    len(COST_TERMS)
)
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


def acceptance_cost(snapshot: Snapshot, params: Params) -> F64:
    """Return the (C,) expected costs of an offer that is not accepted: the time it takes."""
    return (1.0 - snapshot.courier_acceptance_share) * params.offer_s


def fairness_cost(snapshot: Snapshot, params: Params) -> F64:
    """Return the (C,) costs of giving to this courier, by its pay per hour against the mean."""
    return params.fairness_weight_s * (snapshot.courier_earnings_share - 1.0)


def open_job_costs(snapshot: Snapshot, params: Params) -> F64:
    """Return the (J,) prices of leaving jobs open for this tick: the older, the dearer."""
    return params.open_job_s + params.age_weight * snapshot.job_age_s


def age_cost(job_age_s: F64, params: Params) -> F64:
    """Return the age terms of units, given the summed ages of their jobs."""
    return np.multiply(-params.age_weight, job_age_s)


def full_terms(
    route_terms: F64, courier: I64, job_age_s: F64, snapshot: Snapshot, params: Params
) -> F64:
    """Return the (B, COST_TERMS) terms of bundles: of their routes, couriers and jobs' ages."""
    terms = np.empty((len(courier), len(COST_TERMS)))
    terms[:, :ROUTE_TERMS_COUNT] = route_terms
    terms[:, ACCEPTANCE] = acceptance_cost(snapshot, params)[courier]
    terms[:, FAIRNESS] = fairness_cost(snapshot, params)[courier]
    terms[:, AGE] = age_cost(job_age_s, params)
    return terms
