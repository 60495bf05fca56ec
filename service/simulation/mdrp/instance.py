"""Reads an instance of the public meal delivery data: a folder of tab-separated tables.

The format is that of D. Reyes, A. Erera, M. Savelsbergh, S. Sahasrabudhe, R. O'Neil, "Meal
Delivery Routing: The Grubhub Instances" (2018). Times are whole minutes of one day, coordinates
metres on a plane.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class InstanceError(Exception):
    """An instance cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MealOrder:
    """An order, and where it goes."""

    id: str
    x_m: float
    y_m: float
    placed_minute: int
    restaurant: str
    ready_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A courier, where it starts, and from when to when it works."""

    id: str
    x_m: float
    y_m: float
    on_minute: int
    off_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """The rules of an instance in numbers; services and click-to-door in minutes."""

    metres_per_minute: float
    pickup_service_minutes: int
    dropoff_service_minutes: int
    target_minutes: int
    maximum_minutes: int
    pay_per_order: float
    pay_per_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One day."""

    name: str
    restaurants: Mapping[str, tuple[float, float]]  # x, y in metres
    orders: Mapping[str, MealOrder]
    shifts: Mapping[str, Shift]
    constants: Constants


def read_instance(folder: Path) -> Instance:
    """Return the instance in a folder.

    Raises:
        InstanceError: a table is missing or malformed, or its values make no sense.
    """
    try:
        restaurants = {
            row["restaurant"]: (float(row["x"]), float(row["y"]))
            for row in _rows(folder, "restaurants")
        }
        orders = {row["order"]: _order(row) for row in _rows(folder, "orders")}
        shifts = {row["courier"]: _shift(row) for row in _rows(folder, "couriers")}
        (given,) = _rows(folder, "instance_parameters")
        constants = _constants(given)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InstanceError(f"{folder}: {type(error).__name__}: {error}") from error
    instance = Instance(
        name=folder.name,
        restaurants=restaurants,
        orders=orders,
        shifts=shifts,
        constants=constants,
    )
    _check(instance, folder)
    return instance


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.txt").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def _order(row: Mapping[str, str]) -> MealOrder:
    return MealOrder(
        id=row["order"],
        x_m=float(row["x"]),
        y_m=float(row["y"]),
        placed_minute=int(row["placement_time"]),
        restaurant=row["restaurant"],
        ready_minute=int(row["ready_time"]),
    )


def _shift(row: Mapping[str, str]) -> Shift:
    return Shift(
        id=row["courier"],
        x_m=float(row["x"]),
        y_m=float(row["y"]),
        on_minute=int(row["on_time"]),
        off_minute=int(row["off_time"]),
    )


def _constants(row: Mapping[str, str]) -> Constants:
    return Constants(
        metres_per_minute=float(row["meters_per_minute"]),
        pickup_service_minutes=int(row["pickup service minutes"]),
        dropoff_service_minutes=int(row["dropoff service minutes"]),
        target_minutes=int(row["target click-to-door"]),
        maximum_minutes=int(row["maximum click-to-door"]),
        pay_per_order=float(row["pay per order"]),
        pay_per_hour=float(row["guaranteed pay per hour"]),
    )


def _check(instance: Instance, folder: Path) -> None:
    constants = instance.constants
    if not instance.orders or not instance.shifts:
        raise InstanceError(f"{folder}: no orders, or no couriers")
    for order in instance.orders.values():
        if order.restaurant not in instance.restaurants:
            raise InstanceError(f"{folder}: order {order.id} is of no known restaurant")
    for shift in instance.shifts.values():
        if shift.off_minute <= shift.on_minute:
            raise InstanceError(f"{folder}: the shift of courier {shift.id} has no length")
    if constants.metres_per_minute <= 0.0:
        raise InstanceError(f"{folder}: couriers do not move")
    if constants.pickup_service_minutes % 2 or constants.dropoff_service_minutes % 2:
        raise InstanceError(f"{folder}: half a service is not a whole number of minutes")
