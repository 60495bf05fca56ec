"""How jobs taken out find a place again: one after the other, each where it costs the least.

With blinks: now and then a courier is passed over, after Christiaens and Vanden Berghe (2020).
"""

from matching.dice import pick, roll
from matching.ground import (
    DUE_S,
    READY_S,
    Ground,
    dropoff_of,
    pickup_of,
)
from matching.kernel import lean_kernel
from matching.permits import may_be_offered
from matching.placing import Spot, cheapest_place
from matching.site import ASKED, ASKED_AS, POOL_COUNT, Memo, Site, touch
from matching.tours import PRINT, Tours, put_in
from matching.travel import distance_m

BLINK_SHARE = 0.01

_STRIDE = 40_503  # spreads the jobs of one route over the memo

BY_CHANCE, BY_DUE, BY_READY, FARTHEST, NEAREST = range(5)
ORDERS_COUNT = 5


@lean_kernel
def recreate(ground: Ground, site: Site, order: int, cost: float, cost_max: float) -> float:
    """Put the pool back into routes or leave jobs open; return what that adds to a cost.

    As soon as the cost is above the most, it is returned and the rest of the pool left out.
    """
    sort_pool(ground, site, order)
    for i in range(site.now[POOL_COUNT]):
        if cost > cost_max:
            break
        job = site.pool[i]
        courier, spot = best_host(ground, site, job)
        cost += spot.cost
        if courier >= 0:
            touch(site, courier)
            after = (spot.pickup_after, spot.dropoff_after)
            put_in(ground, site.tours, courier, job, after)
    return cost


@lean_kernel
def sort_pool(ground: Ground, site: Site, order: int) -> None:
    """Sort the pool by what the order says, stably."""
    pool, weight = site.pool, site.weight
    for i in range(site.now[POOL_COUNT]):
        job, key = pool[i], weight_of(ground, site, pool[i], order)
        at = i
        while at > 0 and weight[at - 1] > key:
            pool[at], weight[at] = pool[at - 1], weight[at - 1]
            at -= 1
        pool[at], weight[at] = job, key


@lean_kernel
def weight_of(ground: Ground, site: Site, job: int, order: int) -> float:
    """Return what a job is sorted by: less comes first."""
    pickup, dropoff = pickup_of(ground, job), dropoff_of(ground, job)
    if order == BY_CHANCE:
        return roll(site.dice)
    if order == BY_DUE:
        return ground.places[dropoff, DUE_S]
    if order == BY_READY:
        return ground.places[pickup, READY_S]
    ride_m = distance_m(ground.places, pickup, ground.places, dropoff)
    return -ride_m if order == FARTHEST else ride_m


@lean_kernel
def best_host(ground: Ground, site: Site, job: int) -> tuple[int, Spot]:
    """Return the courier, or -1, for whom the job is the cheapest; not above leaving it open."""
    site.now[ASKED] += 1
    best, best_courier = Spot(ground.open_cost[job], -1, -1), -1
    for i in range(site.links.courier.shape[1]):
        courier = site.links.courier[job, i]
        spot = asked(ground, site, courier, job, best.cost)
        if spot.pickup_after >= 0:
            best, best_courier = spot, courier
    for i in range(site.links.host.shape[1]):
        neighbour = site.links.host[job, i]
        courier = int(site.tours.owner[neighbour]) if neighbour >= 0 else -1
        spot = asked(ground, site, courier, job, best.cost)
        if spot.pickup_after >= 0:
            best, best_courier = spot, courier
    return best_courier, best


@lean_kernel
def asked(ground: Ground, site: Site, courier: int, job: int, limit: float) -> Spot:
    """Return the place of the job with a courier, if it has not been asked already."""
    if courier < 0 or site.courier_mark[courier, ASKED_AS] == site.now[ASKED]:
        return Spot(limit, -1, -1)
    site.courier_mark[courier, ASKED_AS] = site.now[ASKED]
    if roll(site.dice) < BLINK_SHARE:
        return Spot(limit, -1, -1)
    return remembered_place(ground, site.tours, site.memo, (courier, job), limit)


@lean_kernel
def remembered_place(
    ground: Ground, tours: Tours, memo: Memo, pair: tuple[int, int], limit: float
) -> Spot:
    """Return the cheapest place that costs less than the limit, from the memo if it is there."""
    courier, job = pair
    route_print = tours.tally[courier, PRINT]
    m = int(route_print + job * _STRIDE) & (memo.cost.shape[0] - 1)
    row, cost = memo.spot[m], float(memo.cost[m])
    if row[0] == job and row[1] == route_print and (row[2] >= 0 or cost >= limit):
        if cost >= limit:
            return Spot(limit, -1, -1)
        return Spot(cost, row[2], row[3])
    spot = Spot(limit, -1, -1)
    if may_be_offered(ground, courier, job):
        spot = cheapest_place(ground, tours, courier, job, limit)
    row[0], row[1], row[2], row[3] = job, route_print, spot.pickup_after, spot.dropoff_after
    memo.cost[m] = spot.cost
    return spot


@lean_kernel
def any_order(site: Site) -> int:
    """Return an order by chance."""
    return pick(site.dice, ORDERS_COUNT)
