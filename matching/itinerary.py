"""Whole new routes of couriers, stop by stop, and what follows from them."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.costs import ROUTE_TERMS_COUNT
from matching.ground import Ground
from matching.kernel import kernel
from matching.ragged import entries_of, row_of_entry, starts_of
from matching.walk import itemise, way_to


class Itinerary(NamedTuple):
    """T couriers with the E stops of their routes, the committed ones among them."""

    courier: I64  # (T,) ascending
    start: I64  # (T + 1,) stops of tour t are place[start[t] : start[t + 1]]
    place: I64  # (E,) rows of `Ground.places`


class Walked(NamedTuple):
    """An itinerary with its times and costs."""

    arrival_s: F64  # (E,)
    way_s: F64  # (E,) travel to the stop
    terms: F64  # (T, ROUTE_TERMS_COUNT) against the committed routes
    extra_s: F64  # (T,) travel more than on the committed routes


@kernel
def walked(ground: Ground, itinerary: Itinerary) -> Walked:
    """Return the itinerary with its times and costs."""
    tours_count = itinerary.courier.shape[0]
    arrival_s = np.empty(itinerary.place.shape[0])
    way_s = np.empty(itinerary.place.shape[0])
    terms = np.empty((tours_count, ROUTE_TERMS_COUNT))
    extra_s = np.empty(tours_count)
    for t in range(tours_count):
        c, a, b = itinerary.courier[t], itinerary.start[t], itinerary.start[t + 1]
        terms[t] = itemise(ground, c, itinerary.place[a:b], arrival_s[a:b], way_s[a:b])
        extra_s[t], previous = way_s[a:b].sum(), -1
        for place in range(ground.route_start[c], ground.route_start[c + 1]):
            extra_s[t] -= way_to(ground, c, previous, place)
            previous = place
    return Walked(arrival_s, way_s, terms, extra_s)


def job_of_stop(ground: Ground, itinerary: Itinerary) -> I64:
    """Return the (E,) new job of each stop, -1 for a committed stop."""
    job = itinerary.place - ground.stops_count
    return np.where(job < 0, -1, job % max(1, ground.jobs_count))


def is_new_pickup(ground: Ground, itinerary: Itinerary) -> Bools:
    """Return whether each stop, (E,), is the pickup of a new job."""
    first = ground.stops_count
    return (itinerary.place >= first) & (itinerary.place < first + ground.jobs_count)


def with_any(ground: Ground, itinerary: Itinerary, is_wanted: Bools) -> Itinerary:
    """Return the tours that have any of the new jobs wanted, (J,)."""
    is_it = np.append(is_wanted, False)[job_of_stop(ground, itinerary)]
    rows = np.unique(row_of_entry(itinerary.start)[is_it])
    return Itinerary(
        courier=itinerary.courier[rows],
        start=starts_of(np.diff(itinerary.start)[rows]),
        place=itinerary.place[entries_of(itinerary.start, rows)],
    )


def only(ground: Ground, itinerary: Itinerary, is_kept: Bools) -> Itinerary:
    """Return the tours with those new jobs only that are kept, (J,); none without a new job."""
    some = with_any(ground, itinerary, is_kept)
    stays = np.append(is_kept, True)[job_of_stop(ground, some)]
    counts = np.bincount(row_of_entry(some.start)[stays], minlength=len(some.courier))
    return Itinerary(some.courier, starts_of(counts), some.place[stays])
