"""Lazy commitment: what is planned is offered only when waiting for the next tick would cost.

What a courier is to do is cut into legs: a leg begins where a new parcel is picked up with no other
new one on board, and its parcels are offered together. The courier must leave for the leg at
`max(arrival, ready) - ride`: not before it is free and has served the stops ahead of it, and no
earlier than to be there when the parcel is ready. If the next tick's offer can still be answered
by then, nothing is lost by deciding again, with more known.
"""

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.ground import (
    ACCESS_S,
    CAPACITY,
    FREE_S,
    IS_DROPOFF,
    IS_NEW,
    LOAD_NEW,
    READY_S,
    Ground,
)
from matching.itinerary import Itinerary
from matching.kernel import kernel
from matching.params import Params
from matching.quotes import Quotes
from matching.snapshot import Snapshot
from matching.walk import SLACK_S, is_shared, start_of_walk, step, way_to


@kernel
def decide_by_s(ground: Ground, tours: Itinerary) -> F64:
    """Return when each job must be decided at last, (J,); inf for those in no tour.

    A parcel at a pickup that the courier has promised to go to anyway can be added until the
    courier is served there. What a leg has more than a bundle may have is left for later offers.
    """
    places, by_s = ground.places, np.full(ground.jobs_count, np.inf)
    for t in range(tours.courier.shape[0]):
        courier, aboard, leg_by_s, leg_count = tours.courier[t], 0, np.inf, 0
        previous, moment = -1, start_of_walk(ground, courier)
        for e in range(tours.start[t], tours.start[t + 1]):
            place = tours.place[e]
            way_s = way_to(ground, courier, previous, place)
            moment, start_s, _ = step(ground, previous, place, way_s, moment)
            if places[place, IS_NEW] > 0.0 and places[place, IS_DROPOFF] == 0.0:
                if aboard == 0:
                    on_site = is_shared(places, previous, place)
                    leave_s = max(moment.arrival_s, places[place, READY_S])
                    leave_s -= places[place, ACCESS_S] + way_s
                    leg_by_s, leg_count = start_s if on_site else leave_s, 0
                aboard += 1
                leg_count += 1
                if leg_count <= ground.fleet[courier, CAPACITY + LOAD_NEW]:
                    by_s[place - ground.stops_count] = leg_by_s
            elif places[place, IS_NEW] > 0.0:
                aboard -= 1
            previous = place
    return by_s


def held(by_s: F64, is_awaited: Bools, params: Params) -> Bools:
    """Return whether each job, (J,), can wait for the next tick, and nobody waits for an answer."""
    return (by_s >= params.tick_s + params.offer_s - SLACK_S) & ~is_awaited


def awaited(snapshot: Snapshot, ground: Ground, singles: Quotes, planned_courier: I64) -> Bools:
    """Return whether somebody waits to hear who comes for each job, (J,), and could have heard.

    That is where the parcel was ready when its job was opened, and somebody who is idle and not
    planned for could leave now. It is not kept open for a courier who is better and busy.
    """
    was_ready = snapshot.ready_s + snapshot.job_age_s <= SLACK_S
    return was_ready & relieved(ground, singles, planned_courier)


def relieved(ground: Ground, singles: Quotes, planned_courier: I64) -> Bools:
    """Return whether somebody who is idle and not planned for could do each job now, (J,)."""
    is_spare = (np.diff(ground.route_start) == 0) & (ground.fleet[:, FREE_S] <= 0.0)
    is_spare[planned_courier] = False
    is_relieved = np.zeros(ground.jobs_count, np.bool_)
    is_relieved[singles.unit[is_spare[singles.courier]]] = True
    return is_relieved
