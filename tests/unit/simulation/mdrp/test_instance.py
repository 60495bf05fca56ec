"""Reading an instance, and what it becomes in the virtual world."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service.simulation.mdrp.instance import InstanceError, read_instance
from service.simulation.mdrp.mapping import day_of, way_minutes
from tests.unit.simulation.mdrp.examples import INSTANCE, write_instance


def test_an_instance_is_read_whole(tmp_path: Path) -> None:
    assert read_instance(write_instance(tmp_path / "example")) == INSTANCE


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("orders", "\tr1\t20", "\tr9\t20", "order o1 is of no known restaurant"),
        ("orders", "ready_time", "ready", "KeyError: 'ready_time'"),
        ("orders", "\t45\t", "\tnoon\t", "'noon'"),
        ("couriers", "\t0\t120", "\t120\t120", "the shift of courier c1 has no length"),
        ("instance_parameters", "\n100", "\n0", "couriers do not move"),
        ("instance_parameters", "100\t4", "100\t5", "half a service is not a whole number"),
        ("instance_parameters", "\n100", "\n100\n100", "ValueError"),
    ],
)
def test_a_faulty_instance_is_refused(
    tmp_path: Path, table: str, old: str, new: str, message: str
) -> None:
    path = write_instance(tmp_path) / f"{table}.txt"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InstanceError, match=message):
        read_instance(tmp_path)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    (write_instance(tmp_path) / "couriers.txt").unlink()
    with pytest.raises(InstanceError, match=r"couriers\.txt"):
        read_instance(tmp_path)


def test_ways_are_rounded_up_to_whole_minutes() -> None:
    points_m = np.array([(0.0, 0.0), (300.0, 400.0), (300.0, 401.0)])
    assert way_minutes(points_m, 100.0).tolist() == [[0, 5, 6], [5, 0, 1], [6, 1, 0]]


def test_times_are_seconds_and_half_a_service_is_access() -> None:
    day, place_ids = day_of(INSTANCE)
    assert place_ids == ("c1", "c2", "r1", "r2", "o1", "o2", "o3", "o4")
    assert day.stores == (2, 3)
    assert (day.orders[2].placed_s, day.orders[2].ready_s) == (2_700.0, 3_300.0)
    assert day.stop_times.pickup_access_s == day.stop_times.dropoff_service_s == 120.0
    assert day.way_s is not None
    assert day.way_s[0, 2] == 600.0


def test_orders_come_by_placement() -> None:
    upside_down = replace(INSTANCE, orders=dict(reversed(INSTANCE.orders.items())))
    assert [order.id for order in day_of(upside_down).day.orders] == ["o1", "o2", "o3", "o4"]


def test_two_places_at_one_point_stay_apart_and_next_to_each_other() -> None:
    restaurants = {"r1": (1000.0, 0.0), "r2": (1000.0, 0.0)}
    day, _ = day_of(replace(INSTANCE, restaurants=restaurants))
    first, second = day.place_deg[list(day.stores)]
    assert first.tolist() != second.tolist()
    assert np.abs(first - second).max() < 1e-8
    assert day.way_s is not None
    assert day.way_s[day.stores[0], day.stores[1]] == 0.0
