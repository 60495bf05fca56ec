"""What a look measures: of searches, of couriers on their way, and of endpoints."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.domain import webhook
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.policy import Policy
from service.domain.progress import Progress
from service.domain.vocabulary import ExceptionKind, Outcome, Vehicle
from service.relay.readings import Moment, of_courier, of_endpoint, of_search
from service.store.couriers import Working
from service.store.jobs import SearchingJob
from service.store.webhook_endpoints import FailingEndpoint
from tests.unit.domain.makers import ANNA, GRABEN, MERCHANT, NASCHMARKT, NOW
from tests.unit.domain.test_forecast import ahead

MOMENT = Moment(now=NOW, time_scale=2.0, policy=Policy())


def ago(s):
    return NOW - timedelta(seconds=s)


def searching(**changes):
    values = {
        "id": UUID(int=5),
        "vehicles": (Vehicle.FOOT, Vehicle.BIKE),
        "ready_at": ago(600),
        "due_at": NOW + timedelta(hours=1),
        "searching_since": ago(600),
        "search_until": NOW + timedelta(minutes=20),
        "is_offered": False,
        "pickup_lat_deg": GRABEN.lat_deg,
        "pickup_lng_deg": GRABEN.lng_deg,
        "pickup_service_s": 60,
        "dropoff_lat_deg": NASCHMARKT.lat_deg,
        "dropoff_lng_deg": NASCHMARKT.lng_deg,
        "outcome": Outcome.NO_CANDIDATE,
    }
    return SearchingJob(**(values | changes))


def of_kind(kind, readings):
    (found,) = [reading for reading in readings if reading.kind is kind]
    return found


@pytest.mark.parametrize(
    ("changes", "measure"),
    [
        ({}, 600.0),
        ({"outcome": Outcome.ALL_REMOVED}, 600.0),
        ({"outcome": Outcome.TAKEN}, 0.0),
        ({"outcome": Outcome.NOT_YET}, 0.0),
        ({"is_offered": True}, 0.0),
        ({"outcome": None}, None),
    ],
)
def test_nobody_is_near_when_the_matching_says_so(changes, measure):
    found = of_kind(ExceptionKind.NO_COURIER_NEAR, of_search(searching(**changes), MOMENT))
    assert (found.measure, found.due_at) == (measure, searching().search_until)


def test_an_open_job_is_late_when_it_were_with_a_courier_at_its_pickup():
    due_at = NOW + timedelta(seconds=60)
    found = of_kind(ExceptionKind.LATE_RISK, of_search(searching(due_at=due_at), MOMENT))
    assert 300.0 < found.measure < 450.0  # 1.25 km by bike, and a minute at the pickup
    assert of_kind(ExceptionKind.LATE_RISK, of_search(searching(), MOMENT)).measure < 0.0


def courier(*route):
    return Working(id=ANNA, vehicle=Vehicle.BIKE, route=route)


def on_the_way(**changes):
    values = {
        "stop_id": UUID(int=1),
        "anchor": GRABEN,
        "anchored_at": ago(400),
        "seen_at": ago(10),
        "door_m": 1_500.0,
        "nearest_m": 700.0,
    }
    return Progress(**(values | changes))


ENROUTE = ahead(1, StopKind.DROPOFF, NASCHMARKT, status=StopStatus.ENROUTE)


def test_a_courier_on_the_way_is_measured_by_time_and_distance():
    readings = list(of_courier(courier(ENROUTE), GRABEN, on_the_way(), MOMENT))
    measures = {reading.kind: reading.measure for reading in readings}
    assert measures[ExceptionKind.COURIER_NOT_MOVING] == 390.0
    assert measures[ExceptionKind.COURIER_MOVING_AWAY] == 800.0
    assert measures[ExceptionKind.LATE_RISK] < 0.0


def test_who_is_at_the_door_may_stand_still():
    readings = list(of_courier(courier(ENROUTE), NASCHMARKT, on_the_way(door_m=99.0), MOMENT))
    assert of_kind(ExceptionKind.COURIER_NOT_MOVING, readings).measure == 0.0
    assert of_kind(ExceptionKind.COURIER_MOVING_AWAY, readings).measure == 0.0


def test_of_a_courier_whom_nobody_sees_nothing_is_said():
    readings = list(of_courier(courier(ENROUTE), None, None, MOMENT))
    assert {reading.measure for reading in readings} == {None}


def test_of_a_courier_who_was_seen_too_long_ago_nothing_is_said():
    age_s_max = Policy().position_age_s_max
    for age_s, kinds_count in ((age_s_max, 2), (age_s_max + 1.0, 0)):
        readings = of_courier(courier(ENROUTE), None, on_the_way(seen_at=ago(age_s)), MOMENT)
        assert sum(reading.measure is not None for reading in readings) == kinds_count


def test_but_what_is_late_by_now_is_late_wherever_the_courier_is():
    late = ahead(1, StopKind.DROPOFF, NASCHMARKT, status=StopStatus.ENROUTE, due_at=ago(200))
    readings = of_courier(courier(late), None, None, MOMENT)
    assert of_kind(ExceptionKind.LATE_RISK, readings).measure == 200.0


@pytest.mark.parametrize(("ready_s", "measure"), [(900, 500.0), (200, 200.0), (-60, -60.0)])
def test_a_wait_begins_when_the_parcel_was_to_be_ready(ready_s, measure):
    pickup = ahead(
        1,
        StopKind.PICKUP,
        GRABEN,
        status=StopStatus.ARRIVED,
        arrived_at=ago(500),
        ready_at=ago(ready_s),
    )
    readings = of_courier(courier(pickup), GRABEN, None, MOMENT)
    assert of_kind(ExceptionKind.PICKUP_WAIT, readings).measure == measure


def test_who_is_at_the_drop_off_is_no_more_at_risk():
    there = ahead(1, StopKind.DROPOFF, NASCHMARKT, status=StopStatus.ARRIVED, due_at=ago(900))
    assert list(of_courier(courier(there), NASCHMARKT, None, MOMENT)) == []


def test_what_waits_for_a_decision_of_ops_is_not_measured():
    assert list(of_courier(courier(), GRABEN, None, MOMENT)) == []


def test_an_endpoint_has_days_of_real_time_left():
    endpoint = FailingEndpoint(
        id=UUID(int=3),
        merchant_id=MERCHANT,
        failures_count=7,
        failing_s=webhook.FAILING_S_MAX - 3_600.0,
    )
    found = of_endpoint(endpoint, MOMENT)
    assert (found.measure, found.subject.id) == (7.0, endpoint.id)
    assert found.due_at == NOW + timedelta(hours=2)
