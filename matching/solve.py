"""The story of one tick: a snapshot in, a plan out."""

import numpy as np

from matching.alternatives import Alternatives, alternatives
from matching.bundles import bundled_or_not
from matching.commit import awaited, decide_by_s, held
from matching.costs import AGE
from matching.field import field_of
from matching.ground import survey
from matching.offers import Bundles, bundled
from matching.params import Params
from matching.plan import Plan, Reasons
from matching.reasons import explain
from matching.replan import HasTime, replanned
from matching.reposition import Hints, reposition
from matching.singles import singles_of
from matching.snapshot import Snapshot
from matching.walk import settle


def always(rounds_count: int) -> bool:  # noqa: ARG001  # whatever was done
    """Return True: there is time for all the rounds that the params allow."""
    return True


def solve(snapshot: Snapshot, params: Params, has_time: HasTime = always) -> Plan:
    """Return the plan of a checked snapshot; the same one for the same snapshot and params.

    `has_time` is asked whether to go on improving: the plan says how far it came, and is the same
    one again for a `has_time` that stops there.
    """
    # What is there: couriers with what they have promised, and who could take which job.
    ground = survey(snapshot, params)
    settle(ground)
    field = field_of(ground)
    asked_jobs = np.flatnonzero(snapshot.ready_s <= params.lookahead_s)

    # Who takes what: one job each, then bundles where they save, then all of it made better.
    singles = singles_of(ground, field, asked_jobs, params)
    split = bundled_or_not(ground, singles, params)
    tours, rounds_count = replanned(
        snapshot, ground, singles, split, params=params, has_time=has_time
    )

    # What must be offered now: the legs that would lose if decided one tick later.
    is_awaited = awaited(snapshot, ground, singles.quotes, tours.courier)
    is_held = held(decide_by_s(ground, tours), is_awaited, params)
    bundles = bundled(snapshot, ground, tours, is_held, params)

    # What else to say: who would be next, where to wait, and why.
    others = alternatives(ground, singles, bundles, candidates_max=params.bundle_candidates_max)
    hints = reposition(snapshot, ground, tours.courier, params)
    reasons = explain(ground, field, singles, bundles, asked_jobs=asked_jobs, params=params)
    plan = plan_of(bundles, others, hints, reasons)
    return plan._replace(gap_share=singles.gap_share, rounds_count=rounds_count)


def plan_of(bundles: Bundles, others: Alternatives, hints: Hints, reasons: Reasons) -> Plan:
    """Return all of it as one plan; who would be next has the same credit for old jobs."""
    return Plan(
        bundle_courier=bundles.courier,
        bundle_start=bundles.start,
        bundle_job=bundles.job,
        is_held=bundles.is_held,
        route_start=bundles.route_start,
        route_kind=bundles.route_kind,
        route_row=bundles.route_row,
        route_arrival_s=bundles.arrival_s,
        cost_terms=bundles.terms,
        cost=bundles.terms.sum(axis=1),
        deadhead_m=bundles.deadhead_m,
        route_m=bundles.route_m,
        saved_m=others.saved_m,
        runner_up_courier=others.courier,
        runner_up_cost=others.cost + bundles.terms[:, AGE],
        hint_courier=hints.courier,
        hint_demand=hints.demand,
        reasons=reasons,
    )
