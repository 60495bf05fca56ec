"""Reads a public day in Rappi's format: a folder with `orders.csv` and `couriers.csv`.

The format is that of S. Quintero-Rojas, "Computational framework for solving the meal delivery
routing problem" (Universidad de los Andes, 2020).
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from service.domain.geo import Point
from service.domain.vocabulary import Vehicle
from service.simulation.public_day import (
    DAY_S,
    PublicCourier,
    PublicDay,
    PublicDayError,
    PublicOrder,
    seconds_of_clock,
)

_Row = Mapping[str, str]
_T = TypeVar("_T")

_ORDER_COLUMNS = (
    "order_id", "pick_up_lat", "pick_up_lng", "drop_off_lat", "drop_off_lng",
    "placement_time", "ready_time", "expected_drop_off_time",
)  # fmt: skip
_COURIER_COLUMNS = ("courier_id", "vehicle", "on_lat", "on_lng", "on_time", "off_time")
_VEHICLES: Mapping[str, Vehicle] = {
    "walking": Vehicle.FOOT,
    "bicycle": Vehicle.BIKE,
    "motorcycle": Vehicle.SCOOTER,
    "car": Vehicle.CAR,
}


def read_day(folder: Path) -> PublicDay:
    """Return the day in a folder, without the few couriers whose shift is empty.

    Raises:
        PublicDayError: a file is missing, lacks a column or a row, or a value makes no sense;
            the message names the file and the line.
    """
    stores: dict[Point, int] = {}
    orders = list(_read(folder / "orders.csv", _ORDER_COLUMNS, lambda row: _order(row, stores)))
    couriers = _read(folder / "couriers.csv", _COURIER_COLUMNS, _courier)
    _refuse_repeated("order", [order.id for order in orders])
    working = tuple(courier for courier in couriers if courier.on_s < courier.off_s)
    _refuse_repeated("courier", [courier.id for courier in working])
    return PublicDay(
        stores=tuple(stores),
        orders=tuple(sorted(orders, key=lambda order: order.placed_s)),
        couriers=working,
    )


def _read(path: Path, columns: tuple[str, ...], parse: Callable[[_Row], _T]) -> Iterator[_T]:
    if not path.is_file():
        raise PublicDayError(
            f"{path}: no such file; a day's folder has orders.csv and couriers.csv"
        )
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines)
        missing = sorted(set(columns) - set(table.fieldnames or ()))
        if missing:
            raise PublicDayError(f"{path}: no column {', '.join(missing)}")
        rows_count = 0
        for row in table:
            rows_count += 1
            try:
                yield parse({column: row[column] or "" for column in columns})
            except (ValueError, PublicDayError) as error:
                raise PublicDayError(f"{path}, line {table.line_num}: {error}") from error
    if rows_count == 0:
        raise PublicDayError(f"{path}: no rows")


def _order(row: _Row, stores: dict[Point, int]) -> PublicOrder:
    placed_s = seconds_of_clock(row["placement_time"])
    store = _point(row, "pick_up")
    return PublicOrder(
        id=row["order_id"],
        store_index=stores.setdefault(store, len(stores)),
        dropoff=_point(row, "drop_off"),
        placed_s=placed_s,
        # What is left before the placement after midnight is settled is a slip of the record.
        ready_s=max(placed_s, _not_yesterday(seconds_of_clock(row["ready_time"]), placed_s)),
        expected_s=_not_yesterday(seconds_of_clock(row["expected_drop_off_time"]), placed_s),
    )


def _courier(row: _Row) -> PublicCourier:
    vehicle = _VEHICLES.get(row["vehicle"])
    if vehicle is None:
        raise PublicDayError(f"vehicle {row['vehicle']!r} is none of {', '.join(_VEHICLES)}")
    on_s, off_s = seconds_of_clock(row["on_time"]), seconds_of_clock(row["off_time"])
    if off_s < on_s:
        raise PublicDayError(f"the shift ends at {row['off_time']}, before it begins")
    start = _point(row, "on")
    return PublicCourier(id=row["courier_id"], vehicle=vehicle, start=start, on_s=on_s, off_s=off_s)


def _point(row: _Row, name: str) -> Point:
    lat_deg, lng_deg = float(row[f"{name}_lat"]), float(row[f"{name}_lng"])
    if not (-90.0 <= lat_deg <= 90.0 and -180.0 <= lng_deg <= 180.0):  # also refuses nan
        raise PublicDayError(f"{name}: {lat_deg}, {lng_deg} is no latitude and longitude")
    return Point(lat_deg, lng_deg)


def _not_yesterday(time_s: float, placed_s: float) -> float:
    """Return the time, a day later where it is so early that the clock passed midnight."""
    return time_s + DAY_S if time_s < placed_s - DAY_S / 2.0 else time_s


def _refuse_repeated(what: str, ids: list[str]) -> None:
    if len(set(ids)) < len(ids):
        repeated = next(id_ for row, id_ in enumerate(ids) if id_ in ids[:row])
        raise PublicDayError(f"{what} {repeated} appears twice")
