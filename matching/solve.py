"""The story of one tick: a snapshot in, a plan out."""

import numpy as np

from matching.bundles import Tick, alone_m, decided, grown
from matching.commit import held, relieved
from matching.costs import full_terms
from matching.ground import survey
from matching.insertion import lay_routes
from matching.itinerary import itinerary_of
from matching.params import Params
from matching.plan import Plan
from matching.quotes import picked
from matching.reasons import explain
from matching.singles import singles_of
from matching.snapshot import Snapshot
from matching.units import sums_by_unit
from matching.walk import settle


def solve(snapshot: Snapshot, params: Params) -> Plan:
    """Return the plan of a checked snapshot; the same one for the same snapshot and params."""
    ground = survey(snapshot, params)
    settle(ground)
    tick = Tick(ground, snapshot.job_age_s, params)
    candidates, singles = singles_of(snapshot, tick)
    split = grown(tick, singles)
    chosen, next_best = decided(split)
    bundles = picked(split.quotes, chosen)
    routes = lay_routes(ground, split.units, bundles.unit, bundles.courier)
    way = itinerary_of(routes, ground)
    ready_s = snapshot.ready_s[way.bundle_job[way.bundle_start[:-1]]]
    is_relieved = relieved(snapshot, split, bundles.unit)
    is_held = held(way.first_arrival_s, ready_s, way.first_inbound_s, is_relieved, params)
    is_held_job = np.repeat(is_held, np.diff(way.bundle_start))
    speed_mps = snapshot.courier_speed_mps[bundles.courier]
    age_s = sums_by_unit(split.units, snapshot.job_age_s)[bundles.unit]
    terms = full_terms(routes.terms, bundles.courier, age_s, snapshot, params)
    route_m = bundles.extra_s * speed_mps
    apart_m = sums_by_unit(split.units, alone_m(singles, snapshot.courier_speed_mps))
    return Plan(
        bundle_courier=bundles.courier,
        bundle_start=way.bundle_start,
        bundle_job=way.bundle_job,
        is_held=is_held,
        route_start=way.route_start,
        route_kind=way.kind,
        route_row=way.row,
        route_arrival_s=routes.arrival_s,
        cost_terms=terms,
        cost=bundles.cost,
        deadhead_m=way.first_inbound_s * speed_mps,
        route_m=route_m,
        saved_m=np.where(np.diff(way.bundle_start) > 1, apart_m[bundles.unit] - route_m, 0.0),
        runner_up_courier=np.append(split.quotes.courier, -1)[next_best],
        runner_up_cost=np.append(split.quotes.cost, np.nan)[next_best],
        reasons=explain(
            candidates,
            singles.quotes,
            is_within_lookahead=snapshot.ready_s <= params.lookahead_s,
            offered_job=way.bundle_job[~is_held_job],
            held_job=way.bundle_job[is_held_job],
        ),
    )
