"""The cheapest matching of single jobs to couriers, over every admitted pair, with a certificate.

An auction, in which the scarce side bids: see `bids`. The pairs are never written down: see
`prospects`. By weak duality every set of prices bounds the costs of all matchings from below: the
bidders' least costs plus prices, less the prices. The share between that bound and the matching is
returned.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.bids import (
    BIDS,
    RESCANS,
    Auction,
    Rules,
    bid_out,
    dual_ms,
    lists_for,
    look_around,
    market_of,
    note_gains,
    take_free,
)
from matching.cheapest import cheapest_of
from matching.field import Field
from matching.ground import JOBS_ROOM, Ground
from matching.prospects import Prospects, Search, grown, prospects_for, search_for
from matching.scan import STEPS_PER_S, hunt_for

_GAP_SHARE_MAX = 0.002
_WASTE_SHARES = (0.003, 0.0012, 0.0004)  # of the least costs, per bid: the first that will do
_BIDS_PER_JOB_MAX = 2_000
_POOL_PER_BIDDER = 128


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


class Offered(NamedTuple):
    """Who bids for whom, what the bidders know so far, and in which order they begin."""

    search: Search
    prospects: Prospects
    bidders: I64


class Sale(NamedTuple):
    """An auction at its end, and by what share its costs are too high at most."""

    auction: Auction
    gap_share: float


def auction(
    ground: Ground,
    field: Field,
    asked_jobs: I64,
    *,
    candidates_per_job_max: int = 24,
    bids_count_max: int | None = None,
) -> Auctioned:
    """Return the cheapest matching of the jobs asked about, ascending rows, almost.

    The other jobs stay open and cost nothing. When the bids run out, those still in the queue take
    what is free, and the gap says what that is worth.
    """
    hunt = hunt_for(field, asked_jobs)
    cheapest = cheapest_of(ground, hunt, candidates_per_job_max)
    able = np.flatnonzero(ground.fleet[:, JOBS_ROOM] >= 1.0)
    bids_max = _BIDS_PER_JOB_MAX * len(hunt.jobs) if bids_count_max is None else bids_count_max
    if len(asked_jobs) > len(able):
        search = search_for(hunt, are_couriers_bidding=True)
        prospects = prospects_for(len(ground.fleet), _POOL_PER_BIDDER * len(able))
        sale = best_sale(ground, Offered(search, prospects, able), bids_max)
    else:
        offered = Offered(cheapest.search, cheapest.prospects, hunt.jobs)
        sale = best_sale(ground, offered, bids_max)
    market = sale.auction.market
    courier, saved_ms, price_ms = by_job(ground, sale.auction)
    return Auctioned(
        courier=courier,
        cost=(hunt.open_ms + saved_ms) / STEPS_PER_S,
        price=price_ms / STEPS_PER_S,
        gap_share=sale.gap_share,
        bids_count=int(market.counts[BIDS]),
        rescans_count=int(market.counts[RESCANS]),
        candidate_start=cheapest.start,
        candidate_courier=cheapest.courier,
        candidate_cost=cheapest.cost,
    )


def by_job(ground: Ground, auction: Auction) -> tuple[I64, F64, F64]:
    """Return the (J,) couriers and costs less the open prices, and the (C,) prices of couriers."""
    market, hunt = auction.market, auction.search.hunt
    if not auction.search.tariff.are_couriers_bidding:
        return market.other, market.cost_ms, market.price_ms
    courier = np.full(ground.jobs_count, -1, np.int64)
    saved_ms, price_ms = np.zeros(ground.jobs_count), np.zeros(len(ground.fleet))
    courier[hunt.jobs] = market.bidder
    sent = np.flatnonzero(market.other >= 0)
    saved_ms[hunt.jobs[market.other[sent]]] = market.cost_ms[sent]
    note_gains(auction, price_ms)
    return courier, saved_ms, price_ms


def best_sale(ground: Ground, offered: Offered, bids_max: int) -> Sale:
    """Return the sale with the largest steps that are small enough."""
    auction = opening(ground, offered)
    mean_ms = mean_ms_of(auction)
    sale = sold(ground, auction, rules_of(_WASTE_SHARES[0], mean_ms, bids_max))
    for waste_share in _WASTE_SHARES[1:]:
        if sale.gap_share <= _GAP_SHARE_MAX or sale.auction.market.counts[BIDS] >= bids_max:
            break
        again = opened(offered._replace(prospects=sale.auction.prospects))
        sale = sold(ground, again, rules_of(waste_share, mean_ms, bids_max))
    return sale


def rules_of(waste_share: float, mean_ms: float, bids_max: int) -> Rules:
    """Return the rules by which a bid wastes such a share of what a job costs, whole steps."""
    return Rules(max(1.0, float(np.floor(waste_share * mean_ms))), bids_max)


def opened(offered: Offered) -> Auction:
    """Return the auction before the first bid."""
    bidders_count = len(offered.prospects.start)
    others_count, waiting_count = len(offered.search.desk.seen), len(offered.bidders)
    market = market_of(bidders_count, others_count, waiting_count)
    lists = lists_for(bidders_count)
    queue = offered.bidders.copy()
    return Auction(offered.search, offered.prospects, lists, market, offered.bidders, queue)


def opening(ground: Ground, offered: Offered) -> Auction:
    """Return the auction before the first bid, the bidders knowing the best for each."""
    auction = opened(offered)
    while not look_around(ground, auction):
        auction = auction._replace(prospects=grown(auction.prospects))
    return auction


def mean_ms_of(auction: Auction) -> float:
    """Return the mean cost of a bidder's job, as an auction that opens knows it.

    The mean is of the least costs that any matching could have, so no more than the true one.
    """
    hunt = auction.search.hunt
    total_ms = float(hunt.open_ms[hunt.jobs].sum()) + dual_ms(auction)
    return max(0.0, total_ms) / max(1, len(auction.bidders))


def sold(ground: Ground, auction: Auction, rules: Rules) -> Sale:
    """Return an opened auction after all bids."""
    bidders = auction.bidders
    while not bid_out(ground, auction, rules):
        auction = auction._replace(prospects=grown(auction.prospects))
    take_free(ground, auction)
    hunt = auction.search.hunt
    open_ms = float(hunt.open_ms[hunt.jobs].sum())
    total_ms = open_ms + float(auction.market.cost_ms[bidders].sum())
    gap_ms = max(0.0, total_ms - open_ms - dual_ms(auction))
    return Sale(auction, gap_ms / max(abs(total_ms), 1.0))
