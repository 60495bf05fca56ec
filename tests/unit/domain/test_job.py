from datetime import UTC, datetime, timedelta, timezone

import pytest
from makers import GRABEN, NASCHMARKT, NOW, make_job, make_market, place
from msgspec.structs import replace

from service.domain.errors import (
    DropoffDeadlineTooEarlyError,
    InvalidParamsError,
    ItemTooLargeError,
    MarketPausedError,
    NotCancelableError,
    OutsideServiceAreaError,
    PickupReadyTooLateError,
    VehicleNotAvailableError,
)
from service.domain.geo import Point, distance_m
from service.domain.job import check_cancelable, step
from service.domain.lifecycle import JobStatus, JobStep
from service.domain.policy import Policy
from service.domain.pricing import default_fee_cents
from service.domain.vocabulary import Actor, ReasonCode, SizeClass, Vehicle


def test_a_job_that_is_ready_now_is_open():
    job = make_job()
    assert (job.status, job.opened_at, job.ready_at) == (JobStatus.OPEN, NOW, NOW)


def test_a_ready_time_in_the_past_means_now():
    assert make_job(ready_at=NOW - timedelta(hours=1)).ready_at == NOW


def test_a_job_for_later_is_scheduled_and_released_before_it_is_ready():
    job = make_job(ready_at=NOW + timedelta(hours=3))
    assert job.status is JobStatus.SCHEDULED
    assert job.ready_at - job.release_at == timedelta(seconds=Policy().release_lead_s)


def test_the_search_never_outlasts_the_deadline():
    job = make_job(due_at=NOW + timedelta(minutes=20))
    assert job.search_until == job.due_at


def test_the_default_fee_grows_with_the_distance():
    near = make_job(dropoff=place(GRABEN)).fee_cents
    far = make_job().fee_cents
    assert near < far == default_fee_cents(Policy(), distance_m=distance_m(GRABEN, NASCHMARKT))


def test_without_a_wish_every_vehicle_that_can_carry_it_will_do():
    assert make_job(size_class=SizeClass.XLARGE).vehicles == (Vehicle.CAR, Vehicle.VAN)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pickup": place(Point(0.0, 0.0))}, OutsideServiceAreaError),
        ({"dropoff": place(Point(0.0, 0.0))}, OutsideServiceAreaError),
        ({"due_at": NOW + timedelta(seconds=1)}, DropoffDeadlineTooEarlyError),
        ({"ready_at": NOW - timedelta(days=1, seconds=1)}, InvalidParamsError),
        ({"ready_at": datetime(1970, 1, 1, tzinfo=UTC)}, InvalidParamsError),
        ({"ready_at": NOW + timedelta(days=31)}, PickupReadyTooLateError),
        ({"ready_at": datetime.max.replace(tzinfo=UTC)}, PickupReadyTooLateError),
        ({"due_at": datetime.max.replace(tzinfo=UTC)}, InvalidParamsError),
        (
            {"due_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))},
            InvalidParamsError,
        ),
        ({"weight_g": 1_000_000}, ItemTooLargeError),
        ({"weight_g": 50_000, "vehicles": (Vehicle.BIKE,)}, VehicleNotAvailableError),
    ],
)
def test_what_cannot_be_served_is_refused(changes, error):
    with pytest.raises(error):
        make_job(**changes)


def test_two_places_are_200_km_apart_at_most():
    market = make_market(service_radius_m=150_000.0)
    north, south = (Point(48.2 + north_deg, 16.37) for north_deg in (1.0, -1.0))
    with pytest.raises(InvalidParamsError) as refused:
        make_job(market=market, pickup=place(north), dropoff=place(south))
    assert refused.value.field == "/dropoff"


def test_a_paused_market_takes_no_jobs():
    with pytest.raises(MarketPausedError):
        make_job(market=make_market(is_paused=True))


def test_each_step_has_the_next_number():
    job = make_job()
    after, fact = step(job, JobStep.CANCEL, actor=Actor.MERCHANT, now=NOW)
    assert (fact.sequence, fact.type) == (job.last_sequence + 1, "job.canceled")
    assert after.version == job.version + 1


def test_the_end_says_when_and_by_whom():
    after, _ = step(
        make_job(), JobStep.EXPIRE, actor=Actor.SYSTEM, now=NOW, reason=ReasonCode.NO_SUPPLY
    )
    assert (after.ended_at, after.ended_by, after.reason) == (
        NOW,
        Actor.SYSTEM,
        ReasonCode.NO_SUPPLY,
    )


def test_a_fact_tells_no_address():
    _, fact = step(make_job(), JobStep.CANCEL, actor=Actor.MERCHANT, now=NOW)
    assert "Graben" not in repr(fact)


def test_no_supply_is_not_the_merchants_reason():
    with pytest.raises(InvalidParamsError):
        check_cancelable(make_job(), reason=ReasonCode.NO_SUPPLY)


def test_an_ended_job_cannot_be_canceled():
    ended, _ = step(make_job(), JobStep.EXPIRE, actor=Actor.SYSTEM, now=NOW)
    with pytest.raises(NotCancelableError):
        check_cancelable(ended, reason=ReasonCode.DUPLICATE_JOB)


def test_the_next_attempt_is_searched_for_as_long_and_no_longer_than_the_deadline():
    job = replace(make_job(due_at=NOW + timedelta(hours=3)), status=JobStatus.ASSIGNED)
    span = job.search_until - job.opened_at
    for hours in (1, 2):
        at = NOW + timedelta(hours=hours)
        job, _ = step(
            replace(job, status=JobStatus.ASSIGNED), JobStep.REASSIGN, actor=Actor.OPS, now=at
        )
        assert job.search_until == min(job.due_at, at + span)
    late, _ = step(
        replace(job, status=JobStatus.ASSIGNED),
        JobStep.REASSIGN,
        actor=Actor.OPS,
        now=NOW + timedelta(hours=2, minutes=50),
    )
    assert late.search_until == late.due_at


def test_a_job_that_is_open_again_has_no_reason_and_the_fact_tells_it():
    job = replace(make_job(), status=JobStatus.ASSIGNED)
    freed, fact = step(
        job, JobStep.REASSIGN, actor=Actor.OPS, now=NOW, reason=ReasonCode.COURIER_ISSUE
    )
    assert (freed.reason, fact.body.reason) == (None, ReasonCode.COURIER_ISSUE)


def test_the_reason_of_one_step_does_not_stick_to_the_next():
    job = replace(make_job(), status=JobStatus.ARRIVED_AT_DROPOFF)
    why = ReasonCode.RECIPIENT_UNREACHABLE
    failed, _ = step(job, JobStep.FAIL_ATTEMPT, actor=Actor.COURIER, now=NOW, reason=why)
    again, _ = step(failed, JobStep.RETRY, actor=Actor.OPS, now=NOW)
    assert (failed.reason, again.reason) == (why, None)
