"""Ops waive what a stop asks for: that stop, that attempt, and no more than it asks for."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import (
    InvalidParamsError,
    InvalidStateTransitionError,
    NotFoundError,
    ProofRequiredError,
)
from service.domain.facts import FactType
from service.domain.lifecycle import StopKind
from service.domain.proof import NO_EVIDENCE
from service.domain.vocabulary import Actor, ProofKind, ReasonCode, WaiverReason
from service.domain.waiver import waive
from service.domain.work import Work, arrive, complete, fail, retry, take
from service.wire.assignment import assignment_of
from tests.unit.domain.makers import NOW, make_courier, make_job
from tests.unit.domain.test_proof import place_with
from tests.unit.domain.test_work import POLICY, at

CODE, PHOTO, SIGNATURE = ProofKind.CODE, ProofKind.PHOTO, ProofKind.SIGNATURE
WHY = WaiverReason.CODE_UNKNOWN
KINDS = st.sets(st.sampled_from(ProofKind))


def waived(job, kinds, *, kind=StopKind.DROPOFF):
    return waive(job, job.latest(kind).id, kinds=kinds, reason=WHY, now=NOW)


def in_hand(job):
    work = Work(courier=make_courier(), jobs={})
    stop_ids = tuple(stop.id for stop in job.stops)
    return take(work, [job], stop_ids=stop_ids, bundle_id=None, now=NOW)


@given(KINDS, KINDS)
def test_what_is_waived_is_not_asked_for_and_the_rest_is(required, kinds):
    job = make_job(dropoff=place_with(*required))
    if not kinds <= required:
        with pytest.raises(InvalidParamsError):
            waived(job, kinds)
        return
    if not kinds:
        assert waived(job, kinds) is None
        return
    after, fact = waived(job, kinds)
    door = after.latest(StopKind.DROPOFF)
    assert set(door.asked_proofs) == required - kinds
    assert after.latest(StopKind.PICKUP) == job.latest(StopKind.PICKUP)
    assert (fact.type, fact.actor) == (FactType.JOB_UPDATED, Actor.OPS)
    told = fact.body.stops[1]
    assert (set(told.waived_proofs), told.waiver_reason) == (kinds, WHY)
    assert set(told.required_proofs) == required
    assert waived(after, kinds) is None  # said twice
    back, _ = waived(after, ())
    assert back.latest(StopKind.DROPOFF) == job.latest(StopKind.DROPOFF)


def test_a_stop_is_done_without_what_was_waived_and_not_without_the_rest():
    job = make_job(pickup=place_with(CODE, PHOTO))
    stop = job.latest(StopKind.PICKUP)
    for kinds, is_done in (((CODE,), False), ((CODE, PHOTO), True)):
        amended, _ = waived(job, kinds, kind=StopKind.PICKUP)
        work = arrive(in_hand(amended), stop.id, fix=at(stop), policy=POLICY, now=NOW)
        route = assignment_of(work, policy=POLICY).stops
        assert route[0].required_proofs == (() if is_done else (PHOTO,))
        if not is_done:
            with pytest.raises(ProofRequiredError):
                complete(work, stop.id, now=NOW)
            continue
        done = complete(work, stop.id, now=NOW, evidence=NO_EVIDENCE).jobs[job.id]
        told = done.latest(StopKind.PICKUP)
        assert (told.given_proofs, told.waived_proofs) == ((), (CODE, PHOTO))
        with pytest.raises(InvalidStateTransitionError):  # it is over
            waived(done, (), kind=StopKind.PICKUP)


def test_another_attempt_asks_for_everything_again():
    job, _ = waived(make_job(dropoff=place_with(CODE)), (CODE,))
    pickup, door = job.stops
    work = arrive(in_hand(job), pickup.id, fix=at(pickup), policy=POLICY, now=NOW)
    work = complete(work, pickup.id, now=NOW)
    work = fail(work, door.id, reason=ReasonCode.RECIPIENT_UNREACHABLE, now=NOW)
    work = retry(work, job.id, stop_id=uuid4(), actor=Actor.OPS, now=NOW)
    last = work.jobs[job.id].latest(StopKind.DROPOFF)
    assert (last.attempt, last.asked_proofs, last.waiver_reason) == (2, (CODE,), None)


def test_of_another_job_nothing_is_waived():
    with pytest.raises(NotFoundError):
        waive(make_job(), uuid4(), kinds=(), reason=WHY, now=NOW)
