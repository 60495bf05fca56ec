"""What becomes of the jobs of a courier who drops out, wherever each of them is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, make_courier, make_job
from msgspec.structs import replace

from service.domain.courier import Fix
from service.domain.drop_out import (
    Fate,
    check_nothing_aboard,
    drop_out,
    fates,
    fates_if_finished,
)
from service.domain.errors import ParcelsAboardError
from service.domain.facts import FactType
from service.domain.lifecycle import CourierStatus, JobStatus, StopStatus
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, ReasonCode
from service.domain.work import Work, arrive, complete, fail, peak_load, retry, take

LATER = NOW + timedelta(minutes=9)
WHY = ReasonCode.COURIER_ISSUE


def work_with(*jobs):
    """All pickups first, then the drop-offs, in the order of the jobs."""
    stop_ids = (*(job.stops[0].id for job in jobs), *(job.stops[1].id for job in jobs))
    work = Work(courier=make_courier(), jobs={})
    return take(work, jobs, stop_ids=stop_ids, bundle_id=None, now=NOW)


def forward(work, steps_count):
    """Arrive and complete, so many times in turn."""
    for number in range(steps_count):
        stop = work.route[0]
        if number % 2 == 0:
            fix = Fix(point=stop.point, accuracy_m=5.0, received_at=NOW)
            work = arrive(work, stop.id, fix=fix, policy=Policy(), now=NOW)
        else:
            work = complete(work, stop.id, now=NOW)
    return replace(work, facts=())


def test_what_is_not_picked_up_is_open_again_for_others():
    first, second = make_job(1), make_job(2)
    work = drop_out(forward(work_with(first, second), 0), reason=WHY, now=LATER)
    for job in work.jobs.values():
        assert (job.status, job.courier_id, job.attempt) == (JobStatus.OPEN, None, 2)
    reopened = [fact for fact in work.facts if fact.type is FactType.JOB_REASSIGNED]
    assert [fact.body.reason for fact in reopened] == [WHY, WHY]
    assert (work.courier.status, work.courier.live_jobs_count) == (CourierStatus.OFFLINE, 0)


def test_a_freed_job_stands_where_it_stood_among_those_that_wait():
    job = make_job()
    freed = drop_out(work_with(job), reason=WHY, now=LATER).jobs[job.id]
    assert freed.opened_at == job.opened_at == NOW
    assert freed.search_until == min(job.due_at, LATER + (job.search_until - NOW))


def test_each_search_is_as_long_as_the_first_however_often_couriers_drop_out():
    job = make_job(due_at=NOW + timedelta(hours=9))
    length = job.search_until - job.release_at
    for minutes in (9, 20, 60):
        now = NOW + timedelta(minutes=minutes)
        job = drop_out(work_with(job), reason=WHY, now=now).jobs[job.id]
        assert (job.opened_at, job.release_at) == (NOW, now)
        assert job.search_until == now + length


def test_a_parcel_on_board_waits_for_a_decision_with_its_courier():
    first, second = make_job(1), make_job(2)
    aboard = forward(work_with(first, second), 2)  # the first is picked up
    assert fates(aboard) == {second.id: Fate.REOPENED, first.id: Fate.UNDELIVERABLE}
    work = drop_out(aboard, reason=WHY, now=LATER)
    assert work.jobs[first.id].status is JobStatus.UNDELIVERABLE
    assert work.jobs[first.id].stops[1].status is StopStatus.SKIPPED  # nobody went there
    assert work.jobs[second.id].status is JobStatus.OPEN
    assert work.courier.status is CourierStatus.ENDING
    assert work.route == []
    again = retry(work, first.id, stop_id=make_job(9).id, actor=Actor.OPS, now=LATER)
    assert again.jobs[first.id].status is JobStatus.ENROUTE_TO_DROPOFF


def test_a_stop_that_was_under_way_has_failed():
    job = make_job()
    work = drop_out(forward(work_with(job), 3), reason=WHY, now=LATER)  # at the door
    stop = work.jobs[job.id].stops[1]
    assert (stop.status, stop.failed_at, stop.failure_reason) == (StopStatus.FAILED, LATER, WHY)


def test_what_waits_for_ops_already_goes_on_waiting():
    job = make_job()
    work = forward(work_with(job), 2)
    work = fail(work, work.route[0].id, reason=ReasonCode.RECIPIENT_REFUSED, now=NOW)
    after = drop_out(work, reason=WHY, now=LATER)
    assert fates(work) == {job.id: Fate.KEPT}
    assert after.jobs == work.jobs


def test_nobody_is_told_of_ways_that_are_not_gone():
    work = forward(work_with(make_job(1), make_job(2), make_job(3)), 2)
    types = {fact.type for fact in drop_out(work, reason=WHY, now=LATER).facts}
    assert types == {
        FactType.JOB_REASSIGNED,
        FactType.JOB_UNDELIVERABLE,
        FactType.COURIER_STATUS_CHANGED,
        FactType.COURIER_ROUTE_CHANGED,
    }


def test_who_is_off_duty_with_nothing_in_hand_drops_out_of_nothing():
    work = Work(courier=make_courier(status=CourierStatus.OFFLINE), jobs={})
    assert drop_out(work, reason=WHY, now=LATER) is work


def test_who_finishes_brings_what_is_on_board_and_fetches_nothing_more():
    first, second = make_job(1), make_job(2)
    aboard = forward(work_with(first, second), 2)
    decided = fates_if_finished(aboard)
    assert decided == {second.id: Fate.REOPENED, first.id: Fate.KEPT}
    work = drop_out(aboard, reason=WHY, now=LATER, decided=decided)
    assert work.jobs[second.id].status is JobStatus.OPEN
    assert work.jobs[first.id].is_aboard
    assert [stop.job_id for stop in work.route] == [first.id]
    assert work.courier.status is CourierStatus.ENDING


def test_what_is_on_board_has_to_be_spoken_of():
    work = work_with(make_job())
    check_nothing_aboard(work)
    with pytest.raises(ParcelsAboardError):
        check_nothing_aboard(forward(work, 2))


@given(jobs_count=st.integers(1, 3), steps_count=st.integers(0, 12))
def test_nothing_is_left_to_go_to_wherever_the_courier_was(jobs_count, steps_count):
    jobs = [make_job(number + 1, weight_g=1_000) for number in range(jobs_count)]
    work = forward(work_with(*jobs), min(steps_count, 4 * jobs_count))
    told = fates(work)
    after = drop_out(work, reason=WHY, now=LATER)
    assert after.route == []
    assert {job.id for job in work.live_jobs} == told.keys()
    in_hand = [job for job in after.live_jobs]
    assert after.courier.live_jobs_count == len(in_hand)
    assert after.courier.load == peak_load(after)
    assert all(job.status is JobStatus.UNDELIVERABLE for job in in_hand)
    is_free = after.courier.status is CourierStatus.OFFLINE
    assert is_free == (not in_hand)
    for job in after.jobs.values():
        sequences = [fact.sequence for fact in after.facts if fact.job_id == job.id]
        first = work.jobs[job.id].last_sequence + 1
        assert sequences == list(range(first, first + len(sequences)))
