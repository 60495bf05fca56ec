"""The routes of a plan in the snapshot's rows, and what follows from them about each bundle."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I8, I64
from matching.ground import Ground
from matching.insertion import Routes
from matching.plan import COMMITTED_STOP, NEW_DROPOFF, NEW_PICKUP


class Itinerary(NamedTuple):
    """B routes of E stops, and the jobs of the B bundles in the order of their pickups."""

    route_start: I64  # (B + 1,)
    kind: I8  # (E,)
    row: I64  # (E,) into the snapshot's stops, or jobs
    bundle_start: I64  # (B + 1,)
    bundle_job: I64  # (jobs in bundles,)
    first_arrival_s: F64  # (B,) at the first new pickup
    first_inbound_s: F64  # (B,) travel time to it from the stop before, or from the courier


def itinerary_of(routes: Routes, ground: Ground) -> Itinerary:
    """Return the itinerary of laid routes."""
    s, j, place = ground.stops_count, ground.jobs_count, routes.place
    kind = np.select((place < s, place < s + j), (COMMITTED_STOP, NEW_PICKUP), NEW_DROPOFF)
    row = place - np.array((0, s, s + j))[kind]
    pickups = np.flatnonzero(kind == NEW_PICKUP)
    bundle_start = np.searchsorted(pickups, routes.start)
    first = pickups[bundle_start[:-1]]
    return Itinerary(
        route_start=routes.start,
        kind=kind.astype(np.int8),
        row=row,
        bundle_start=bundle_start,
        bundle_job=row[pickups],
        first_arrival_s=routes.arrival_s[first],
        first_inbound_s=routes.inbound_s[first],
    )
