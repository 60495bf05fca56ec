"""What is suggested about an exception, and what it would bring."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from service.domain.geo import Point
from service.domain.lifecycle import JobStatus, StopKind
from service.domain.suggestion import (
    GAIN_S_MIN,
    Effect,
    FreeCourier,
    Rescue,
    Scene,
    SuggestedAction,
    Suggestion,
    fastest,
    suggest,
)
from service.domain.vocabulary import ExceptionKind, Vehicle
from tests.unit.domain.makers import ANNA, BEN, GRABEN, NOW, make_job

DUE = make_job().due_at


def at(s):
    return NOW + timedelta(seconds=s)


def job_in(status, **changes):
    return replace(make_job(), status=status, courier_id=ANNA, **changes)


def rescue_at(s):
    return Rescue(courier_id=BEN, pickup_at=at(60), door_at=at(s))


def suggested(kind, *, status=JobStatus.ENROUTE_TO_PICKUP, door_s=None, rescue_s=None):
    return suggest(
        Scene(
            kind=kind,
            job=job_in(status),
            door_at=None if door_s is None else at(door_s),
            rescue=None if rescue_s is None else rescue_at(rescue_s),
        )
    )


@pytest.mark.parametrize("kind", ExceptionKind)
def test_about_every_kind_there_is_something_to_do_and_nothing_is_made_up(kind):
    found = suggest(Scene(kind=kind, job=None, door_at=None, rescue=None))
    assert found.effect is None


def test_a_late_job_goes_to_who_is_faster():
    found = suggested(ExceptionKind.LATE_RISK, door_s=2_000, rescue_s=1_640)
    late_s = (at(1_640) - DUE).total_seconds()
    assert found == Suggestion(
        action=SuggestedAction.REASSIGN,
        effect=Effect(
            courier_id=BEN,
            pickup_at=at(60),
            door_at=at(1_640),
            otherwise_at=at(2_000),
            gain_s=360.0,
            lateness_s=late_s,
        ),
    )


def test_what_would_hardly_help_is_not_suggested():
    found = suggested(ExceptionKind.LATE_RISK, door_s=2_000, rescue_s=2_001 - GAIN_S_MIN)
    assert found.action is SuggestedAction.WAIT
    assert found.effect == Effect(door_at=at(2_000), lateness_s=(at(2_000) - DUE).total_seconds())


def test_where_nobody_knows_when_the_courier_comes_there_is_no_gain_to_tell():
    assert suggested(ExceptionKind.LATE_RISK, rescue_s=900).action is SuggestedAction.WAIT


def test_a_parcel_that_is_aboard_stays_there():
    found = suggested(
        ExceptionKind.LATE_RISK, status=JobStatus.PICKED_UP, door_s=9_000, rescue_s=60
    )
    assert found.action is SuggestedAction.WAIT


@pytest.mark.parametrize("kind", [ExceptionKind.NO_COURIER_NEAR, ExceptionKind.LATE_RISK])
def test_an_open_job_is_offered_to_the_nearest_free_courier(kind):
    found = suggested(kind, status=JobStatus.OPEN, rescue_s=700)
    assert (found.action, found.effect.courier_id) == (SuggestedAction.OFFER, BEN)
    assert found.effect.otherwise_at is None
    assert suggested(kind, status=JobStatus.OPEN).action is SuggestedAction.WAIT


def test_a_courier_who_stands_still_is_called_when_nobody_else_could_go():
    kind = ExceptionKind.COURIER_NOT_MOVING
    assert suggested(kind, rescue_s=700).action is SuggestedAction.REASSIGN
    assert suggested(kind, door_s=900).action is SuggestedAction.CALL_COURIER


def test_the_last_attempt_is_not_repeated():
    job = job_in(JobStatus.UNDELIVERABLE)
    kind = ExceptionKind.ATTEMPT_FAILED
    scene = Scene(kind=kind, job=job, door_at=None, rescue=None)
    assert suggest(scene).action is SuggestedAction.RETRY
    stops = tuple(
        replace(stop, attempt=3) if stop.kind is StopKind.DROPOFF else stop for stop in job.stops
    )
    again = replace(scene, job=replace(job, stops=stops))
    assert suggest(again).action is SuggestedAction.FAIL


def test_who_is_suspended_is_not_sent_to_the_door_again():
    job = job_in(JobStatus.UNDELIVERABLE)
    kind = ExceptionKind.ATTEMPT_FAILED
    scene = Scene(kind=kind, job=job, door_at=None, rescue=None, is_suspended=True)
    assert suggest(scene).action is SuggestedAction.CALL_COURIER


def test_the_fastest_is_not_always_the_nearest():
    walker = FreeCourier(id=ANNA, vehicle=Vehicle.FOOT, point=Point(48.2150, 16.3700))
    rider = FreeCourier(id=BEN, vehicle=Vehicle.SCOOTER, point=Point(48.2170, 16.3700))
    found = fastest(make_job(), [walker, rider], detour_factor=1.3, now=NOW)
    assert found.courier_id == BEN
    assert NOW < found.pickup_at < found.door_at


def test_of_two_as_fast_it_is_always_the_same_one():
    pair = [FreeCourier(id=id_, vehicle=Vehicle.BIKE, point=GRABEN) for id_ in (BEN, ANNA)]
    for couriers in (pair, pair[::-1]):
        assert fastest(make_job(), couriers, detour_factor=1.3, now=NOW).courier_id == ANNA
    assert fastest(make_job(), [], detour_factor=1.3, now=NOW) is None
