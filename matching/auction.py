"""The cheapest matching of single jobs to couriers, over every admitted pair, with a certificate.

An auction (Bertsekas 1988): a job bids for the courier with the least cost plus price, and raises
its price until the next best one would do as well, and a little more. The pairs are never written
down: a job knows its best couriers and what all others are worth at least, and since prices only
rise it looks again only when its next best passes that.

By weak duality every set of prices bounds the costs of all matchings from below: the jobs' least
costs plus prices, less the prices. The share between that bound and the matching is returned.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.field import Field
from matching.grid import sort_into
from matching.ground import JOBS_ROOM, Ground
from matching.kernel import kernel
from matching.lean import lean_kernel
from matching.scan import COUNT, STEPS_PER_S, Desk, Query, desk_for, scan

_WIDER = 4  # a list grows that much when it must be made again
_WIDER_IF_SCARCE = 16
_GAP_SHARE_MAX = 0.002
_WASTE_SHARES = (0.004, 0.0015, 0.0005)  # of the least costs, per bid: the first that will do
_BIDS_PER_JOB_MAX = 2_000

# Of the counts of a market: what happened, and where the queue stands.
BIDS, RESCANS, WIDE, HEAD, WAITING, LOOKED = 0, 1, 2, 3, 4, 5
COUNTS_COUNT = 6


class Lists(NamedTuple):
    """The best couriers of J jobs, cheapest first, in one pool; of job j from start[j] on."""

    start: I64  # (J,)
    size: I64  # (J,)
    other_ms: F64  # (J,) what everybody who is not in the list is worth at least
    courier: I64
    cost_ms: F64
    value_ms: F64  # when the list was made; later at least that


class Market(NamedTuple):
    """Prices, and who has whom."""

    price_ms: F64  # (C,)
    job: I64  # (C,) -1 for nobody's
    courier: I64  # (J,) -1 for an open job
    cost_ms: F64  # (J,) of that courier, or of staying open
    open_ms: F64  # (J,)
    counts: I64  # (COUNTS_COUNT,)


class Auctioned(NamedTuple):
    """A matching of J jobs, what it costs, and how much cheaper another one could be at most."""

    courier: I64  # (J,) -1 for an open job
    cost: F64  # (J,) seconds, to the millisecond; of staying open for an open job
    price: F64  # (C,) what a courier is worth to the jobs that did not get it, seconds
    gap_share: float  # no matching costs less than this one times (1 - gap_share)
    bids_count: int
    rescans_count: int
    candidate_start: I64  # (J + 1,)
    candidate_courier: I64  # (P,) the cheapest couriers of each job, ascending
    candidate_cost: F64  # (P,) seconds, to the millisecond


class Rules(NamedTuple):
    """How far an auction goes."""

    step_ms: float  # by which every bid is higher than it must be
    bids_count_max: int
    is_scarce: bool  # then who loses a courier waits its turn, else it bids again at once


class Round(NamedTuple):
    """Who bids, by which rules, and where lists that are made again go."""

    queue: I64  # (J asked,) jobs in the order of their first bids
    rules: Rules
    desk: Desk  # as long as those lists
    wide_start: int  # in the pool


class Wider(NamedTuple):
    """A job whose list is to be made again."""

    job: int
    desk: Desk
    wide_start: int


@lean_kernel
def list_up(ground: Ground, field: Field, lists: Lists, price_ms: F64, round_: Round) -> None:
    """Fill in the lists of the queued jobs."""
    desk = round_.desk
    for j in round_.queue:
        query = Query(j, np.inf)
        lists.other_ms[j] = scan(ground, field, price_ms, desk, query)
        keep(lists, desk, j)


@lean_kernel
def keep(lists: Lists, desk: Desk, job: int) -> None:
    """Copy the list on the desk into the pool."""
    first, count = lists.start[job], desk.marks[COUNT]
    lists.size[job] = count
    for k in range(count):
        lists.courier[first + k] = desk.courier[k]
        lists.cost_ms[first + k] = desk.cost_ms[k]
        lists.value_ms[first + k] = desk.value_ms[k]


class Bid(NamedTuple):
    """The best courier for a job at present, and what the next best is worth at least."""

    slot: int  # in the pool, -1 for staying open
    value_ms: float
    next_ms: float


@lean_kernel
def weigh(lists: Lists, market: Market, job: int) -> Bid:
    """Return the job's bid by the list it has."""
    couriers, costs_ms, values_ms = lists.courier, lists.cost_ms, lists.value_ms
    slot, best_ms, next_ms = -1, float(market.open_ms[job]), np.inf
    first = int(lists.start[job])
    for k in range(first, first + int(lists.size[job])):
        if values_ms[k] > next_ms:
            break
        value_ms = float(costs_ms[k] + market.price_ms[couriers[k]])
        if value_ms > next_ms:
            continue
        if value_ms < best_ms or (value_ms == best_ms and is_lower(couriers, k, slot)):
            slot, best_ms, next_ms = k, value_ms, best_ms
        else:
            next_ms = value_ms
    return Bid(slot, best_ms, next_ms)


