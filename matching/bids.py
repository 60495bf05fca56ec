"""The bidding of an auction (Bertsekas 1988): jobs bid for couriers, or couriers for jobs.

A bidder takes the other one with the least cost plus price, and raises its price until the next
best one would do as well, and a little more. It looks at a short list of its prospects; prices only
rise, so it looks at all of them again only when its next best passes what is not on the list.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ground import Ground
from matching.heap import put, sort_heap
from matching.kernel import lean_kernel
from matching.prospects import Prospects, Search, make_exact, widen

LIST_COUNT = 12
NO_ROOM = -2  # in place of the best one

# Of the counts of a market: what happened, and where the queue stands.
BIDS, RESCANS, HEAD, WAITING = 0, 1, 2, 3
COUNTS_COUNT = 4


class Lists(NamedTuple):
    """The best few of each of B bidders, cheapest first when the list was made."""

    size: I64  # (B,)
    slot: I64  # (B, LIST_COUNT) of the prospects, from the bidder's first; -1 for an exact cost
    other: I64  # (B, LIST_COUNT)
    cost_ms: F64  # (B, LIST_COUNT) at least
    value_ms: F64  # (B, LIST_COUNT) cost and price, when the list was made; later at least that
    rest_ms: F64  # (B,) what all the others are worth at least


class Market(NamedTuple):
    """Prices, and who has whom."""

    price_ms: F64  # (M,)
    bidder: I64  # (M,) -1 for nobody's
    other: I64  # (B,) -1 for none
    cost_ms: F64  # (B,) of that one, less the open price; 0 for none
    counts: I64  # (COUNTS_COUNT,)


class Auction(NamedTuple):
    """All of one auction: who may want whom, the short lists, the prices and the queue."""

    search: Search
    prospects: Prospects
    lists: Lists
    market: Market
    bidders: I64  # (A,) in the order of their first bids
    queue: I64  # (A,) in a ring: from counts[HEAD] on, those who have none yet


class Rules(NamedTuple):
    """How far an auction goes."""

    step_ms: float  # by which every bid is higher than it must be
    bids_count_max: int


class Bid(NamedTuple):
    """The best one for a bidder at present, and what the next best is worth at least."""

    best: int  # place in the list, -1 for none
    next: int
    best_ms: float
    next_ms: float


def market_of(bidders_count: int, others_count: int, waiting_count: int) -> Market:
    """Return the market before the first bid."""
    return Market(
        price_ms=np.zeros(others_count),
        bidder=np.full(others_count, -1, np.int64),
        other=np.full(bidders_count, -1, np.int64),
        cost_ms=np.zeros(bidders_count),
        counts=np.array((0, 0, 0, waiting_count)),
    )


def lists_for(bidders_count: int) -> Lists:
    """Return empty lists, which say nothing about anybody."""
    return Lists(
        size=np.zeros(bidders_count, np.int64),
        slot=np.empty((bidders_count, LIST_COUNT), np.int64),
        other=np.empty((bidders_count, LIST_COUNT), np.int64),
        cost_ms=np.empty((bidders_count, LIST_COUNT)),
        value_ms=np.empty((bidders_count, LIST_COUNT)),
        rest_ms=np.full(bidders_count, -np.inf),
    )


@lean_kernel
def list_best(prospects: Prospects, lists: Lists, price_ms: F64, bidder: int) -> None:
    """Make a bidder's list at the present prices."""
    first, count = np.uint64(prospects.start[bidder]), 0
    slots, values_ms = lists.slot[bidder], lists.value_ms[bidder]
    worst_ms = 0.0
    for k in range(np.uint64(prospects.size[bidder])):  # unsigned: no row is counted from the end
        value_ms = prospects.cost_ms[first + k]
        value_ms += price_ms[np.uint64(prospects.other[first + k])]
        if value_ms <= worst_ms:
            count = put(values_ms, slots, count, float(value_ms), int(k))
            worst_ms = values_ms[0] if count == LIST_COUNT else 0.0
    rest_ms = prospects.bound_ms[bidder]
    lists.rest_ms[bidder] = min(rest_ms, worst_ms)
    sort_heap(values_ms, slots, count)
    lists.size[bidder] = count
    for k in range(count):
        slot = first + np.uint64(slots[k])
        lists.other[bidder, k] = prospects.other[slot]
        lists.cost_ms[bidder, k] = prospects.cost_ms[slot]
        if prospects.is_exact[slot] > 0:
            slots[k] = -1


