"""The virtual day from tick to tick: the engine decides, couriers answer, time passes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.params import Params
from matching.plan import COMMITTED_STOP, NEW_PICKUP, Plan
from matching.snapshot import Snapshot, check
from matching.solve import solve
from service.simulation.virtual.answers import Answers
from service.simulation.virtual.arrays import Instant, arrange, grid_of
from service.simulation.virtual.day import Day
from service.simulation.virtual.demand import Demand
from service.simulation.virtual.drift import next_store
from service.simulation.virtual.journal import Journal
from service.simulation.virtual.trip import Stop, Trip, give, next_place, pass_time, send

Solver = Callable[[Snapshot, Params], Plan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the day is run, beside the engine's own parameters."""

    params: Params  # its tick is the period of the day's ticks
    live_orders_max: int  # per courier
    acceptance_share_min: float = 1.0  # couriers accept with a chance from here up to 1
    seed: int = 1
    shift_known_s: float = 0.0  # couriers are planned with so long before their shift begins


class Played(NamedTuple):
    """A day that is over."""

    journal: Journal
    solve_ms: list[float]  # of each tick with couriers at work, in order


class _Open(NamedTuple):
    """What is decided on in a tick, as rows: what the plan's rows stand for."""

    now_s: float
    trips: list[Trip]
    orders: list[int]
    stops: tuple[Stop, ...]


def play(day: Day, rules: Rules, *, solver: Solver = solve) -> Played:
    """Run the day from its first order until the last courier has gone and all is dropped off."""
    world = World(day, rules, solver)
    tick_s = rules.params.tick_s
    first_s = min((order.placed_s for order in day.orders), default=0.0)
    last_s = max((courier.off_s for courier in day.couriers), default=0.0)
    tick = int(np.ceil(first_s / tick_s))
    while tick * tick_s <= last_s:
        world.tick(tick * tick_s)
        tick += 1
    world.finish()
    return world.played


class World:
    """The state of a day."""

    def __init__(self, day: Day, rules: Rules, solver: Solver = solve) -> None:
        self._day, self._rules, self._solver = day, rules, solver
        self._grid, self._is_checked = grid_of(day), False
        self.trips = [
            Trip(row, courier.start, courier.on_s) for row, courier in enumerate(day.couriers)
        ]
        self._answers = Answers(
            len(day.couriers), lowest_share=rules.acceptance_share_min, seed=rules.seed
        )
        self._store_of = {place: row for row, place in enumerate(day.stores)}
        self._demand = Demand(day.place_deg[list(day.stores)])
        self._placed_count = 0
        self._open = dict[int, None]()  # orders by time of placement
        self._declined_by = dict[int, list[int]]()
        self._last_plan = dict[int, tuple[int, int]]()
        self._bundles_count = 0
        self.played = Played(Journal(), [])

    def tick(self, now_s: float) -> None:
        """Let time pass up to the instant, and decide."""
        for trip in self.trips:
            pass_time(trip, self._day, self.played.journal, until_s=now_s)
        self._open_orders(now_s)
        trips = [trip for trip in self.trips if self._is_known(trip, now_s)]
        if trips:
            self._decide(now_s, trips)

    def finish(self) -> None:
        """Let everything happen that has been decided."""
        for trip in self.trips:
            pass_time(trip, self._day, self.played.journal, until_s=np.inf)

    def _is_known(self, trip: Trip, now_s: float) -> bool:
        """Return whether the courier is at work, or will be soon."""
        courier = self._day.couriers[trip.courier]
        is_there = courier.on_s <= now_s + self._rules.shift_known_s
        return is_there and (now_s <= courier.off_s or bool(trip.stops))

    def _open_orders(self, now_s: float) -> None:
        while self._placed_count < len(self._day.orders):
            order = self._day.orders[self._placed_count]
            if order.placed_s > now_s:
                return
            self._open[self._placed_count] = None
            self._demand.see(self._store_of[order.pickup], placed_s=order.placed_s)
            self._placed_count += 1

    def _decide(self, now_s: float, trips: list[Trip]) -> None:
        orders = list(self._open)
        instant = Instant(
            now_s=now_s,
            trips=trips,
            orders=orders,
            room_max=self._rules.live_orders_max,
            acceptance_share=self._answers.believed_shares([trip.courier for trip in trips]),
            declined_by=self._declined_by,
            last_plan=self._last_plan,
            expected=self._demand.expected(now_s),
        )
        snapshot, stops = arrange(self._grid, instant)
        if not self._is_checked:  # once: the table of ways takes longer than the engine
            check(snapshot)
            self._is_checked = True
        begun_s = time.perf_counter()
        plan = self._solver(snapshot, self._rules.params)
        self.played.solve_ms.append((time.perf_counter() - begun_s) * 1e3)
        self._last_plan.clear()
        seen = _Open(now_s, trips, orders, stops)
        for bundle in range(len(plan.bundle_courier)):
            self._take_up(plan, bundle, seen)
        for courier, demand in zip(plan.hint_courier, plan.hint_demand, strict=True):
            trip, there = trips[int(courier)], self._day.stores[instant.expected.store[demand]]
            place = next_store(self._day, trip.courier, next_place(trip), there)
            send(trip, place, self._day, self.played.journal, now_s=now_s)

    def _take_up(self, plan: Plan, bundle: int, seen: _Open) -> None:
        """Offer a bundle, or remember that it was held."""
        trip = seen.trips[int(plan.bundle_courier[bundle])]
        begin, end = plan.bundle_start[bundle : bundle + 2]
        orders = [seen.orders[int(row)] for row in plan.bundle_job[begin:end]]
        if plan.is_held[bundle]:
            for rank, order in enumerate(orders):
                self._last_plan[order] = (trip.courier, rank)
            return
        journal = self.played.journal
        for order in orders:
            journal.first_offered_s.setdefault(order, seen.now_s)
            journal.offers_count[order] = journal.offers_count.get(order, 0) + 1
        if not self._answers.ask(trip.courier):
            for order in orders:
                self._declined_by.setdefault(order, []).append(trip.courier)
            return
        for order in orders:
            del self._open[order]
            journal.bundle_of[order] = self._bundles_count
        self._bundles_count += 1
        give(trip, _route(plan, bundle, seen, self._day), now_s=seen.now_s)


def _route(plan: Plan, bundle: int, seen: _Open, day: Day) -> list[Stop]:
    """Return the whole new route of a bundle's courier."""
    route = list[Stop]()
    begin, end = plan.route_start[bundle : bundle + 2]
    for kind, row in zip(plan.route_kind[begin:end], plan.route_row[begin:end], strict=True):
        if kind == COMMITTED_STOP:
            route.append(seen.stops[int(row)])
            continue
        order, is_pickup = seen.orders[int(row)], bool(kind == NEW_PICKUP)
        given = day.orders[order]
        place = given.pickup if is_pickup else given.dropoff
        route.append(Stop(order=order, is_pickup=is_pickup, place=place, decided_s=seen.now_s))
    return route
