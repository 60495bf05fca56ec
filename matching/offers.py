"""From the tours to bundles: the jobs that each courier is to be offered now, and those held."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I8, I64, Bools
from matching.costs import full_terms
from matching.ground import Ground
from matching.itinerary import (
    Itinerary,
    Walked,
    is_new_pickup,
    job_of_stop,
    only,
    walked,
    with_any,
)
from matching.params import Params
from matching.plan import COMMITTED_STOP, NEW_DROPOFF, NEW_PICKUP
from matching.ragged import chained, entries_of, row_of_entry, starts_of
from matching.snapshot import Snapshot


class Bundles(NamedTuple):
    """B bundles, those offered now and those held, by lowest job; E stops of their routes."""

    courier: I64  # (B,)
    is_held: Bools  # (B,)
    start: I64  # (B + 1,) jobs of bundle b are job[start[b] : start[b + 1]]
    job: I64  # (jobs in bundles,) in the order of their pickups
    route_start: I64  # (B + 1,)
    route_kind: I8  # (E,)
    route_row: I64  # (E,) into the snapshot's stops, or jobs
    arrival_s: F64  # (E,)
    terms: F64  # (B, COST_TERMS)
    deadhead_m: F64  # (B,)
    route_m: F64  # (B,)


def bundled(
    snapshot: Snapshot, ground: Ground, tours: Itinerary, is_held_job: Bools, params: Params
) -> Bundles:
    """Return the bundles of tours, given the jobs that are held, (J,).

    What is held comes after what is offered: its route is the whole tour, its cost and way what it
    adds to those of the offer.
    """
    offer, whole = only(ground, tours, ~is_held_job), with_any(ground, tours, is_held_job)
    offer_walk, whole_walk = walked(ground, offer), walked(ground, whole)
    now = _bundles_of(snapshot, ground, offer, offer_walk, ~is_held_job)
    later = _bundles_of(
        snapshot, ground, whole, _beyond(whole, whole_walk, offer, offer_walk), is_held_job
    )
    later = later._replace(is_held=np.ones(len(later.courier), np.bool_))
    bundles = _by_lowest_job(_joined(now, later))
    age_s = np.zeros(len(bundles.courier))
    np.add.at(age_s, row_of_entry(bundles.start), snapshot.job_age_s[bundles.job])
    terms = full_terms(bundles.terms, bundles.courier, age_s, snapshot, params)
    return bundles._replace(terms=terms)


def _beyond(whole: Itinerary, walk: Walked, part: Itinerary, part_walk: Walked) -> Walked:
    """Return the walk of whole tours with costs and ways less those of a part of them."""
    row = np.searchsorted(part.courier, whole.courier)
    is_there = np.isin(whole.courier, part.courier)
    terms, extra_s = walk.terms.copy(), walk.extra_s.copy()
    terms[is_there] -= part_walk.terms[row[is_there]]
    extra_s[is_there] -= part_walk.extra_s[row[is_there]]
    return walk._replace(terms=terms, extra_s=extra_s)


def _bundles_of(
    snapshot: Snapshot, ground: Ground, tours: Itinerary, walk: Walked, is_in: Bools
) -> Bundles:
    """Return one bundle for each tour, of the new jobs that are in it."""
    s, j, place = ground.stops_count, ground.jobs_count, tours.place
    kind = np.select((place < s, place < s + j), (COMMITTED_STOP, NEW_PICKUP), NEW_DROPOFF)
    job, tour = job_of_stop(ground, tours), row_of_entry(tours.start)
    pickups = np.flatnonzero(is_new_pickup(ground, tours) & np.append(is_in, False)[job])
    start = starts_of(np.bincount(tour[pickups], minlength=len(tours.courier)))
    speed_mps = snapshot.courier_speed_mps[tours.courier]
    return Bundles(
        courier=tours.courier,
        is_held=np.zeros(len(tours.courier), np.bool_),
        start=start,
        job=job[pickups],
        route_start=tours.start,
        route_kind=kind.astype(np.int8),
        route_row=place - np.array((0, s, s + j))[kind],
        arrival_s=walk.arrival_s,
        terms=walk.terms,
        deadhead_m=walk.way_s[pickups[start[:-1]]] * speed_mps,
        route_m=walk.extra_s * speed_mps,
    )


def _joined(first: Bundles, second: Bundles) -> Bundles:
    """Return the bundles of both."""
    return Bundles(
        courier=np.concatenate((first.courier, second.courier)),
        is_held=np.concatenate((first.is_held, second.is_held)),
        start=chained(first.start, second.start),
        job=np.concatenate((first.job, second.job)),
        route_start=chained(first.route_start, second.route_start),
        route_kind=np.concatenate((first.route_kind, second.route_kind)),
        route_row=np.concatenate((first.route_row, second.route_row)),
        arrival_s=np.concatenate((first.arrival_s, second.arrival_s)),
        terms=np.concatenate((first.terms, second.terms)),
        deadhead_m=np.concatenate((first.deadhead_m, second.deadhead_m)),
        route_m=np.concatenate((first.route_m, second.route_m)),
    )


def _by_lowest_job(bundles: Bundles) -> Bundles:
    """Return the bundles in the order of the lowest job of each."""
    lowest = np.full(len(bundles.courier), np.iinfo(np.int64).max)
    np.minimum.at(lowest, row_of_entry(bundles.start), bundles.job)
    order = np.argsort(lowest)
    jobs, stops = entries_of(bundles.start, order), entries_of(bundles.route_start, order)
    return Bundles(
        courier=bundles.courier[order],
        is_held=bundles.is_held[order],
        start=starts_of(np.diff(bundles.start)[order]),
        job=bundles.job[jobs],
        route_start=starts_of(np.diff(bundles.route_start)[order]),
        route_kind=bundles.route_kind[stops],
        route_row=bundles.route_row[stops],
        arrival_s=bundles.arrival_s[stops],
        terms=bundles.terms[order],
        deadhead_m=bundles.deadhead_m[order],
        route_m=bundles.route_m[order],
    )
