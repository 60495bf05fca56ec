"""When a courier will be where, and whether that is too late."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.forecast import StopAhead, arrivals, lateness_s, ride_s
from service.domain.geo import Point, distance_m
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.vocabulary import Vehicle
from tests.unit.domain.makers import GRABEN, NASCHMARKT, NOW

HOME = Point(48.2150, 16.3800)


def ahead(number, kind, point, **changes):
    values = {
        "stop_id": UUID(int=number),
        "job_id": UUID(int=100),
        "kind": kind,
        "status": StopStatus.PENDING,
        "lat_deg": point.lat_deg,
        "lng_deg": point.lng_deg,
        "service_s": 60,
        "arrived_at": None,
        "ready_at": NOW - timedelta(hours=1),
        "due_at": NOW + timedelta(hours=1),
    }
    return StopAhead(**(values | changes))


def expected(*route, here=HOME, vehicle=Vehicle.BIKE):
    return arrivals(route, here=here, vehicle=vehicle, detour_factor=1.3, now=NOW)


def test_ways_and_service_add_up():
    route = (ahead(1, StopKind.PICKUP, GRABEN), ahead(2, StopKind.DROPOFF, NASCHMARKT))
    found = expected(*route)
    way_s = distance_m(HOME, GRABEN) * 1.3 / 4.5
    onward_s = distance_m(GRABEN, NASCHMARKT) * 1.3 / 4.5
    assert lateness_s(found[UUID(int=1)], NOW) == pytest.approx(way_s, abs=0.01)
    assert lateness_s(found[UUID(int=2)], NOW) == pytest.approx(way_s + 60 + onward_s, abs=0.01)


def test_the_courier_waits_until_the_parcel_is_ready():
    ready_at = NOW + timedelta(hours=2)
    route = (
        ahead(1, StopKind.PICKUP, GRABEN, ready_at=ready_at),
        ahead(2, StopKind.DROPOFF, NASCHMARKT),
    )
    assert expected(*route)[UUID(int=2)] > ready_at


def test_at_a_stop_nobody_has_to_know_where_the_courier_is():
    arrived_at = NOW - timedelta(seconds=20)
    route = (
        ahead(1, StopKind.PICKUP, GRABEN, status=StopStatus.ARRIVED, arrived_at=arrived_at),
        ahead(2, StopKind.DROPOFF, NASCHMARKT),
    )
    onward_s = ride_s(GRABEN, NASCHMARKT, vehicle=Vehicle.BIKE, detour_factor=1.3)
    found = expected(*route, here=None)
    assert lateness_s(found[UUID(int=2)], NOW) == pytest.approx(40 + onward_s, abs=0.01)


def test_on_the_way_somebody_has_to():
    assert expected(ahead(1, StopKind.PICKUP, GRABEN), here=None) == {}


def test_who_has_been_at_a_stop_for_long_leaves_now_and_not_in_the_past():
    arrived_at = NOW - timedelta(hours=1)
    route = (
        ahead(1, StopKind.PICKUP, GRABEN, status=StopStatus.ARRIVED, arrived_at=arrived_at),
        ahead(2, StopKind.DROPOFF, NASCHMARKT),
    )
    assert expected(*route)[UUID(int=2)] > NOW


@given(
    st.lists(
        st.tuples(
            st.sampled_from([StopKind.PICKUP, StopKind.DROPOFF]),
            st.floats(48.1, 48.3),
            st.floats(16.2, 16.5),
            st.integers(0, 600),
        ),
        max_size=8,
    )
)
def test_stops_are_reached_in_the_order_of_the_route(stops):
    route = [
        ahead(number, kind, Point(lat_deg, lng_deg), service_s=service_s)
        for number, (kind, lat_deg, lng_deg, service_s) in enumerate(stops)
    ]
    found = list(expected(*route).values())
    assert found == sorted(found)
    assert len(found) == len(route)
    assert all(at >= NOW for at in found)