@lean_kernel
def weigh(lists: Lists, price_ms: F64, bidder: int) -> Bid:
    """Return the bidder's bid by the list it has; of equal ones the lower row is the best."""
    others, best, following, best_ms, next_ms = lists.other[bidder], -1, -1, 0.0, np.inf
    for k in range(lists.size[bidder]):
        if lists.value_ms[bidder, k] > min(next_ms, 0.0):
            break
        value_ms = lists.cost_ms[bidder, k] + price_ms[others[k]]
        if value_ms < best_ms or (value_ms == best_ms and best >= 0 and others[k] < others[best]):
            best, following, best_ms, next_ms = k, best, value_ms, best_ms
        elif value_ms < next_ms:
            following, next_ms = k, value_ms
    return Bid(best, following, best_ms, next_ms)


@lean_kernel
def is_exact(lists: Lists, bidder: int, place: int) -> bool:
    """Return whether a cost in the list, -1 for none, is the cost itself."""
    return bool(place < 0 or lists.slot[bidder, place] < 0)


@lean_kernel
def is_final(lists: Lists, bidder: int, bid: Bid) -> bool:
    """Return whether a bid by the list is by exact costs, and nobody else matters."""
    if lists.rest_ms[bidder] < min(bid.next_ms, 0.0) or not is_exact(lists, bidder, bid.best):
        return False
    return bid.next_ms >= 0.0 or is_exact(lists, bidder, bid.next)


@lean_kernel
def sure_bid(ground: Ground, auction: Auction, bidder: int) -> Bid:
    """Return the bidder's bid by exact costs, from all there are; NO_ROOM as the best for none.

    Each time round a cost becomes exact, or the list is made at the present prices, or the search
    goes on: it ends.
    """
    prospects, lists, is_fresh = auction.prospects, auction.lists, False
    price_ms = auction.market.price_ms
    while True:
        bid = weigh(lists, price_ms, bidder)
        if is_final(lists, bidder, bid):
            return bid
        if not is_exact(lists, bidder, bid.best):
            sharpen(ground, auction, bidder, bid.best)
            is_fresh = False
        elif lists.rest_ms[bidder] < min(bid.next_ms, 0.0):
            enough_ms = min(bid.next_ms, 0.0)
            if is_fresh and not widen(ground, auction.search, prospects, bidder, enough_ms):
                return Bid(NO_ROOM, -1, 0.0, 0.0)
            auction.market.counts[RESCANS] += is_fresh
            list_best(prospects, lists, price_ms, bidder)
            is_fresh = True
        else:
            sharpen(ground, auction, bidder, bid.next)
            is_fresh = False


@lean_kernel
def sharpen(ground: Ground, auction: Auction, bidder: int, place: int) -> None:
    """Make a cost in the list exact."""
    lists, prospects = auction.lists, auction.prospects
    slot = int(prospects.start[bidder] + lists.slot[bidder, place])
    cost_ms = make_exact(ground, auction.search.tariff, prospects, bidder, slot)
    lists.cost_ms[bidder, place], lists.slot[bidder, place] = cost_ms, -1


@lean_kernel
def look_around(ground: Ground, auction: Auction) -> bool:
    """Make the lists of those in the queue; return False, to be called again, for no room."""
    has_room = True
    for bidder in auction.bidders:
        has_room &= sure_bid(ground, auction, bidder).best != NO_ROOM
    return has_room


