"""What a recipient is told of when and how far; and the grid on which couriers are seen."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.domain.forecast import ahead
from service.domain.geo import Point, coarse, distance_m
from service.domain.lifecycle import JOB_ENDS, JobStatus, StopKind
from service.domain.policy import SPEED_MPS
from service.domain.sighting import Sight, sight_of
from service.domain.tracking import (
    BAND_S_MIN,
    SEEN_WITHIN_M,
    STAGE_OF,
    WORDS,
    Stage,
    eta,
    first_name,
    is_late,
    poll_after_s,
    promised_at,
    words_of,
)
from service.domain.vocabulary import Vehicle
from tests.unit.domain.makers import GRABEN, NASCHMARKT, NOW, make_job

MINUTE = timedelta(minutes=1)


BIKE_MPS, DETOUR = SPEED_MPS[Vehicle.BIKE], 1.3


def route_of(job, *, to_pickup=False):
    """Return what is ahead of the courier: the door, and the pickup where it is not done."""
    stops = [replace(stop, route_position=n) for n, stop in enumerate(job.stops)]
    return ahead([replace(job, stops=tuple(stops if to_pickup else stops[1:]))])


def expected(status, *, here=None, planned_at=None, route=None):
    job = replace(make_job(), status=status)
    return eta(
        job,
        route=route_of(job) if route is None else route,
        planned_at=planned_at,
        here=here,
        vehicle=Vehicle.BIKE,
        detour_factor=DETOUR,
        now=NOW,
    )


def test_every_status_has_a_stage_and_every_stage_has_words():
    assert STAGE_OF.keys() == set(JobStatus)
    assert WORDS.keys() == set(Stage) == set(STAGE_OF.values())


def test_a_place_is_told_only_where_something_is_still_to_come():
    for status in JobStatus:
        if sight_of(status) is Sight.EXACT:
            assert STAGE_OF[status] in {Stage.COLLECTING, Stage.ON_THE_WAY, Stage.HERE}


def ride_s(start, end):
    return distance_m(start, end) * DETOUR / BIKE_MPS


@pytest.mark.parametrize("status", [JobStatus.PICKED_UP, JobStatus.ENROUTE_TO_DROPOFF])
def test_the_way_that_is_left_decides_and_not_the_plan(status):
    found = expected(status, here=GRABEN, planned_at=NOW - 60 * MINUTE)
    assert abs((found.at - NOW).total_seconds() - ride_s(GRABEN, NASCHMARKT)) <= 30.0


def test_a_stop_that_was_put_in_before_counts():
    elsewhere = Point(48.2300, 16.3697)
    job = replace(make_job(), status=JobStatus.PICKED_UP)
    other = replace(make_job(2), stops=(replace(make_job(2).stops[0], route_position=0),))
    other = replace(other, stops=(replace(other.stops[0], lat_deg=48.2300, lng_deg=16.3697),))
    door = replace(job.stops[1], route_position=1)
    route = ahead([other, replace(job, stops=(door,))])
    found = expected(JobStatus.PICKED_UP, here=GRABEN, route=route, planned_at=NOW + 5 * MINUTE)
    left_s = ride_s(GRABEN, elsewhere) + other.stops[0].service_s + ride_s(elsewhere, NASCHMARKT)
    assert abs((found.at - NOW).total_seconds() - left_s) <= 31.0


def test_a_pickup_to_come_is_part_of_the_way():
    job = replace(make_job(), status=JobStatus.ENROUTE_TO_PICKUP)
    route = route_of(job, to_pickup=True)
    found = expected(JobStatus.ENROUTE_TO_PICKUP, here=NASCHMARKT, route=route)
    left_s = 2 * ride_s(GRABEN, NASCHMARKT) + job.stops[0].service_s
    assert abs((found.at - NOW).total_seconds() - left_s) <= 31.0


def test_while_nobody_sees_the_courier_the_plan_is_told():
    found = expected(JobStatus.PICKED_UP, planned_at=NOW + 20 * MINUTE)
    assert found.at == NOW + 20 * MINUTE
    assert (found.from_at, found.to_at) == (NOW + 15 * MINUTE, NOW + 25 * MINUTE)


@pytest.mark.parametrize(
    ("status", "planned_at"),
    [
        (JobStatus.PICKED_UP, NOW),  # it is over
        (JobStatus.ASSIGNED, None),
        (JobStatus.OPEN, NOW + MINUTE),
        (JobStatus.ARRIVED_AT_DROPOFF, NOW + MINUTE),
        (JobStatus.DELIVERED, NOW + MINUTE),
        (JobStatus.UNDELIVERABLE, NOW + MINUTE),
    ],
)
def test_where_nobody_can_say_nothing_is_said(status, planned_at):
    assert expected(status, planned_at=planned_at) is None


def test_the_promise_is_told_until_the_courier_is_at_the_door():
    told = {status for status in JobStatus if promised_at(replace(make_job(), status=status))}
    assert told == {
        JobStatus.SCHEDULED,
        JobStatus.OPEN,
        JobStatus.ASSIGNED,
        JobStatus.ENROUTE_TO_PICKUP,
        JobStatus.ARRIVED_AT_PICKUP,
        JobStatus.PICKED_UP,
        JobStatus.ENROUTE_TO_DROPOFF,
    }


def test_it_is_late_when_it_comes_after_what_was_promised_or_that_is_over():
    job = replace(make_job(), status=JobStatus.ENROUTE_TO_DROPOFF)
    found = expected(job.status, here=GRABEN)
    assert not is_late(job, found, NOW)
    assert is_late(replace(job, due_at=NOW), found, NOW)
    assert not is_late(job, None, job.due_at)
    assert is_late(job, None, job.due_at + MINUTE)
    extended = replace(job, extended_until=job.due_at + 60 * MINUTE)
    assert not is_late(extended, None, job.due_at + MINUTE)
    assert not is_late(replace(job, status=JobStatus.DELIVERED), None, job.due_at + MINUTE)


def test_who_has_booked_for_later_is_not_told_that_a_courier_is_looked_for():
    assert "later" in words_of(replace(make_job(), status=JobStatus.SCHEDULED))
    assert words_of(replace(make_job(), status=JobStatus.OPEN)) == WORDS[Stage.BOOKED]


@given(st.floats(1.0, 36_000.0))
def test_the_band_holds_the_middle_and_never_lies_in_the_past(left_s):
    found = expected(JobStatus.PICKED_UP, planned_at=NOW + timedelta(seconds=left_s))
    assert NOW <= found.from_at <= found.at <= found.to_at
    assert (found.to_at - found.at).total_seconds() >= BAND_S_MIN - 60.0
    assert all(at.second == at.microsecond == 0 for at in (found.at, found.from_at, found.to_at))


def test_what_has_ended_is_asked_for_less_often():
    waits_s = {status: poll_after_s(replace(make_job(), status=status)) for status in JobStatus}
    assert all(waits_s[status] == max(waits_s.values()) for status in JOB_ENDS)
    assert waits_s[JobStatus.ENROUTE_TO_DROPOFF] == min(waits_s.values())


@pytest.mark.parametrize(
    ("name", "first"), [("Max Mustermann", "Max"), ("Max", "Max"), ("  A B", "A"), (" ", "")]
)
def test_a_first_name_is_the_first_word(name, first):
    assert first_name(name) == first


places = st.builds(Point, st.floats(-89.0, 89.0), st.floats(-180.0, 180.0))


@given(places)
def test_a_coarse_place_is_near_and_on_the_earth(place):
    told = coarse(place, step_m=SEEN_WITHIN_M)
    assert -90.0 <= told.lat_deg <= 90.0
    assert -180.0 <= told.lng_deg <= 180.0
    assert distance_m(place, told) <= SEEN_WITHIN_M * 0.75  # half a diagonal


# At the antimeridian the grid of the west meets that of the east, and they differ.
@given(st.builds(Point, st.floats(-89.0, 89.0), st.floats(-179.9, 179.9)), st.floats(-20.0, 20.0))
def test_many_places_are_told_as_one(place, north_m):
    """Whoever is near a crossing of the grid is told as that crossing."""
    crossing = coarse(place, step_m=SEEN_WITHIN_M)
    near = Point(crossing.lat_deg + north_m / 111_195.0, crossing.lng_deg)
    assert coarse(near, step_m=SEEN_WITHIN_M) == crossing


def test_the_drop_off_of_the_last_attempt_is_the_door():
    assert make_job().latest(StopKind.DROPOFF).point == NASCHMARKT
