"""Every job on its own: its candidates, what they cost, and the cheapest matching.

Where many jobs meet, all of them look at the same soonest couriers. Those left open then get
further helpings, of the couriers that were left idle.
"""

import numpy as np

from matching.arrays import Bools
from matching.bundles import Split, Tick, matched, quote_pairs
from matching.candidates import Candidates, screen
from matching.permits import BEYOND_NEAREST
from matching.quotes import joined, rows_of
from matching.snapshot import Snapshot
from matching.units import units_of


def singles_of(snapshot: Snapshot, tick: Tick) -> tuple[Candidates, Split]:
    """Return the candidates of every job within the lookahead, and all jobs as units, matched."""
    is_near = snapshot.ready_s <= tick.params.lookahead_s
    everybody = np.ones(len(snapshot.courier_free_s), np.bool_)
    candidates = screened(snapshot, tick, is_near, everybody)
    units = units_of([[job] for job in range(tick.ground.jobs_count)])
    quotes = quote_pairs(tick, units, candidates.pair_job, candidates.pair_courier)
    split = matched(tick, units, quotes)
    for _ in range(tick.params.helpings_max - 1):
        is_starved = (split.courier < 0) & (candidates.removed_count[:, BEYOND_NEAREST] > 0)
        is_idle = everybody.copy()
        is_idle[split.courier[split.courier >= 0]] = False
        if not (is_starved.any() and is_idle.any()):
            break
        more = fresh(candidates, screened(snapshot, tick, is_starved, is_idle))
        if len(more.pair_job) == 0:
            break
        candidates = with_pairs(candidates, more)
        quotes = quote_pairs(tick, units, more.pair_job, more.pair_courier)
        split = matched(tick, units, joined(split.quotes, quotes))
    return candidates, split


def screened(
    snapshot: Snapshot, tick: Tick, is_asked_job: Bools, is_asked_courier: Bools
) -> Candidates:
    """Return one helping of candidates."""
    return screen(
        snapshot,
        tick.ground,
        tick.params,
        is_asked_job=is_asked_job,
        is_asked_courier=is_asked_courier,
    )


def fresh(known: Candidates, more: Candidates) -> Candidates:
    """Return the second candidates without the pairs of the first."""
    wanted = (more.pair_job, more.pair_courier)
    is_new = rows_of((known.pair_job, known.pair_courier), wanted) < 0
    return more._replace(pair_job=more.pair_job[is_new], pair_courier=more.pair_courier[is_new])


def with_pairs(known: Candidates, more: Candidates) -> Candidates:
    """Return the first candidates with fresh pairs to be costed as well."""
    pair_job = np.concatenate((known.pair_job, more.pair_job))
    pair_courier = np.concatenate((known.pair_courier, more.pair_courier))
    order = np.lexsort((pair_courier, pair_job))
    removed_count = known.removed_count.copy()
    added_count = np.bincount(more.pair_job, minlength=len(removed_count))
    removed_count[:, BEYOND_NEAREST] -= added_count
    return known._replace(
        pair_job=pair_job[order], pair_courier=pair_courier[order], removed_count=removed_count
    )
