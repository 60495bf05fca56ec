"""What ops do for a courier who can only phone: all follows as if the courier had done it."""

import pytest

from service.domain.errors import (
    AlreadyAssignedError,
    InvalidStateTransitionError,
    ProofRequiredError,
)
from service.domain.ids import ProofId
from service.domain.lifecycle import JobStatus, StopKind, StopStatus
from service.domain.proof import AcceptedProof
from service.domain.vocabulary import Actor, ProofKind, WaiverReason
from service.domain.word import check_attempt, complete
from service.domain.work import arrive_by_word
from tests.unit.domain.makers import NOW, make_job
from tests.unit.domain.test_proof import place_with
from tests.unit.domain.test_work import do, work_with

CODE, PHOTO = ProofKind.CODE, ProofKind.PHOTO
PICTURE = AcceptedProof(id=ProofId(make_job().id), kind=PHOTO, sha256="0" * 64)
WHY = WaiverReason.DEVICE_BROKEN


def said_done(work, job, kind, *, pictures=(), waives=False):
    stop_id = job.latest(kind).id
    return complete(work, job.id, stop_id, pictures=pictures, waives=waives, reason=WHY, now=NOW)


def test_an_arrival_by_word_needs_no_position_and_is_ops_doing():
    job = make_job()
    before = work_with(job)
    after = arrive_by_word(before, job.stops[0].id, now=NOW)
    assert after.jobs[job.id].status is JobStatus.ARRIVED_AT_PICKUP
    told = after.facts[len(before.facts) :]
    assert {fact.actor for fact in told} == {Actor.OPS}


def test_a_stop_is_reached_and_done_in_one_and_the_next_is_under_way():
    job = make_job()
    work = said_done(work_with(job), job, StopKind.PICKUP)
    assert work.jobs[job.id].status is JobStatus.ENROUTE_TO_DROPOFF
    pickup, dropoff = work.jobs[job.id].stops
    assert (pickup.arrived_at, pickup.completed_at, pickup.reached_at) == (NOW, NOW, None)
    assert dropoff.status is StopStatus.ENROUTE
    work = said_done(work, job, StopKind.DROPOFF)
    assert work.jobs[job.id].status is JobStatus.DELIVERED
    assert work.jobs[job.id].reason is None
    assert work.live_jobs == []


def test_only_the_next_stop_is_reached_or_done():
    first, second = make_job(1), make_job(2)
    work = work_with(first, second)
    with pytest.raises(InvalidStateTransitionError):
        said_done(work, second, StopKind.PICKUP)
    with pytest.raises(InvalidStateTransitionError):
        arrive_by_word(work, first.stops[1].id, now=NOW)
    with pytest.raises(InvalidStateTransitionError):
        said_done(do(work, first.stops[0]), first, StopKind.PICKUP)


def test_what_was_uploaded_counts_and_the_rest_is_waived_or_the_stop_is_not_done():
    job = make_job(pickup=place_with(CODE, PHOTO))
    with pytest.raises(ProofRequiredError):
        said_done(work_with(job), job, StopKind.PICKUP, pictures=(PICTURE,))
    work = said_done(work_with(job), job, StopKind.PICKUP, pictures=(PICTURE,), waives=True)
    stop = work.jobs[job.id].stops[0]
    assert (stop.given_proofs, stop.accepted_proofs) == ((PHOTO,), (PICTURE,))
    assert (stop.waived_proofs, stop.waiver_reason) == ((CODE,), WHY)


def test_nothing_is_waived_where_nothing_is_missing():
    job = make_job(pickup=place_with(PHOTO))
    work = said_done(work_with(job), job, StopKind.PICKUP, pictures=(PICTURE,), waives=True)
    stop = work.jobs[job.id].stops[0]
    assert (stop.waived_proofs, stop.waiver_reason) == ((), None)


def test_who_speaks_of_another_attempt_speaks_of_somebody_else():
    job = make_job()
    check_attempt(job, None)
    check_attempt(job, job.attempt)
    with pytest.raises(AlreadyAssignedError):
        check_attempt(job, job.attempt + 1)