@lean_kernel
def is_lower(couriers: I64, slot: int, other: int) -> bool:
    """Return whether the courier in one slot has the lower row; -1 is nobody's slot."""
    return other < 0 or bool(couriers[slot] < couriers[other])


@lean_kernel
def bid_out(ground: Ground, field: Field, lists: Lists, market: Market, round_: Round) -> None:
    """Let the jobs in the queue bid until each has a courier or stays open."""
    while True:
        job = bid_while_sure(lists, market, round_)
        if job < 0:
            break
        widen(ground, field, lists, market, Wider(job, round_.desk, round_.wide_start))


@lean_kernel
def bid_while_sure(lists: Lists, market: Market, round_: Round) -> int:
    """Let jobs bid until one must look at more couriers; return that job, or -1 at the end."""
    queue, counts, size = round_.queue, market.counts, round_.queue.shape[0]
    rules = round_.rules
    while counts[WAITING] > 0 and counts[BIDS] < rules.bids_count_max:
        job = int(queue[counts[HEAD]])
        bid = weigh(lists, market, job)
        if min(bid.next_ms, market.open_ms[job]) > lists.other_ms[job] and counts[LOOKED] != job:
            counts[LOOKED] = job
            return job
        counts[LOOKED] = -1
        counts[BIDS] += 1
        counts[HEAD] = (counts[HEAD] + 1) % size
        counts[WAITING] -= 1
        if bid.slot < 0:
            continue
        next_ms = min(bid.next_ms, float(lists.other_ms[job])) + rules.step_ms
        loser = hand_over(lists, market, job, Bid(bid.slot, bid.value_ms, next_ms))
        if loser >= 0:
            turn = counts[WAITING] if rules.is_scarce else -1
            queue[(counts[HEAD] + turn) % size] = loser
            counts[HEAD] = (counts[HEAD] + min(turn, 0)) % size
            counts[WAITING] += 1
    while counts[WAITING] > 0:
        take_free(lists, market, int(queue[counts[HEAD]]))
        counts[HEAD] = (counts[HEAD] + 1) % size
        counts[WAITING] -= 1
    return -1


@lean_kernel
def widen(ground: Ground, field: Field, lists: Lists, market: Market, wider: Wider) -> None:
    """Make a job's list again, at the present prices."""
    job, desk = wider.job, wider.desk
    query = Query(job, market.open_ms[job])
    other_ms = scan(ground, field, market.price_ms, desk, query)
    if lists.start[job] < wider.wide_start:
        lists.start[job] = wider.wide_start + market.counts[WIDE] * desk.courier.shape[0]
        market.counts[WIDE] += 1
    lists.other_ms[job] = other_ms
    market.counts[RESCANS] += 1
    keep(lists, desk, job)


@lean_kernel
def hand_over(lists: Lists, market: Market, job: int, bid: Bid) -> int:
    """Give the courier to the highest bidder; return the job that loses it, -1 for none."""
    c = lists.courier[bid.slot]
    market.price_ms[c] += bid.next_ms - bid.value_ms
    loser = int(market.job[c])
    market.job[c], market.courier[job] = job, c
    market.cost_ms[job] = lists.cost_ms[bid.slot]
    if loser >= 0:
        market.courier[loser], market.cost_ms[loser] = -1, market.open_ms[loser]
    return loser


@lean_kernel
def take_free(lists: Lists, market: Market, job: int) -> None:
    """Give a job that may bid no more the cheapest courier whom nobody has."""
    first = lists.start[job]
    for k in range(first, first + lists.size[job]):
        c = lists.courier[k]
        if market.job[c] < 0 and lists.cost_ms[k] < market.cost_ms[job]:
            market.job[c], market.courier[job] = job, c
            market.cost_ms[job] = lists.cost_ms[k]


@lean_kernel
def dual_ms(lists: Lists, market: Market, jobs: I64) -> float:
    """Return what every matching costs at least: weak duality with the prices as they are."""
    total_ms = 0.0
    for c in range(market.price_ms.shape[0]):
        total_ms -= float(market.price_ms[c])
    for j in jobs:
        first, least_ms = lists.start[j], min(market.open_ms[j], lists.other_ms[j])
        for k in range(first, first + lists.size[j]):
            value_ms = lists.cost_ms[k] + market.price_ms[lists.courier[k]]
            least_ms = min(least_ms, value_ms)
        total_ms += float(least_ms)
    return total_ms


