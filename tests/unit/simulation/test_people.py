"""The couriers of a city: repeatable, each with a life of its own."""

import numpy as np
import pytest

from service.domain.policy import SPEED_MPS
from service.domain.vocabulary import Requirement, Vehicle
from service.simulation.city.city import City
from service.simulation.people import Courier, draw_couriers, stop_duration_s

DURATION_S = 8.0 * 3_600.0


@pytest.fixture(scope="module")
def couriers(city: City) -> tuple[Courier, ...]:
    return draw_couriers(city, couriers_count=400, duration_s=DURATION_S, seed=5)


def test_a_courier_does_not_depend_on_how_many_there_are(
    city: City, couriers: tuple[Courier, ...]
) -> None:
    few = draw_couriers(city, couriers_count=20, duration_s=DURATION_S, seed=5)
    assert few == couriers[:20]
    assert draw_couriers(city, couriers_count=20, duration_s=DURATION_S, seed=6) != few


def test_couriers_come_with_every_vehicle_of_the_street(couriers: tuple[Courier, ...]) -> None:
    assert {courier.vehicle for courier in couriers} == set(Vehicle) - {Vehicle.VAN}
    for courier in couriers:
        assert courier.speed_mps == pytest.approx(SPEED_MPS[courier.vehicle], rel=0.17)
        assert Requirement.TWO_PERSON not in courier.abilities


def test_mean_speeds_are_those_the_service_plans_with(couriers: tuple[Courier, ...]) -> None:
    paces = [courier.speed_mps / SPEED_MPS[courier.vehicle] for courier in couriers]
    assert np.mean(paces) == pytest.approx(1.0, abs=0.02)


def test_about_as_many_are_on_at_every_moment(couriers: tuple[Courier, ...]) -> None:
    on_counts = [
        sum(courier.shift.start_s <= time_s < courier.shift.end_s for courier in couriers)
        for time_s in np.linspace(0.0, DURATION_S - 1.0, 9)
    ]
    assert min(on_counts) > 0.6 * max(on_counts)


def test_shifts_lie_in_the_run_and_last_at_most_six_hours(couriers: tuple[Courier, ...]) -> None:
    for courier in couriers:
        assert 0.0 <= courier.shift.start_s < DURATION_S
        assert 0.0 < courier.shift.end_s - courier.shift.start_s <= 6.0 * 3_600.0


def test_phones_die_now_and_then_for_a_while(couriers: tuple[Courier, ...]) -> None:
    spans = [span for courier in couriers for span in courier.dead_phone_spans]
    hours = sum(courier.shift.end_s - courier.shift.start_s for courier in couriers) / 3_600.0
    assert len(spans) / hours == pytest.approx(0.1, abs=0.04)
    assert all(30.0 <= span.end_s - span.start_s <= 120.0 for span in spans)


def test_a_phone_is_dead_from_the_start_of_a_span_until_its_end(
    couriers: tuple[Courier, ...],
) -> None:
    courier = next(courier for courier in couriers if courier.dead_phone_spans)
    span = courier.dead_phone_spans[0]
    assert not courier.phone_is_dead(span.start_s - 0.001)
    assert courier.phone_is_dead(span.start_s)
    assert not courier.phone_is_dead(span.end_s)


def test_a_courier_takes_the_same_time_at_its_stops_in_every_run(
    couriers: tuple[Courier, ...],
) -> None:
    first, again, other = couriers[0].own_rng(), couriers[0].own_rng(), couriers[1].own_rng()
    stops_s = [stop_duration_s(first) for _ in range(200)]
    assert stops_s == [stop_duration_s(again) for _ in range(200)]
    assert stops_s != [stop_duration_s(other) for _ in range(200)]
    assert 20.0 <= min(stops_s) < 30.0
    assert 80.0 < max(stops_s) <= 90.0
