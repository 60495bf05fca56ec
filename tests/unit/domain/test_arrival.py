"""An arrival that was said without a network, and is told when the courier has moved on."""

from datetime import timedelta

import pytest
from makers import GRABEN, NASCHMARKT, NOW, make_courier, make_job

from service.domain.arrival import TOLD_LATE_S_MAX, Seen
from service.domain.courier import Fix
from service.domain.errors import (
    InvalidStateTransitionError,
    StalePositionError,
    TooFarFromStopError,
)
from service.domain.facts import FactType
from service.domain.geo import Point
from service.domain.lifecycle import JobStatus, StopStatus
from service.domain.policy import Policy
from service.domain.work import Work, arrive, arrive_late, complete, take

LATER = NOW + timedelta(minutes=20)
A_KILOMETRE_ON = Point(48.2180, 16.3697)
JOB = make_job()
PICKUP, DROPOFF = JOB.stops


@pytest.fixture
def work():
    stop_ids = (PICKUP.id, DROPOFF.id)
    taken = Work(courier=make_courier(), jobs={})
    return take(taken, [JOB], stop_ids=stop_ids, bundle_id=None, now=NOW)


def seen(point, at, *, accuracy_m=5.0):
    return Fix(point=point, accuracy_m=accuracy_m, received_at=at)


def told(work, stop, past, *, among=(), since=NOW, now=LATER):
    known = Seen(since=since, fixes=tuple(among))
    return arrive_late(work, stop.id, past=past, seen=known, policy=Policy(), now=now)


def test_nobody_was_there_before_the_job_was_theirs(work):
    said_at = NOW + timedelta(minutes=5)
    with pytest.raises(StalePositionError):
        told(work, PICKUP, seen(GRABEN, said_at), since=said_at + timedelta(seconds=1))


def test_stops_of_several_jobs_are_reached_one_after_the_other(work):
    other = make_job(2)
    stop_ids = (PICKUP.id, *(stop.id for stop in other.stops), DROPOFF.id)
    work = take(work, [other], stop_ids=stop_ids, bundle_id=None, now=NOW)
    work = told(work, PICKUP, seen(GRABEN, NOW + timedelta(minutes=9)))
    work = complete(work, PICKUP.id, now=LATER)
    with pytest.raises(StalePositionError):
        told(work, other.stops[0], seen(GRABEN, NOW + timedelta(minutes=8)))


def test_the_place_counts_at_which_it_was_said(work):
    said_at = NOW + timedelta(minutes=5)
    after = told(work, PICKUP, seen(GRABEN, said_at), among=[seen(A_KILOMETRE_ON, LATER)])
    stop = after.jobs[JOB.id].stops[0]
    assert (stop.status, stop.arrived_at, stop.reached_at) == (StopStatus.ARRIVED, LATER, said_at)
    assert after.jobs[JOB.id].status is JobStatus.ARRIVED_AT_PICKUP
    (fact,) = [fact for fact in after.facts if fact.type is FactType.JOB_ARRIVED_AT_PICKUP]
    assert [one.reached_at for one in fact.body.stops] == [said_at, None]


def test_a_whole_round_without_a_network_is_told_in_its_order(work):
    work = told(work, PICKUP, seen(GRABEN, NOW + timedelta(minutes=3)))
    work = complete(work, PICKUP.id, now=LATER)
    with pytest.raises(StalePositionError):
        told(work, DROPOFF, seen(NASCHMARKT, NOW + timedelta(minutes=2)))
    work = told(work, DROPOFF, seen(NASCHMARKT, NOW + timedelta(minutes=12)))
    assert complete(work, DROPOFF.id, now=LATER).jobs[JOB.id].status is JobStatus.DELIVERED


def test_who_was_elsewhere_did_not_arrive(work):
    with pytest.raises(TooFarFromStopError):
        told(work, PICKUP, seen(A_KILOMETRE_ON, NOW + timedelta(minutes=5)))


@pytest.mark.parametrize("late_s", [-1.0, TOLD_LATE_S_MAX + 1.0])
def test_a_place_counts_for_hours_and_never_from_the_future(work, late_s):
    with pytest.raises(StalePositionError):
        told(work, PICKUP, seen(GRABEN, LATER - timedelta(seconds=late_s)))


@pytest.mark.parametrize("apart_s", [-10, 10])
def test_nobody_rides_a_kilometre_in_ten_seconds(work, apart_s):
    said_at = NOW + timedelta(minutes=5)
    other = seen(A_KILOMETRE_ON, said_at + timedelta(seconds=apart_s))
    with pytest.raises(StalePositionError):
        told(work, PICKUP, seen(GRABEN, said_at), among=[other])


def test_a_reading_of_nowhere_in_particular_shows_nothing(work):
    said_at = NOW + timedelta(minutes=5)
    vague = seen(A_KILOMETRE_ON, said_at, accuracy_m=5_000.0)
    with pytest.raises(StalePositionError):
        told(work, PICKUP, vague)


def test_a_later_stop_waits_for_the_one_before(work):
    with pytest.raises(InvalidStateTransitionError):
        told(work, DROPOFF, seen(NASCHMARKT, NOW + timedelta(minutes=5)))


def test_who_is_still_there_arrives_as_ever(work):
    after = arrive(work, PICKUP.id, fix=seen(GRABEN, LATER), policy=Policy(), now=LATER)
    assert after.jobs[JOB.id].stops[0].reached_at is None
