"""The story of one tick: a snapshot in, a plan out."""

from matching.alternatives import alternatives
from matching.bundles import Tick, grown, laid
from matching.commit import decide_by_s, held, relieved
from matching.ground import survey
from matching.offers import bundled
from matching.params import Params
from matching.plan import Plan
from matching.ragged import row_of_entry
from matching.reasons import explain
from matching.reposition import reposition
from matching.singles import singles_of
from matching.snapshot import Snapshot
from matching.walk import settle


def solve(snapshot: Snapshot, params: Params) -> Plan:
    """Return the plan of a checked snapshot; the same one for the same snapshot and params."""
    ground = survey(snapshot, params)
    settle(ground)
    tick = Tick(ground, snapshot.job_age_s, params)
    candidates, singles = singles_of(snapshot, tick)
    split = grown(tick, singles)
    tours = laid(tick, split)
    by_s = decide_by_s(ground, tours)
    is_relieved = relieved(ground, singles.quotes.unit, singles.quotes.courier, tours.courier)
    is_held = held(by_s, snapshot.ready_s, is_relieved, params)
    bundles = bundled(snapshot, ground, tours, is_held, params)
    others = alternatives(tick, singles, bundles, snapshot.courier_speed_mps)
    hints = reposition(snapshot, ground, tours.courier, params)
    is_held_entry = bundles.is_held[row_of_entry(bundles.start)]
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
        runner_up_cost=others.cost,
        hint_courier=hints.courier,
        hint_demand=hints.demand,
        reasons=explain(
            candidates,
            singles.quotes,
            is_within_lookahead=snapshot.ready_s <= params.lookahead_s,
            offered_job=bundles.job[~is_held_entry],
            held_job=bundles.job[is_held_entry],
        ),
    )
