from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.vocabulary import Vehicle
from service.travel.correction import (
    HOURS_COUNT,
    NO_CORRECTION,
    RATIO_MAX,
    RATIO_MIN,
    RIDES_COUNT_HALF,
    VEHICLES,
    Rides,
    hour_of_week,
    learn,
    timezone_of,
)

BIKE = VEHICLES.index(Vehicle.BIKE)


def rides(ratios, *, hour=9, vehicle=BIKE, predicted_s=300.0):
    ratios = np.array(ratios, np.float64)
    return Rides(
        vehicle=np.full(len(ratios), vehicle, np.intp),
        hour=np.full(len(ratios), hour, np.intp),
        real_s=ratios * predicted_s,
        predicted_s=np.full(len(ratios), predicted_s),
    )


def test_without_rides_nothing_is_corrected():
    correction = learn(rides([]))
    assert correction.rides_count == 0
    assert (correction.ratio == NO_CORRECTION.ratio).all()


def test_one_ride_hardly_moves_it():
    assert 1.0 < learn(rides([2.0])).of(Vehicle.BIKE, 9) < 1.1


def test_many_rides_are_believed():
    assert learn(rides([1.5] * 2_000)).of(Vehicle.BIKE, 9) == pytest.approx(1.5, rel=0.01)


def test_another_hour_of_the_same_vehicle_learns_from_the_whole_week():
    assert learn(rides([1.5] * 2_000)).of(Vehicle.BIKE, 100) == pytest.approx(1.5, rel=0.02)


def test_an_hour_of_its_own_kind_is_told_apart():
    rush, calm = rides([1.8] * 500, hour=8), rides([1.0] * 500, hour=14)
    both = learn(Rides(*(np.concatenate(pair) for pair in zip(rush, calm, strict=True))))
    assert both.of(Vehicle.BIKE, 8) > 1.7
    assert both.of(Vehicle.BIKE, 14) < 1.05


def test_another_vehicle_learns_nothing_from_it():
    assert learn(rides([1.5] * 2_000)).of(Vehicle.CAR, 9) == 1.0


def test_as_many_rides_as_the_prior_has_move_it_half_of_the_way():
    overall = np.log(1.5) / 2.0
    expected = np.exp((np.log(1.5) + overall) / 2.0)
    assert learn(rides([1.5] * RIDES_COUNT_HALF)).of(Vehicle.BIKE, 9) == pytest.approx(expected)


def test_a_break_of_an_hour_counts_as_little_as_a_ride_may():
    broken = learn(rides([1.0] * 50 + [100.0])).of(Vehicle.BIKE, 9)
    slow = learn(rides([1.0] * 50 + [4.0])).of(Vehicle.BIKE, 9)
    assert broken == slow < 1.05


def test_rides_without_a_prediction_teach_nothing():
    assert learn(rides([1.5] * 9)._replace(predicted_s=np.full(9, np.nan))).rides_count == 0


ratios = st.floats(1e-3, 1e3)
some_rides = st.lists(
    st.tuples(ratios, st.integers(0, HOURS_COUNT - 1), st.integers(0, len(VEHICLES) - 1)),
    max_size=60,
)


@given(some_rides)
def test_a_ratio_is_always_within_its_bounds(told):
    columns = np.array(told, np.float64).reshape(-1, 3).T
    correction = learn(
        Rides(
            vehicle=columns[2].astype(np.intp),
            hour=columns[1].astype(np.intp),
            real_s=columns[0] * 300.0,
            predicted_s=np.full(len(told), 300.0),
        )
    )
    assert (correction.ratio >= RATIO_MIN).all()
    assert (correction.ratio <= RATIO_MAX).all()


@given(st.lists(ratios, min_size=1, max_size=60))
def test_a_ratio_lies_between_what_was_seen_and_one(seen):
    ratio = learn(rides(seen)).of(Vehicle.BIKE, 9)
    assert min(1.0, *seen, 1.0) - 1e-9 <= ratio <= max(1.0, *seen, 1.0) + 1e-9


def test_the_hour_of_the_week_is_that_of_the_market_also_in_summer():
    vienna = timezone_of("Europe/Vienna")
    monday = datetime(2026, 1, 4, 23, 30, tzinfo=UTC)
    assert hour_of_week(monday, vienna) == 0
    assert hour_of_week(datetime(2026, 7, 5, 22, 30, tzinfo=UTC), vienna) == 0
    assert hour_of_week(datetime(2026, 1, 11, 22, 59, tzinfo=UTC), vienna) == HOURS_COUNT - 1


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_timezone_that_is_none_is_utc(name):
    assert hour_of_week(datetime(2026, 1, 5, 7, tzinfo=UTC), timezone_of(name)) == 7
