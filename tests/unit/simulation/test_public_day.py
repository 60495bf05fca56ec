"""A public day as a value: its market, its windows, a thinner fleet."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.geo import Point, distance_m
from service.domain.vocabulary import Vehicle
from service.simulation.public_day import (
    PublicCourier,
    PublicDay,
    PublicDayError,
    PublicOrder,
    cut_to_window,
    market_of,
    seconds_of_clock,
    thin_couriers,
)

STORE = Point(4.81, -75.69)


def make_courier(
    name: str, *, on_s: float = 0.0, off_s: float = 3_600.0, vehicle: Vehicle = Vehicle.BIKE
) -> PublicCourier:
    return PublicCourier(
        id=name, vehicle=vehicle, start=Point(4.82, -75.70), on_s=on_s, off_s=off_s
    )


def make_order(placed_s: float) -> PublicOrder:
    return PublicOrder(
        id=f"at {placed_s}",
        store_index=0,
        dropoff=Point(4.80, -75.68),
        placed_s=placed_s,
        ready_s=placed_s,
        expected_s=placed_s + 1_800.0,
    )


def make_day(*couriers: PublicCourier, placed_s: tuple[float, ...] = ()) -> PublicDay:
    orders = tuple(make_order(time_s) for time_s in placed_s)
    return PublicDay(stores=(STORE,), orders=orders, couriers=couriers)


@pytest.mark.parametrize(
    ("text", "time_s"),
    [("00:00", 0.0), ("7:05", 25_500.0), ("23:59:59", 86_399.0), ("24:00", 86_400.0)],
)
def test_a_clock_is_read_as_seconds_of_the_day(text: str, time_s: float) -> None:
    assert seconds_of_clock(text) == time_s


@pytest.mark.parametrize("text", ["", "7", "7:5", "24:01", "12:60", "12:00:60", "-1:00", "noon"])
def test_what_is_no_clock_time_is_refused(text: str) -> None:
    with pytest.raises(PublicDayError, match="HH:MM"):
        seconds_of_clock(text)


def test_courier_hours_are_the_sum_of_the_shifts() -> None:
    day = make_day(make_courier("ana", off_s=5_400.0), make_courier("bo", on_s=1_800.0))
    assert day.courier_hours == 2.0


@given(
    points=st.lists(
        st.builds(Point, st.floats(-60.0, 60.0), st.floats(-75.9, -75.6)), min_size=1, max_size=6
    )
)
def test_a_market_contains_every_point_of_its_day(points: list[Point]) -> None:
    market = market_of(PublicDay(stores=tuple(points), orders=(), couriers=()))
    assert all(distance_m(market.center, point) < market.radius_m for point in points)


def test_a_market_is_as_small_as_its_day() -> None:
    market = market_of(make_day(make_courier("ana"), placed_s=(0.0,)))
    assert market.center.lat_deg == pytest.approx(4.81)
    assert market.radius_m == pytest.approx(distance_m(STORE, Point(4.82, -75.70)) + 100.0, abs=1)


def test_a_window_keeps_its_orders_and_who_could_carry_them() -> None:
    day = make_day(
        make_courier("gone", on_s=0.0, off_s=1_000.0),
        make_courier("early", on_s=0.0, off_s=1_500.0),
        make_courier("late", on_s=1_900.0, off_s=9_000.0),
        make_courier("later", on_s=2_000.0, off_s=9_000.0),
        placed_s=(999.0, 1_000.0, 1_999.0, 2_000.0),
    )
    part = cut_to_window(day, from_s=1_000.0, to_s=2_000.0)
    assert [order.placed_s for order in part.orders] == [1_000.0, 1_999.0]
    assert [(c.id, c.on_s, c.off_s) for c in part.couriers] == [
        ("early", 1_000.0, 1_500.0),
        ("late", 1_900.0, 9_000.0),
    ]


def test_a_window_without_end_after_its_beginning_is_refused() -> None:
    with pytest.raises(PublicDayError, match="ends before it begins"):
        cut_to_window(make_day(), from_s=60.0, to_s=60.0)


@given(
    shifts=st.lists(
        st.tuples(st.sampled_from(Vehicle), st.integers(0, 20), st.integers(1, 9)), max_size=60
    ),
    share=st.floats(0.01, 1.0),
    seed=st.integers(0, 1_000),
)
def test_a_thinner_fleet_has_its_share_in_the_old_order(
    shifts: list[tuple[Vehicle, int, int]], share: float, seed: int
) -> None:
    couriers = [
        make_courier(str(row), vehicle=vehicle, on_s=60.0 * on, off_s=60.0 * (on + length))
        for row, (vehicle, on, length) in enumerate(shifts)
    ]
    day = make_day(*couriers)
    thin = thin_couriers(day, share=share, seed=seed)
    assert abs(len(thin.couriers) - share * len(couriers)) < 1.0 + 1e-6
    rows = [int(courier.id) for courier in thin.couriers]
    assert rows == sorted(set(rows))
    assert thin == thin_couriers(day, share=share, seed=seed)


def test_a_thinner_fleet_keeps_its_mix_of_vehicles_and_shifts() -> None:
    couriers = [
        make_courier(f"{vehicle}-{hour}-{row}", vehicle=vehicle, on_s=3_600.0 * hour, off_s=90_000)
        for row in range(50)
        for vehicle in Vehicle
        for hour in range(4)
    ]
    thin = thin_couriers(make_day(*couriers), share=0.3, seed=4)
    counts = Counter((courier.vehicle, courier.on_s) for courier in thin.couriers)
    assert set(counts) == {(vehicle, 3_600.0 * hour) for vehicle in Vehicle for hour in range(4)}
    assert {count - 15 for count in counts.values()} <= {-1, 0, 1}


def test_a_whole_fleet_stays_whole_and_seeds_choose_differently() -> None:
    day = make_day(*(make_courier(str(row)) for row in range(20)))
    assert thin_couriers(day, share=1.0, seed=1) == day
    chosen = {thin_couriers(day, share=0.2, seed=seed).couriers for seed in range(10)}
    assert len(chosen) > 1


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(PublicDayError, match="share"):
        thin_couriers(make_day(), share=share, seed=0)
