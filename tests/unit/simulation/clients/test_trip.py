"""A courier's way from stop to stop."""

from datetime import timedelta

import pytest
from app_makers import (
    DROPOFF_ID,
    HOME,
    NOW,
    NOW_S,
    PATIENCE_S,
    PICKUP_ID,
    SPEED_MPS,
    make_stop,
    path,
    point_east,
)
from msgspec.structs import replace

from service.domain.geo import distance_m
from service.domain.lifecycle import StopStatus
from service.domain.vocabulary import ReasonCode
from service.simulation.clients.trip import Trip, Visit
from service.wire.courier_stream import ArriveAtStop, CompleteStop, FailStop

FAR = make_stop(place=point_east(1_000.0))
ARRIVES_S = NOW_S + 1_000.0 / SPEED_MPS
ARRIVE = ArriveAtStop(stop_id=PICKUP_ID, ref=str(PICKUP_ID))
COMPLETE = CompleteStop(stop_id=PICKUP_ID, ref=str(PICKUP_ID))


def make_trip(*, failure: ReasonCode | None = None) -> Trip:
    return Trip(
        HOME,
        speed_mps=SPEED_MPS,
        path=path,
        visiting=lambda _: Visit(service_s=20.0, failure=failure),
        patience_s=PATIENCE_S,
    )


@pytest.fixture
def riding() -> Trip:
    """A trip that has just begun, of a kilometre."""
    trip = make_trip()
    trip.follow((FAR,), now_s=NOW_S)
    return trip


def test_a_courier_without_stops_stays_and_says_nothing() -> None:
    trip = make_trip()
    trip.follow((), now_s=NOW_S)
    assert trip.point_at(NOW_S + 1_000.0) == HOME
    assert trip.say(now_s=NOW_S + 1_000.0) == []
    assert trip.wakes_s() == float("inf")


def test_a_courier_rides_at_its_speed(riding: Trip) -> None:
    assert distance_m(HOME, riding.point_at(NOW_S + 100.0)) == pytest.approx(500.0, rel=0.01)
    assert riding.is_moving(NOW_S + 100.0)
    assert not riding.is_moving(ARRIVES_S + 5.0)


def test_nothing_is_said_on_the_way(riding: Trip) -> None:
    assert riding.say(now_s=NOW_S + 100.0) == []
    assert riding.wakes_s() == pytest.approx(ARRIVES_S, abs=2.0)


def test_a_stop_is_reached_served_and_completed(riding: Trip) -> None:
    there_s = riding.wakes_s()
    assert riding.say(now_s=there_s) == [ARRIVE]
    assert riding.wakes_s() == there_s + 20.0
    assert riding.say(now_s=there_s + 19.0) == []
    assert riding.say(now_s=there_s + 20.0) == [COMPLETE]


def test_a_parcel_that_is_not_ready_is_waited_for() -> None:
    trip = make_trip()
    trip.follow((make_stop(ready_at=NOW + timedelta(seconds=500.0)),), now_s=NOW_S)
    assert trip.say(now_s=NOW_S) == [ARRIVE]
    assert trip.wakes_s() == NOW_S + 520.0


def test_a_stop_can_fail() -> None:
    trip = make_trip(failure=ReasonCode.PICKUP_CLOSED)
    trip.follow((make_stop(),), now_s=NOW_S)
    trip.say(now_s=NOW_S)
    (failed,) = trip.say(now_s=NOW_S + 20.0)
    assert failed == FailStop(
        stop_id=PICKUP_ID, reason=ReasonCode.PICKUP_CLOSED, ref=str(PICKUP_ID)
    )


def test_what_was_lost_is_said_again(riding: Trip) -> None:
    there_s = riding.wakes_s()
    riding.say(now_s=there_s)
    riding.say(now_s=there_s + 20.0)
    assert riding.say(now_s=there_s + 20.0 + PATIENCE_S) == [ARRIVE, COMPLETE]


def test_an_arrival_that_was_seen_is_not_said_again(riding: Trip) -> None:
    there_s = riding.wakes_s()
    riding.say(now_s=there_s)
    riding.follow((replace(FAR, status=StopStatus.ARRIVED),), now_s=there_s + 1.0)
    riding.say(now_s=there_s + 20.0)
    assert riding.say(now_s=there_s + 20.0 + PATIENCE_S) == [COMPLETE]


def test_a_refused_arrival_is_tried_again_later(riding: Trip) -> None:
    there_s = riding.wakes_s()
    riding.say(now_s=there_s)
    riding.refuse(now_s=there_s + 1.0)
    assert riding.wakes_s() == there_s + 20.0 + PATIENCE_S
    assert riding.say(now_s=riding.wakes_s()) == [ARRIVE, COMPLETE]


def test_another_stop_is_ridden_to_from_where_the_courier_is(riding: Trip) -> None:
    nearer = make_stop(stop_id=DROPOFF_ID, place=point_east(0.0))
    riding.follow((nearer, FAR), now_s=NOW_S + 100.0)
    assert riding.wakes_s() == pytest.approx(NOW_S + 200.0, abs=1.0)
    assert riding.driven_m == pytest.approx(500.0)


def test_metres_are_counted_only_as_far_as_they_go(riding: Trip) -> None:
    riding.follow((), now_s=ARRIVES_S + 10_000.0)
    assert riding.driven_m == pytest.approx(1_000.0, rel=0.01)


def test_a_stop_reached_before_the_app_was_started_is_served_at_once() -> None:
    trip = make_trip()
    trip.follow((replace(FAR, status=StopStatus.ARRIVED),), now_s=NOW_S)
    assert trip.say(now_s=NOW_S) == [ARRIVE]
    assert trip.say(now_s=NOW_S + 20.0) == [COMPLETE]
