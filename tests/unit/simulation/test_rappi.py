"""The reader of public days, on a hand-made folder and on the recorded ones."""

from pathlib import Path

import pytest

from service.domain.geo import Point, distance_m
from service.domain.policy import Policy
from service.domain.vocabulary import Vehicle
from service.simulation.baseline import run_baseline
from service.simulation.metrics import measure
from service.simulation.public_day import PublicDayError, market_of, thin_couriers
from service.simulation.rappi import read_day

ORDERS = """\
order_id,pick_up_lat,pick_up_lng,drop_off_lat,drop_off_lng,placement_time,preparation_time,\
ready_time,expected_drop_off_time
11,4.81,-75.69,4.82,-75.68,12:30:00,12:31:00,12:45:00,13:00:00
12,4.80,-75.70,4.83,-75.67,08:00:00,08:01:00,07:59:00,08:30:00
13,4.81,-75.69,4.79,-75.66,23:50:00,23:51:00,00:10:00,00:20:00
"""
COURIERS = """\
courier_id,vehicle,on_lat,on_lng,on_time,off_time
1,walking,4.81,-75.69,08:00:00,12:00:00
2,bicycle,4.81,-75.69,08:00:00,12:00:00
3,motorcycle,4.81,-75.69,08:00:00,12:00:00
4,car,4.81,-75.69,08:00:00,12:00:00
5,car,4.81,-75.69,09:00:00,09:00:00
"""
PUBLIC_DAYS = Path(__file__).parents[4] / "shared" / "data" / "mdrp-sim"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "couriers.csv").write_text(COURIERS, encoding="utf-8")
    return tmp_path


def test_orders_come_by_time_and_equal_pickups_are_one_store(folder: Path) -> None:
    day = read_day(folder)
    assert [(order.id, order.store_index) for order in day.orders] == [
        ("12", 1),
        ("11", 0),
        ("13", 0),
    ]
    assert day.stores == (Point(4.81, -75.69), Point(4.80, -75.70))
    assert day.orders[1].dropoff == Point(4.82, -75.68)


def test_nothing_is_ready_before_it_is_placed(folder: Path) -> None:
    order = read_day(folder).orders[0]
    assert order.ready_s == order.placed_s == 8 * 3_600.0


def test_times_after_midnight_belong_to_the_next_day(folder: Path) -> None:
    order = read_day(folder).orders[-1]
    assert order.placed_s == 86_400.0 - 600.0
    assert order.ready_s == 86_400.0 + 600.0
    assert order.expected_s == 86_400.0 + 1_200.0


def test_vehicles_have_our_names_and_empty_shifts_are_left_out(folder: Path) -> None:
    vehicles = [(courier.id, courier.vehicle) for courier in read_day(folder).couriers]
    assert vehicles == [
        ("1", Vehicle.FOOT),
        ("2", Vehicle.BIKE),
        ("3", Vehicle.SCOOTER),
        ("4", Vehicle.CAR),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("orders.csv", "ready_time", "ready", r"orders\.csv: no column ready_time"),
        ("orders.csv", "12:30:00", "25:30:00", r"orders\.csv, line 2: '25:30:00' is not a time"),
        ("orders.csv", "4.82,", "94.82,", r"line 2: drop_off: 94\.82, -75\.68 is no latitude"),
        ("orders.csv", "4.82,", "nan,", r"line 2: drop_off: nan"),
        ("orders.csv", "4.82,", "here,", r"line 2: .*'here'"),
        ("orders.csv", "\n12,", "\n11,", r"order 11 appears twice"),
        ("couriers.csv", "bicycle", "rocket", r"couriers\.csv, line 3: vehicle 'rocket'"),
        ("couriers.csv", "08:00:00,12:00:00", "13:00:00,12:00:00", r"line 2: the shift ends"),
        ("couriers.csv", "\n2,bicycle", "\n1,bicycle", r"courier 1 appears twice"),
        ("couriers.csv", COURIERS[50:], "", r"couriers\.csv: no rows"),
        ("couriers.csv", ",-75.69,08:00:00,12:00:00\n5", "\n5", r"line 5: .*is not a time"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(
    folder: Path, name: str, old: str, new: str, message: str
) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PublicDayError, match=message):
        read_day(folder)


@pytest.mark.parametrize("name", ["orders.csv", "couriers.csv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(PublicDayError, match=rf"{name}: no such file"):
        read_day(folder)


@pytest.mark.skipif(not PUBLIC_DAYS.is_dir(), reason="the public days lie beside the repository")
@pytest.mark.parametrize(
    ("number", "orders_count", "stores_count", "couriers_count"),
    [("7", 7_357, 836, 2_593), ("10", 735, 188, 451)],
)
def test_a_recorded_day_is_read_whole(
    number: str, orders_count: int, stores_count: int, couriers_count: int
) -> None:
    day = read_day(PUBLIC_DAYS / number)
    counts = (len(day.orders), len(day.stores), len(day.couriers))
    assert counts == (orders_count, stores_count, couriers_count)
    assert all(order.placed_s <= order.ready_s < order.placed_s + 4 * 3_600 for order in day.orders)
    assert all(order.expected_s >= order.placed_s for order in day.orders)
    market = market_of(day)
    assert all(distance_m(market.center, order.dropoff) < market.radius_m for order in day.orders)


@pytest.mark.skipif(not PUBLIC_DAYS.is_dir(), reason="the public days lie beside the repository")
def test_a_thinner_fleet_serves_a_recorded_day_worse() -> None:
    day = read_day(PUBLIC_DAYS / "10")
    thin = thin_couriers(day, share=0.1, seed=1)
    full_metrics, thin_metrics = (
        measure(run_baseline(d, Policy()), courier_hours=d.courier_hours) for d in (day, thin)
    )
    assert full_metrics.undelivered_count < thin_metrics.undelivered_count
    assert full_metrics.click_to_door_mean_minutes < thin_metrics.click_to_door_mean_minutes
