"""From the rows of a replay to the field's metrics."""

import pytest
from run_makers import NOW, make_job

from service.domain.geo import Point
from service.domain.vocabulary import Vehicle
from service.simulation.public_day import PublicCourier, PublicDay, PublicOrder
from service.simulation.run.day_metrics import BASELINE, SERVICE, compare, finished_jobs

STORE = Point(3.40, -76.50)
MIDNIGHT = NOW.replace(hour=0)


def make_order(id_: str, placed_s: float) -> PublicOrder:
    return PublicOrder(
        id=id_,
        store_index=0,
        dropoff=Point(3.41, -76.50),
        placed_s=placed_s,
        ready_s=placed_s + 60.0,
        expected_s=placed_s + 1_800.0,
    )


@pytest.fixture
def day() -> PublicDay:
    """Two orders at noon, and a courier at the store's door."""
    courier = PublicCourier(id="c", vehicle=Vehicle.CAR, start=STORE, on_s=0.0, off_s=20 * 3_600.0)
    orders = (make_order("1", 43_190.0), make_order("2", 43_200.0))
    return PublicDay(stores=(STORE,), orders=orders, couriers=(courier,))


def test_times_count_from_what_was_recorded(day: PublicDay) -> None:
    first, _ = finished_jobs(day, [make_job()], midnight=MIDNIGHT)
    assert (first.placed_s, first.ready_s) == (43_190.0, 43_250.0)
    assert (first.offered_s, first.picked_up_s, first.delivered_s) == (43_202, 43_500, 44_100)


def test_an_order_that_was_never_taken_is_undelivered(day: PublicDay) -> None:
    _, second = finished_jobs(day, [make_job()], midnight=MIDNIGHT)
    assert second.delivered_s is None


def test_both_runs_are_measured_over_the_same_orders(day: PublicDay) -> None:
    metrics = compare(day, [make_job()], midnight=MIDNIGHT, driven_m=5_000.0)
    assert metrics[SERVICE].jobs_count == metrics[BASELINE].jobs_count == 2
    assert metrics[SERVICE].undelivered_count == 1
    assert metrics[BASELINE].undelivered_count == 0
    assert metrics[SERVICE].distance_km == 5.0
