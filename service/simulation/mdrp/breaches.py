"""Which rules of the problem a solution breaks: the check of our own, before any other judge's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.simulation.mdrp.figures import step_minutes
from service.simulation.mdrp.instance import Instance, Shift
from service.simulation.mdrp.solution import START, Assignment, Delivery, Solution, Step


class Breach(NamedTuple):
    """A rule that does not hold, and for whom."""

    rule: str
    courier: str
    order: str  # empty where it is about none


def breaches_of(instance: Instance, solution: Solution) -> list[Breach]:
    """Return every breach of a rule, by assignment first, then by courier."""
    found = list(_of_deliveries(solution))
    for assignment in solution.assignments:
        found += _of_assignment(instance, assignment)
    for shift in instance.shifts.values():
        found += _Follower(instance, solution, shift).breaches()
    return found


def _of_deliveries(solution: Solution) -> Iterator[Breach]:
    taken = Counter(order for a in solution.assignments for order in a.orders)
    delivered = Counter(delivery.order for delivery in solution.deliveries)
    for order in taken.keys() | delivered.keys():
        if taken[order] != 1 or delivered[order] != 1:
            yield Breach("once", "", order)


def _of_assignment(instance: Instance, assignment: Assignment) -> Iterator[Breach]:
    pickup, shift = assignment.pickup_minute, instance.shifts[assignment.courier]
    restaurant = instance.orders[assignment.orders[0]].restaurant
    for id_ in assignment.orders:
        order = instance.orders[id_]
        held = {
            "one_restaurant": order.restaurant == restaurant,
            "placement": assignment.assigned_minute >= order.placed_minute,
            "assignment": assignment.assigned_minute <= pickup,
            "ready": pickup >= order.ready_minute,
            "off_time": pickup <= shift.off_minute,
        }
        yield from (Breach(rule, shift.id, id_) for rule, holds in held.items() if not holds)


class _Follower:
    """Goes with one courier, from move to move."""

    def __init__(self, instance: Instance, solution: Solution, shift: Shift) -> None:
        self._instance, self._shift = instance, shift
        self._half_pickup = instance.constants.pickup_service_minutes // 2
        self._half_dropoff = instance.constants.dropoff_service_minutes // 2
        self._steps: Sequence[Step] = solution.steps.get(shift.id, ())
        self._bundles = sorted(
            (a for a in solution.assignments if a.courier == shift.id),
            key=lambda a: a.pickup_minute,
        )
        self._delivery_of = {d.order: d for d in solution.deliveries}
        self._place, self._free_minute = START, shift.on_minute
        self._found = list[Breach]()

    def breaches(self) -> list[Breach]:
        """Return what the courier does against the rules."""
        row = 0
        for bundle in self._bundles:
            while row < len(self._steps) and self._steps[row].departure_minute < (
                bundle.pickup_minute
            ):
                self._go_to_restaurant(self._steps[row])
                row += 1
            self._pick_up(bundle)
            for order in bundle.orders:
                step = self._steps[row] if row < len(self._steps) else None
                self._drop_off(bundle, order, step)
                row += 1
        for step in self._steps[row:]:
            self._go_to_restaurant(step)
        return self._found

    def _go_to_restaurant(self, step: Step) -> None:
        self._require("target", holds=step.destination in self._instance.restaurants)
        self._require("off_time", holds=step.departure_minute <= self._shift.off_minute)
        self._require("diversion", holds=step.departure_minute >= self._free_minute)
        self._go(step)

    def _go(self, step: Step, *, order: str = "") -> None:
        self._require("continuity", order, holds=step.origin == self._place)
        way_minutes = step_minutes(self._instance, step, self._shift)
        self._place, self._free_minute = step.destination, step.departure_minute + way_minutes

    def _pick_up(self, bundle: Assignment) -> None:
        first = bundle.orders[0]
        restaurant = self._instance.orders[first].restaurant
        arrival_minute = self._free_minute + self._half_pickup
        self._require("place", first, holds=self._place == restaurant)
        self._require("arrival", first, holds=bundle.pickup_minute >= arrival_minute)
        self._free_minute = bundle.pickup_minute + self._half_pickup

    def _drop_off(self, bundle: Assignment, order: str, step: Step | None) -> None:
        if step is None or step.destination != order:
            self._found.append(Breach("sequence", self._shift.id, order))
            return
        self._require("departure", order, holds=step.departure_minute == self._free_minute)
        self._go(step, order=order)
        dropoff_minute = self._free_minute + self._half_dropoff
        told = Delivery(
            order=order,
            pickup_minute=bundle.pickup_minute,
            dropoff_minute=dropoff_minute,
            courier=self._shift.id,
        )
        self._require("dropoff", order, holds=self._delivery_of.get(order) == told)
        self._free_minute = dropoff_minute + self._half_dropoff

    def _require(self, rule: str, order: str = "", *, holds: bool) -> None:
        if not holds:
            self._found.append(Breach(rule, self._shift.id, order))
