"""What one tick decides: bundles for couriers, their routes, what they cost, and why."""

from typing import NamedTuple

from matching.arrays import F64, I8, I64, Bools

COMMITTED_STOP, NEW_PICKUP, NEW_DROPOFF = 0, 1, 2
"""Kinds of a stop in a planned route."""

OUTCOMES = (
    "offered",  # in a bundle that is to be offered now
    "held",  # in a bundle that need not be offered before the next tick
    "no_candidate",  # no courier within the search radius
    "all_removed",  # couriers there, and each one removed by a filter
    "taken",  # who could carry it is worth more elsewhere, or costs more than leaving it open
    "not_yet",  # ready later than the lookahead
)
OFFERED, HELD, NO_CANDIDATE, ALL_REMOVED, TAKEN, NOT_YET = range(len(OUTCOMES))


class Reasons(NamedTuple):
    """Why, for J jobs and P pairs: by job, the couriers soonest at the pickup first."""

    job_outcome: I8  # (J,) row of OUTCOMES
    considered_count: I64  # (J,) couriers who are, or will pass, within the search radius
    removed_count: I64  # (J, FILTERS) of those, by the first filter that applied
    pair_job: I64  # (P,)
    pair_courier: I64  # (P,)
    pair_removed_by: I8  # (P,) row of FILTERS, -1 for a feasible pair
    pair_cost: F64  # (P,) of the job alone for that courier; NaN where removed


class Plan(NamedTuple):
    """B bundles by lowest job, and E stops of their routes.

    No courier is offered two, but one may have jobs held for after those it is offered: their
    route is then the whole of it, and cost and ways are what they add to the offer's.
    """

    bundle_courier: I64  # (B,)
    bundle_start: I64  # (B + 1,) jobs of bundle b are bundle_job[start[b] : start[b + 1]]
    bundle_job: I64  # (jobs in bundles,) in the order of their pickups
    is_held: Bools  # (B,) decided, and not to be offered yet
    route_start: I64  # (B + 1,) stops of bundle b's courier, all of them, in their new order
    route_kind: I8  # (E,) COMMITTED_STOP, NEW_PICKUP or NEW_DROPOFF
    route_row: I64  # (E,) row into the snapshot's stops, or jobs
    route_arrival_s: F64  # (E,)
    cost_terms: F64  # (B, COST_TERMS) seconds of one parcel's waiting
    cost: F64  # (B,) their sum
    deadhead_m: F64  # (B,) travelled to the first new pickup from the stop before it
    route_m: F64  # (B,) travelled more than on the committed route alone
    saved_m: F64  # (B,) travelled less than if each job went alone; 0 for a single job
    runner_up_courier: I64  # (B,) who would be next, -1 for nobody
    runner_up_cost: F64  # (B,) NaN for nobody
    hint_courier: I64  # (H,) idle couriers who would do well to wait elsewhere
    hint_demand: I64  # (H,) row of `Snapshot.demand_deg`
    reasons: Reasons
    gap_share: float = 0.0  # no matching of single jobs costs less than ours times (1 - gap)
    rounds_count: int = 0  # of ruin and recreate, before there was no more time
