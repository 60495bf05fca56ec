"""The field's figures of a solution, defined as by the authors of the instances."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.simulation.mdrp.instance import Constants, Instance, Shift
from service.simulation.mdrp.solution import START, Solution, Step
from service.simulation.metrics import percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Minutes unless stated; over delivered orders unless stated; None where there are none.

    Times are over delivered orders only, so `undelivered_pct` belongs beside them.
    """

    orders: int
    delivered: int
    undelivered_pct: float
    ctd_mean: float | None  # click-to-door: drop-off - placement
    ctd_p90: float | None
    ctd_max: float | None
    overage_mean: float | None  # click-to-door beyond the target
    rtp_mean: float | None  # ready-to-pickup: pickup - ready
    rtp_p90: float | None
    utilisation: float | None  # mean over couriers of the share of the shift at work
    cost_per_order: float | None  # pay of all couriers / delivered
    orders_per_bundle: float | None
    excess_mean: float | None  # click-to-door beyond the order's bound
    ctd_penalised: float | None  # over all orders: undelivered ones took the maximum
    over_max: int  # delivered later than the maximum


def figures_of(instance: Instance, solution: Solution) -> Figures:
    """Return the figures of a solution that breaks no rule.

    Definitions as in Reyes, Erera, Savelsbergh, Sahasrabudhe, O'Neil, "The Meal Delivery Routing
    Problem" (2018).
    """
    constants, done, all_count = instance.constants, solution.deliveries, len(instance.orders)
    orders = [instance.orders[delivery.order] for delivery in done]
    to_door = [d.dropoff_minute - o.placed_minute for d, o in zip(done, orders, strict=True)]
    to_pickup = [d.pickup_minute - o.ready_minute for d, o in zip(done, orders, strict=True)]
    excess = [m - bound_minutes(instance, o.id) for m, o in zip(to_door, orders, strict=True)]
    maximum = constants.maximum_minutes
    return Figures(
        orders=all_count,
        delivered=len(done),
        undelivered_pct=100.0 * (all_count - len(done)) / all_count,
        ctd_mean=_mean(to_door),
        ctd_p90=percentile(to_door, share=0.9),
        ctd_max=max(to_door, default=None),
        overage_mean=_mean([max(0, minutes - constants.target_minutes) for minutes in to_door]),
        rtp_mean=_mean(to_pickup),
        rtp_p90=percentile(to_pickup, share=0.9),
        utilisation=_mean(_utilisations(instance, solution)),
        cost_per_order=_pay(instance, solution) / len(done) if done else None,
        orders_per_bundle=_mean([len(a.orders) for a in solution.assignments]),
        excess_mean=_mean(excess),
        ctd_penalised=_mean([*to_door, *[maximum] * (all_count - len(done))]),
        over_max=sum(minutes > maximum for minutes in to_door),
    )


def bound_minutes(instance: Instance, order_id: str) -> int:
    """Return the click-to-door that no plan can beat: picked up when ready, brought straight."""
    order, constants = instance.orders[order_id], instance.constants
    halves = (constants.pickup_service_minutes + constants.dropoff_service_minutes) // 2
    way = travel_minutes(constants, instance.restaurants[order.restaurant], (order.x_m, order.y_m))
    return order.ready_minute - order.placed_minute + halves + way


def travel_minutes(
    constants: Constants, from_m: tuple[float, float], to_m: tuple[float, float]
) -> int:
    """Return the travel time between two points on the plane, rounded up."""
    apart_m = np.sqrt((from_m[0] - to_m[0]) ** 2 + (from_m[1] - to_m[1]) ** 2)
    return int(np.ceil(apart_m / constants.metres_per_minute))


def place_m(instance: Instance, place: str, shift: Shift) -> tuple[float, float]:
    """Return where an origin or destination of a courier is, metres on the plane."""
    if place == START:
        return shift.x_m, shift.y_m
    if place in instance.restaurants:
        return instance.restaurants[place]
    order = instance.orders[place]
    return order.x_m, order.y_m


def step_minutes(instance: Instance, step: Step, shift: Shift) -> int:
    """Return how long a move takes."""
    from_m = place_m(instance, step.origin, shift)
    return travel_minutes(instance.constants, from_m, place_m(instance, step.destination, shift))


def _utilisations(instance: Instance, solution: Solution) -> list[float]:
    drops = Counter(delivery.courier for delivery in solution.deliveries)
    pickups = Counter(assignment.courier for assignment in solution.assignments)
    constants, shares = instance.constants, list[float]()
    for shift in instance.shifts.values():
        steps = solution.steps.get(shift.id, ())
        busy_minutes = sum(step_minutes(instance, step, shift) for step in steps)
        busy_minutes += drops[shift.id] * constants.dropoff_service_minutes
        busy_minutes += pickups[shift.id] * constants.pickup_service_minutes
        shares.append(busy_minutes / (shift.off_minute - shift.on_minute))
    return shares


def _pay(instance: Instance, solution: Solution) -> float:
    drops = Counter(delivery.courier for delivery in solution.deliveries)
    constants = instance.constants
    return sum(
        max(
            drops[shift.id] * constants.pay_per_order,
            constants.pay_per_hour * (shift.off_minute - shift.on_minute) / 60.0,
        )
        for shift in instance.shifts.values()
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
