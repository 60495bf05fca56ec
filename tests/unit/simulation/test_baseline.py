"""The nearest-idle-courier rule, on days small enough to work out by hand, and against a twin."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.geo import EARTH_RADIUS_M, Point, distance_m
from service.domain.policy import SPEED_MPS, Policy
from service.domain.vocabulary import Vehicle
from service.simulation.baseline import run_baseline
from service.simulation.metrics import FinishedJob
from service.simulation.public_day import PublicCourier, PublicDay, PublicOrder

# A bike rides 450 m in 100 s, and each stop takes a minute.
POLICY = Policy(detour_factor=1.0, pickup_service_s=60, dropoff_service_s=60)


def at(north_m: float) -> Point:
    """Return the point so many metres north of the only store."""
    return Point(math.degrees(north_m / EARTH_RADIUS_M), 0.0)


def make_order(placed_s: float, *, dropoff_m: float, ready_s: float | None = None) -> PublicOrder:
    return PublicOrder(
        id=f"{placed_s} {dropoff_m}",
        store_index=0,
        dropoff=at(dropoff_m),
        placed_s=placed_s,
        ready_s=placed_s if ready_s is None else max(ready_s, placed_s),
        expected_s=placed_s + 1_800.0,
    )


def make_courier(
    name: str,
    start_m: float,
    *,
    on_s: float = 0.0,
    off_s: float = 36_000.0,
    vehicle: Vehicle = Vehicle.BIKE,
) -> PublicCourier:
    return PublicCourier(id=name, vehicle=vehicle, start=at(start_m), on_s=on_s, off_s=off_s)


def run(orders: list[PublicOrder], couriers: list[PublicCourier]) -> list[FinishedJob]:
    day = PublicDay(stores=(at(0.0),), orders=tuple(orders), couriers=tuple(couriers))
    return run_baseline(day, POLICY)


def test_a_day_worked_out_by_hand() -> None:
    orders = [
        make_order(100.0, dropoff_m=-900.0),
        make_order(110.0, dropoff_m=450.0, ready_s=400.0),
        make_order(120.0, dropoff_m=0.0),
    ]
    first, second, third = run(orders, [make_courier("bo", 900.0), make_courier("ana", 450.0)])

    assert (first.courier, first.offered_s, first.offers_count) == ("ana", 100.0, 1)
    assert first.picked_up_s == pytest.approx(100.0 + 100.0 + 60.0)
    assert first.delivered_s == pytest.approx(260.0 + 200.0 + 60.0)
    assert first.distance_m == pytest.approx(450.0 + 900.0)

    # Bo arrives at 310 and waits for the kitchen.
    assert (second.courier, second.picked_up_s) == ("bo", pytest.approx(400.0 + 60.0))
    assert second.delivered_s == pytest.approx(460.0 + 100.0 + 60.0)

    # The third waits for Ana, who is free again at 520, 900 m away.
    assert (third.courier, third.offered_s) == ("ana", pytest.approx(520.0))
    assert third.picked_up_s == pytest.approx(520.0 + 200.0 + 60.0)
    assert third.delivered_s == pytest.approx(780.0 + 60.0)


def test_roads_are_longer_than_the_straight_line() -> None:
    day = PublicDay(
        stores=(at(0.0),),
        orders=(make_order(0.0, dropoff_m=450.0),),
        couriers=(make_courier("ana", 450.0),),
    )
    (job,) = run_baseline(day, Policy(detour_factor=2.0, pickup_service_s=0, dropoff_service_s=0))
    assert job.delivered_s == pytest.approx(400.0)
    assert job.distance_m == pytest.approx(1_800.0)


@pytest.mark.parametrize(("off_s", "taken_by"), [(160.001, "near"), (159.999, "far")])
def test_nobody_picks_up_after_the_shift(off_s: float, taken_by: str) -> None:
    couriers = [make_courier("near", 450.0, off_s=off_s), make_courier("far", 900.0)]
    (job,) = run([make_order(0.0, dropoff_m=0.0)], couriers)
    assert job.courier == taken_by


def test_a_courier_delivers_after_the_shift_but_takes_nothing_more() -> None:
    orders = [make_order(0.0, dropoff_m=4_500.0), make_order(1.0, dropoff_m=0.0)]
    first, second = run(orders, [make_courier("ana", 0.0, off_s=100.0)])
    assert first.delivered_s == pytest.approx(60.0 + 1_000.0 + 60.0)
    assert (second.courier, second.delivered_s, second.offers_count) == (None, None, 0)


def test_nobody_works_before_the_shift() -> None:
    (job,) = run([make_order(0.0, dropoff_m=0.0)], [make_courier("ana", 0.0, on_s=500.0)])
    assert (job.offered_s, job.picked_up_s) == (500.0, 560.0)


def test_the_first_come_is_the_first_served_though_another_is_quicker() -> None:
    orders = [make_order(0.0, dropoff_m=9_000.0), make_order(1.0, dropoff_m=0.0)]
    first, second = run(orders, [make_courier("ana", 0.0, on_s=100.0)])
    assert first.offered_s == 100.0
    assert second.offered_s == first.delivered_s


def test_an_order_that_cannot_be_picked_up_in_time_does_not_stop_the_queue() -> None:
    orders = [make_order(0.0, dropoff_m=0.0, ready_s=9_000.0), make_order(1.0, dropoff_m=0.0)]
    first, second = run(orders, [make_courier("ana", 0.0, on_s=100.0, off_s=1_000.0)])
    assert first.courier is None
    assert second.offered_s == 100.0


def test_ties_go_to_the_lower_row() -> None:
    couriers = [make_courier("ana", 450.0), make_courier("bo", 450.0)]
    (job,) = run([make_order(0.0, dropoff_m=0.0)], couriers)
    assert job.courier == "ana"


def test_near_is_a_matter_of_metres_and_not_of_minutes() -> None:
    couriers = [make_courier("car", 900.0, vehicle=Vehicle.CAR)]
    couriers.append(make_courier("walker", 450.0, vehicle=Vehicle.FOOT))
    (job,) = run([make_order(0.0, dropoff_m=0.0)], couriers)
    assert job.courier == "walker"


def test_without_couriers_nothing_is_delivered() -> None:
    (job,) = run([make_order(5.0, dropoff_m=0.0)], [])
    assert job == FinishedJob(placed_s=5.0, ready_s=5.0)


def twin(orders: list[PublicOrder], couriers: list[PublicCourier]) -> list[str | None]:
    """Return the courier of each order by asking everybody about everything at every event."""
    place, free_s = [c.start for c in couriers], [c.on_s for c in couriers]
    moments = {order.placed_s for order in orders} | set(free_s)
    taken: dict[int, str] = {}
    while moments:
        now_s = min(moments)
        moments.remove(now_s)
        for row, order in enumerate(orders):
            choices = []
            for courier_row, courier in enumerate(couriers):
                apart_m = distance_m(place[courier_row], at(0.0))
                arrival_s = now_s + apart_m / SPEED_MPS[courier.vehicle]
                picked_up_s = max(arrival_s, order.ready_s) + 60.0
                if free_s[courier_row] <= now_s and picked_up_s <= courier.off_s:
                    choices.append((apart_m, courier_row, picked_up_s))
            if choices and row not in taken and order.placed_s <= now_s:
                _apart_m, courier_row, picked_up_s = min(choices)
                courier = couriers[courier_row]
                riding_s = distance_m(at(0.0), order.dropoff) / SPEED_MPS[courier.vehicle]
                place[courier_row], taken[row] = order.dropoff, courier.id
                free_s[courier_row] = picked_up_s + riding_s + 60.0
                moments.add(free_s[courier_row])
    return [taken.get(row) for row in range(len(orders))]


# Odd figures, so that no two times agree but for rounding.
PLACES_M = st.integers(-40, 40).map(lambda n: 97.1357 * n)
ORDERS = st.lists(
    st.builds(
        make_order,
        st.integers(0, 40).map(lambda n: 53.0 * n),
        dropoff_m=PLACES_M,
        ready_s=st.integers(0, 60).map(lambda n: 47.0 * n),
    ),
    min_size=1,
    max_size=8,
).map(lambda orders: sorted(orders, key=lambda order: order.placed_s))
COURIERS = st.lists(
    st.tuples(PLACES_M, st.integers(0, 9), st.integers(10, 60), st.sampled_from(Vehicle)),
    min_size=2,
    max_size=5,
).map(
    lambda shifts: [
        make_courier(
            str(row), start_m, on_s=101.0 * on, off_s=101.0 * (on + length) + 0.37, vehicle=vehicle
        )
        for row, (start_m, on, length, vehicle) in enumerate(shifts)
    ]
)


@given(orders=ORDERS, couriers=COURIERS)
def test_the_rule_decides_as_its_slow_twin(
    orders: list[PublicOrder], couriers: list[PublicCourier]
) -> None:
    assert [job.courier for job in run(orders, couriers)] == twin(orders, couriers)


@given(orders=ORDERS, couriers=COURIERS)
def test_every_courier_does_one_thing_at_a_time_and_within_the_shift(
    orders: list[PublicOrder], couriers: list[PublicCourier]
) -> None:
    jobs = [job for job in run(orders, couriers) if job.courier is not None]
    for courier in couriers:
        trips = sorted(
            (job.offered_s, job.picked_up_s, job.delivered_s)
            for job in jobs
            if job.courier == courier.id
        )
        assert all(courier.on_s <= offered_s for offered_s, _picked_up_s, _ in trips)
        assert all(picked_up_s <= courier.off_s for _offered_s, picked_up_s, _ in trips)
        assert all(earlier[2] <= later[0] for earlier, later in pairwise(trips))
    for job in jobs:
        assert job.placed_s <= job.offered_s < job.picked_up_s < job.delivered_s
        assert job.ready_s + 60.0 <= job.picked_up_s
