"""What was done on an instance's day, in its own terms, and the three files that tell it.

The files are those of the public checker of the instances' authors.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.simulation.mdrp.instance import Instance
from service.simulation.mdrp.mapping import MINUTE_S, Mapped
from service.simulation.virtual.journal import Journal

START = "0"  # as an origin: where the courier's shift starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A bundle of one restaurant that was picked up; orders in the sequence of their drop-offs."""

    assigned_minute: int
    pickup_minute: int
    courier: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An order that was delivered."""

    order: str
    pickup_minute: int
    dropoff_minute: int
    courier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move of a courier: its origin is START, or where its move before ended."""

    departure_minute: int
    origin: str
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What was picked up, delivered and travelled."""

    assignments: Sequence[Assignment]
    deliveries: Sequence[Delivery]
    steps: Mapping[str, Sequence[Step]]  # by courier, in order of departure


def solution_of(mapped: Mapped, journal: Journal) -> Solution:
    """Return the journal of a day in the instance's ids and minutes."""
    day, ids = mapped.day, mapped.place_ids
    dropped_minute = {
        row: _minute(visit.start_s)
        for visit in journal.visits
        if not visit.is_pickup
        for row in visit.orders
    }
    assignments, picked = list[Assignment](), dict[int, Assignment]()
    for visit in journal.visits:
        if visit.is_pickup:
            rows = sorted(visit.orders, key=lambda row: dropped_minute[row])
            assignment = Assignment(
                assigned_minute=_minute(visit.decided_s),
                pickup_minute=_minute(visit.start_s),
                courier=day.couriers[visit.courier].id,
                orders=tuple(day.orders[row].id for row in rows),
            )
            assignments.append(assignment)
            picked.update((row, assignment) for row in rows)
    steps = {courier.id: list[Step]() for courier in day.couriers}
    for move in journal.moves:
        courier = day.couriers[move.courier]
        steps[courier.id].append(
            Step(
                departure_minute=_minute(move.departed_s),
                origin=START if move.from_place == courier.start else ids[move.from_place],
                destination=ids[move.to_place],
            )
        )
    return Solution(
        assignments=assignments,
        deliveries=[
            Delivery(
                order=day.orders[row].id,
                pickup_minute=picked[row].pickup_minute,
                dropoff_minute=minute,
                courier=picked[row].courier,
            )
            for row, minute in dropped_minute.items()
        ],
        steps=steps,
    )


def write_solution(solution: Solution, instance: Instance, folder: Path) -> None:
    """Write the three files of a solution; the folder is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "solution_info_assignments.txt",
        "assignment_time pickup_time courier orders",
        ((a.assigned_minute, a.pickup_minute, a.courier, *a.orders) for a in solution.assignments),
    )
    _write(
        folder / "solution_info_orders.txt",
        "order placement_time ready_time pickup_time dropoff_time courier",
        (
            (
                d.order,
                instance.orders[d.order].placed_minute,
                instance.orders[d.order].ready_minute,
                d.pickup_minute,
                d.dropoff_minute,
                d.courier,
            )
            for d in solution.deliveries
        ),
    )
    _write(
        folder / "solution_info_couriers.txt",
        "courier departure_time origin destination",
        (
            (courier, step.departure_minute, step.origin, step.destination)
            for courier, steps in solution.steps.items()
            for step in steps
        ),
    )


def _write(path: Path, header: str, rows: Iterable[tuple[str | int, ...]]) -> None:
    lines = [header, *(" ".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _minute(time_s: float) -> int:
    minute = round(time_s / MINUTE_S)
    assert abs(minute * MINUTE_S - time_s) < 1e-6, "every event falls on a whole minute"
    return minute
