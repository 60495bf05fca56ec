"""A public day of a city under three rules, in virtual time."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.commands.bench import bench
from service.domain.geo import Point, distance_m
from service.domain.policy import SPEED_MPS, Policy
from service.domain.vocabulary import Vehicle
from service.simulation.public_day import PublicCourier, PublicDay, PublicOrder
from service.simulation.run.day_metrics import BASELINE, SERVICE
from service.simulation.virtual.policy import params_of
from service.simulation.virtual.public import (
    ONE_TO_ONE,
    compare,
    driven_m,
    finished_jobs,
    virtual_day_of,
)
from service.simulation.virtual.world import Rules, play

STORE, DOOR = Point(3.40, -76.50), Point(3.41, -76.50)
NOON_S = 43_200.0
POLICY, PARAMS = Policy(), params_of(tick_s=30.0)

ORDERS = """\
order_id,pick_up_lat,pick_up_lng,drop_off_lat,drop_off_lng,placement_time,ready_time,\
expected_drop_off_time
1,3.40,-76.50,3.41,-76.50,12:00:00,12:05:00,12:30:00
2,3.40,-76.50,3.42,-76.50,12:00:30,12:05:00,12:30:00
"""
COURIERS = """\
courier_id,vehicle,on_lat,on_lng,on_time,off_time
1,motorcycle,3.40,-76.51,12:00:00,13:30:00
"""


def make_public_order(id_: str, *, door: Point = DOOR) -> PublicOrder:
    return PublicOrder(
        id=id_,
        store_index=0,
        dropoff=door,
        placed_s=NOON_S,
        ready_s=NOON_S + 600.0,
        expected_s=NOON_S + 1_800.0,
    )


@pytest.fixture
def day() -> PublicDay:
    courier = PublicCourier(
        id="c", vehicle=Vehicle.CAR, start=STORE, on_s=NOON_S, off_s=NOON_S + 5_400.0
    )
    orders = (make_public_order("1"), make_public_order("2", door=Point(3.411, -76.50)))
    return PublicDay(stores=(STORE,), orders=orders, couriers=(courier,))


def test_a_virtual_day_has_every_point_once(day: PublicDay) -> None:
    virtual = virtual_day_of(day, POLICY)
    assert virtual.place_deg.tolist() == [[3.40, -76.50], [3.41, -76.50], [3.411, -76.50]]
    assert virtual.stores == (virtual.couriers[0].start,) == (0,)
    assert virtual.couriers[0].capacity == (200_000.0, 500.0, 15.0)


def test_times_and_ways_are_those_the_service_plans_with(day: PublicDay) -> None:
    virtual, still = virtual_day_of(day, POLICY), PARAMS._replace(reposition_couriers_max=0)
    journal = play(virtual, Rules(params=still, live_orders_max=3)).journal
    first, second = finished_jobs(virtual, journal)
    assert first.picked_up_s == second.picked_up_s == NOON_S + 600.0 + POLICY.pickup_service_s
    way_m = distance_m(STORE, DOOR) * POLICY.detour_factor
    delivered_s = NOON_S + 660.0 + way_m / SPEED_MPS[Vehicle.CAR] + POLICY.dropoff_service_s
    assert first.delivered_s == pytest.approx(delivered_s)
    straight_m = distance_m(STORE, Point(3.411, -76.50))
    assert driven_m(virtual, journal) == pytest.approx(straight_m * POLICY.detour_factor)


def test_three_rules_are_measured_over_the_same_orders(day: PublicDay) -> None:
    told = list[str]()
    metrics = compare(day, POLICY, PARAMS, tell=told.append)
    assert list(metrics) == [BASELINE, ONE_TO_ONE, SERVICE]
    assert {m.jobs_count for m in metrics.values()} == {2}
    assert {m.undelivered_count for m in metrics.values()} == {0}
    one_to_one, ours = metrics[ONE_TO_ONE], metrics[SERVICE]
    assert one_to_one.distance_km is not None
    assert ours.distance_km is not None
    assert ours.distance_km < one_to_one.distance_km  # both ways in one
    assert len(told) == 2


def test_the_command_compares_and_keeps_the_metrics(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "couriers.csv").write_text(COURIERS, encoding="utf-8")
    record_path = tmp_path / "record.json"
    ran = CliRunner().invoke(bench, ["rappi", str(tmp_path), "--json", str(record_path)])
    assert ran.exit_code == 0
    record = json.loads(record_path.read_text("utf-8"))
    assert record["setting"]["couriers_share"] == 1.0
    assert record["metrics"][SERVICE]["jobs_count"] == 2


def test_a_folder_without_a_day_is_refused(tmp_path: Path) -> None:
    ran = CliRunner().invoke(bench, ["rappi", str(tmp_path)])
    assert ran.exit_code == 1
    assert "orders.csv" in ran.output