def auction(
    ground: Ground,
    field: Field,
    asked_jobs: I64,
    *,
    candidates_per_job_max: int = 24,
    bids_count_max: int | None = None,
) -> Auctioned:
    """Return the cheapest matching of the jobs asked about, ascending rows, almost.

    The other jobs stay open and cost nothing. When the bids run out, the jobs still in the queue
    take what is free, and the gap says what that is worth.
    """
    couriers_max = max(1, candidates_per_job_max)
    lists, order = listed(ground, field, asked_jobs, couriers_max)
    start, courier, cost = candidates_of(lists, asked_jobs)
    bids_max = _BIDS_PER_JOB_MAX * len(order) if bids_count_max is None else bids_count_max
    is_scarce = len(order) > int((ground.fleet[:, JOBS_ROOM] >= 1.0).sum())
    wider = _WIDER_IF_SCARCE if is_scarce else _WIDER
    desk, least_ms = desk_for(field, couriers_max * wider), mean_least_ms(lists, ground, order)
    sale = Sale(market_of(ground, len(order)), 1.0)
    for waste_share in _WASTE_SHARES:
        rules = Rules(max(1.0, float(np.floor(waste_share * least_ms))), bids_max, is_scarce)
        round_ = Round(order.copy(), rules, desk, ground.jobs_count * couriers_max)
        sale = sold(ground, field, lists, round_)
        if sale.gap_share <= _GAP_SHARE_MAX or sale.market.counts[BIDS] >= bids_max:
            break
    return Auctioned(
        courier=sale.market.courier,
        cost=sale.market.cost_ms / STEPS_PER_S,
        price=sale.market.price_ms / STEPS_PER_S,
        gap_share=sale.gap_share,
        bids_count=int(sale.market.counts[BIDS]),
        rescans_count=int(sale.market.counts[RESCANS]),
        candidate_start=start,
        candidate_courier=courier,
        candidate_cost=cost,
    )


class Sale(NamedTuple):
    """How a market stands at its end, and by what share its costs are too high at most."""

    market: Market
    gap_share: float


def sold(ground: Ground, field: Field, lists: Lists, round_: Round) -> Sale:
    """Return the market after all bids; the lists stay as they are but for their pool's end."""
    market, jobs = market_of(ground, len(round_.queue)), round_.queue.copy()
    fresh = lists._replace(
        start=lists.start.copy(), size=lists.size.copy(), other_ms=lists.other_ms.copy()
    )
    bid_out(ground, field, fresh, market, round_)
    total_ms = float(market.cost_ms[jobs].sum())
    gap_ms = max(0.0, total_ms - dual_ms(fresh, market, jobs))
    return Sale(market, gap_ms / max(abs(total_ms), 1.0))


def market_of(ground: Ground, waiting_count: int) -> Market:
    """Return the market before the first bid."""
    open_ms = np.floor(ground.open_cost * STEPS_PER_S + 0.5)
    return Market(
        price_ms=np.zeros(len(ground.fleet)),
        job=np.full(len(ground.fleet), -1, np.int64),
        courier=np.full(ground.jobs_count, -1, np.int64),
        cost_ms=open_ms.copy(),
        open_ms=open_ms,
        counts=np.array((0, 0, 0, 0, waiting_count, -1)),
    )


def listed(ground: Ground, field: Field, asked_jobs: I64, couriers_max: int) -> tuple[Lists, I64]:
    jobs_count = ground.jobs_count
    pool = jobs_count * couriers_max * (1 + _WIDER_IF_SCARCE)
    lists = Lists(
        start=np.arange(jobs_count) * couriers_max,
        size=np.zeros(jobs_count, np.int64),
        other_ms=np.full(jobs_count, np.inf),
        courier=np.empty(pool, np.int64),
        cost_ms=np.empty(pool),
        value_ms=np.empty(pool),
    )
    asks = np.ascontiguousarray(field.asks[asked_jobs])
    order = asked_jobs[sort_into(field.plane, asks).row]
    free_ms = np.zeros(len(ground.fleet))
    round_ = Round(order, Rules(1.0, 0, is_scarce=False), desk_for(field, couriers_max), 0)
    list_up(ground, field, lists, free_ms, round_)
    return lists, order


def mean_least_ms(lists: Lists, ground: Ground, jobs: I64) -> float:
    """Return the mean of what the jobs would cost if there were enough of every courier."""
    least_ms = ground.open_cost[jobs] * STEPS_PER_S
    is_wanted = lists.size[jobs] > 0
    cheapest_ms = lists.cost_ms[lists.start[jobs[is_wanted]]]
    least_ms[is_wanted] = np.minimum(least_ms[is_wanted], cheapest_ms)
    return float(np.maximum(least_ms, 0.0).sum()) / max(1, len(jobs))


@kernel
def candidates_of(lists: Lists, jobs: I64) -> tuple[I64, I64, F64]:
    start = np.zeros(lists.start.shape[0] + 1, np.int64)
    for j in jobs:
        start[j + 1] = lists.size[j]
    for j in range(start.shape[0] - 1):
        start[j + 1] += start[j]
    courier, cost = np.empty(start[-1], np.int64), np.empty(start[-1])
    for j in jobs:
        for k in range(lists.size[j]):
            c, i = lists.courier[lists.start[j] + k], start[j] + k
            while i > start[j] and courier[i - 1] > c:
                courier[i], cost[i] = courier[i - 1], cost[i - 1]
                i -= 1
            courier[i], cost[i] = c, lists.cost_ms[lists.start[j] + k] / STEPS_PER_S
    return start, courier, cost