@lean_kernel
def bid_out(ground: Ground, auction: Auction, rules: Rules) -> bool:
    """Let those in the queue bid until each has somebody or does without.

    Return False, to be called again, when the pool of prospects has no room.
    """
    queue, market, size = auction.queue, auction.market, auction.queue.shape[0]
    counts, lists = market.counts, auction.lists
    while counts[WAITING] > 0 and counts[BIDS] < rules.bids_count_max:
        bidder = int(queue[counts[HEAD]])
        bid = weigh(lists, market.price_ms, bidder)
        if not is_final(lists, bidder, bid):
            bid = sure_bid(ground, auction, bidder)
        if bid.best == NO_ROOM:
            return False
        counts[BIDS] += 1
        counts[HEAD] = (counts[HEAD] + 1) % size
        counts[WAITING] -= 1
        if bid.best < 0:
            continue
        loser = hand_over(market, lists, bidder, bid, rules.step_ms)
        if loser >= 0:
            queue[(counts[HEAD] + counts[WAITING]) % size] = loser
            counts[WAITING] += 1
    return True


@lean_kernel
def hand_over(market: Market, lists: Lists, bidder: int, bid: Bid, step_ms: float) -> int:
    """Give the best one to the highest bidder; return who loses it, -1 for none."""
    other = int(lists.other[bidder, bid.best])
    market.price_ms[other] += min(bid.next_ms, 0.0) - bid.best_ms + step_ms
    loser = int(market.bidder[other])
    market.bidder[other], market.other[bidder] = bidder, other
    market.cost_ms[bidder] = lists.cost_ms[bidder, bid.best]
    if loser >= 0:
        market.other[loser], market.cost_ms[loser] = -1, 0.0
    return loser


@lean_kernel
def take_free(ground: Ground, auction: Auction) -> None:
    """Give those who may bid no more the cheapest one of their prospects whom nobody has."""
    counts, market, prospects = auction.market.counts, auction.market, auction.prospects
    tariff = auction.search.tariff
    while counts[WAITING] > 0:
        bidder = int(auction.queue[counts[HEAD]])
        counts[HEAD] = (counts[HEAD] + 1) % auction.queue.shape[0]
        counts[WAITING] -= 1
        first, best, best_ms = prospects.start[bidder], -1, 0.0
        for k in range(first, first + prospects.size[bidder]):
            if market.bidder[prospects.other[k]] < 0 and prospects.cost_ms[k] < best_ms:
                cost_ms = make_exact(ground, tariff, prospects, bidder, k)
                if cost_ms < best_ms:
                    best, best_ms = k, cost_ms
        if best >= 0:
            other = int(prospects.other[best])
            market.bidder[other], market.other[bidder] = bidder, other
            market.cost_ms[bidder] = best_ms


@lean_kernel
def dual_ms(auction: Auction) -> float:
    """Return what every matching costs at least: weak duality with the prices as they are."""
    lists, price_ms, total_ms = auction.lists, auction.market.price_ms, 0.0
    for m in range(price_ms.shape[0]):
        total_ms -= float(price_ms[m])
    for b in auction.bidders:
        total_ms += float(least_ms(lists, price_ms, b))
    return total_ms


@lean_kernel
def least_ms(lists: Lists, price_ms: F64, bidder: int) -> float:
    """Return what nobody is worth less than to a bidder, 0 for doing without."""
    least = min(0.0, float(lists.rest_ms[bidder]))
    for k in range(lists.size[bidder]):
        value_ms = lists.cost_ms[bidder, k] + price_ms[lists.other[bidder, k]]
        least = min(least, float(value_ms))
    return least


@lean_kernel
def note_gains(auction: Auction, gain_ms: F64) -> None:
    """Fill in what each bidder gains by bidding at the last prices."""
    for b in auction.bidders:
        gain_ms[b] = -least_ms(auction.lists, auction.market.price_ms, b)
