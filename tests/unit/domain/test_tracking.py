"""What a recipient is told of when and how far; and the grid on which couriers are seen."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

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
    poll_after_s,
)
from service.domain.vocabulary import Vehicle
from tests.unit.domain.makers import GRABEN, NASCHMARKT, NOW, make_job

MINUTE = timedelta(minutes=1)


def expected(status, *, here=None, planned_at=None, vehicle=Vehicle.BIKE):
    return eta(
        replace(make_job(), status=status),
        door=NASCHMARKT,
        planned_at=planned_at,
        here=here,
        vehicle=vehicle,
        detour_factor=1.3,
        now=NOW,
    )


def test_every_status_has_a_stage_and_every_stage_has_words():
    assert STAGE_OF.keys() == set(JobStatus)
    assert WORDS.keys() == set(Stage) == set(STAGE_OF.values())


def test_a_place_is_told_only_where_something_is_still_to_come():
    for status in JobStatus:
        if sight_of(status) is Sight.EXACT:
            assert STAGE_OF[status] in {Stage.COLLECTING, Stage.ON_THE_WAY, Stage.HERE}


def test_on_the_last_leg_the_way_that_is_left_decides():
    found = expected(JobStatus.ENROUTE_TO_DROPOFF, here=GRABEN, planned_at=NOW + 60 * MINUTE)
    left_s = distance_m(GRABEN, NASCHMARKT) * 1.3 / SPEED_MPS[Vehicle.BIKE]
    assert abs((found.at - NOW).total_seconds() - left_s) <= 30.0


@pytest.mark.parametrize("status", [JobStatus.ASSIGNED, JobStatus.PICKED_UP])
def test_before_the_last_leg_the_plan_decides_and_not_where_the_courier_is(status):
    found = expected(status, here=NASCHMARKT, planned_at=NOW + 20 * MINUTE)
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
