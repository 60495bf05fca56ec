"""The stream of orders: repeatable, at its rate, shaped by the hour."""

from collections import Counter
from itertools import islice, pairwise

import numpy as np
import pytest

from service.domain.load import load_of, vehicles_for
from service.domain.vocabulary import Requirement
from service.simulation.city.city import City
from service.simulation.city.hours import DEMAND, pickup_weights
from service.simulation.city.places import DROPOFF_CATEGORIES, PICKUP_CATEGORIES, Category
from service.simulation.demand import DemandSettings, Order, orders

HOUR_S = 3_600.0
LUNCH = DemandSettings(jobs_per_minute=10.0, duration_s=2.0 * HOUR_S, starts_at_hour=11.5)
DAY = DemandSettings(jobs_per_minute=2.0, duration_s=24.0 * HOUR_S, starts_at_hour=0.0)


@pytest.fixture(scope="module")
def lunch(city: City) -> list[Order]:
    return list(orders(city, LUNCH, seed=1))


@pytest.fixture(scope="module")
def day(city: City) -> list[Order]:
    return list(orders(city, DAY, seed=1))


def test_the_same_seed_gives_the_same_orders(city: City, lunch: list[Order]) -> None:
    assert list(orders(city, LUNCH, seed=1)) == lunch
    assert list(islice(orders(city, LUNCH, seed=2), 10)) != lunch[:10]


def test_orders_come_by_time_and_within_the_run(lunch: list[Order]) -> None:
    assert all(earlier.placed_s < later.placed_s for earlier, later in pairwise(lunch))
    assert lunch[0].placed_s >= 0.0
    assert lunch[-1].placed_s < LUNCH.duration_s


@pytest.mark.parametrize("starts_at_hour", [0.0, 3.25, 11.5, 23.9])
def test_the_mean_rate_is_kept_whatever_the_hour(city: City, starts_at_hour: float) -> None:
    settings = DemandSettings(
        jobs_per_minute=10.0, duration_s=1.5 * HOUR_S, starts_at_hour=starts_at_hour
    )
    counts = [sum(1 for _ in orders(city, settings, seed=seed)) for seed in range(2)]
    # 1,800 expected; five standard deviations of a Poisson count of that size are 212.
    assert abs(sum(counts) - 1_800) < 212


def test_the_rate_follows_the_hour(day: list[Order]) -> None:
    by_hour = Counter(int(order.placed_s // HOUR_S) for order in day)
    expected = pickup_weights().sum(axis=1)
    expected *= len(day) / expected.sum()
    for hour in range(24):
        assert abs(by_hour[hour] - expected[hour]) < 5.0 * np.sqrt(expected[hour]) + 5.0


def test_every_pickup_category_has_a_profile_of_a_day() -> None:
    assert tuple(DEMAND) == PICKUP_CATEGORIES
    assert all(len(hours) == 24 and max(hours) == 1.0 for hours in DEMAND.values())


def test_an_order_goes_from_its_merchant_to_a_door(city: City, lunch: list[Order]) -> None:
    for order in lunch:
        assert order.pickup is city.merchants[order.merchant_index]
        assert order.dropoff.category in DROPOFF_CATEGORIES
        assert order.recipient_name


def test_kitchens_take_their_time_and_most_shops_none(lunch: list[Order]) -> None:
    delays_s = {True: [], False: []}
    for order in lunch:
        is_meal = order.pickup.category is Category.RESTAURANT
        delays_s[is_meal].append(order.ready_s - order.placed_s)
        assert order.due_s > order.ready_s >= order.placed_s
    assert 700.0 < max(delays_s[True]) <= 900.0
    assert sum(delay_s == 0.0 for delay_s in delays_s[False]) > 0.7 * len(delays_s[False])


def test_the_kitchens_pace_is_a_setting(city: City) -> None:
    fast = DemandSettings(jobs_per_minute=5.0, duration_s=HOUR_S, preparation_s_max=0.0)
    meals = [o for o in orders(city, fast, seed=1) if o.pickup.category is Category.RESTAURANT]
    assert meals
    assert all(order.ready_s == order.placed_s for order in meals)


def test_somebody_alone_can_carry_every_parcel(day: list[Order]) -> None:
    for order in day:
        parcel = order.parcel
        assert Requirement.TWO_PERSON not in parcel.requirements
        assert vehicles_for(load_of(parcel.size_class, parcel.weight_g))
        assert parcel.items_count >= 1


def test_every_other_requirement_occurs_now_and_then(day: list[Order]) -> None:
    wanted = Counter(r for order in day for r in order.parcel.requirements)
    assert set(wanted) == set(Requirement) - {Requirement.TWO_PERSON}
    assert sum(not order.parcel.requirements for order in day) > len(day) / 2


def test_offices_order_by_day_and_homes_by_night(day: list[Order]) -> None:
    def office_share(first_hour: int, end_hour: int) -> float:
        doors = [
            order.dropoff.category is Category.OFFICE
            for order in day
            if first_hour <= order.placed_s / HOUR_S < end_hour
        ]
        return sum(doors) / len(doors)

    assert office_share(9, 18) > 0.3
    assert office_share(18, 24) < 0.1
