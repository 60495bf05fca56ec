"""A deadline moves between the promise and what the policy allows, and the promise never does."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import ANNA, NOW, make_job
from msgspec.structs import replace

from service.domain.deadline import extend
from service.domain.errors import InvalidParamsError, InvalidStateTransitionError
from service.domain.facts import FactType
from service.domain.job import step
from service.domain.lifecycle import JobStatus, JobStep, StopKind
from service.domain.offer import leg_of
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, ReasonCode

POLICY = Policy(extension_s_max=1_800.0)


def extended(job, later_s, now=NOW):
    until = job.due_at + timedelta(seconds=later_s)
    return extend(job, until=until, policy=POLICY, now=now)


@given(st.integers(-600, 2_400))
def test_it_stays_between_the_promise_and_the_policy(later_s):
    job = make_job()
    if not 0 <= later_s <= 1_800:
        with pytest.raises(InvalidParamsError):
            extended(job, later_s)
        return
    after, fact = extended(job, later_s)
    assert after.due_at == job.due_at
    assert after.deadline_at == job.due_at + timedelta(seconds=later_s)
    assert (after.extended_until is None) == (later_s == 0)
    assert (fact.type, fact.sequence, fact.actor) == (
        FactType.JOB_UPDATED,
        job.last_sequence + 1,
        Actor.OPS,
    )
    assert (fact.body.due_at, fact.body.extended_until) == (job.due_at, after.extended_until)


def test_offers_made_from_then_on_say_it():
    job, _ = extended(make_job(), 900)
    leg = leg_of(job, StopKind.DROPOFF, policy=POLICY, distance_m=1.0, arrival_at=NOW)
    assert leg.due_at == job.deadline_at


def test_the_search_goes_on_for_as_long_as_the_deadline_lets_it():
    job = make_job(due_at=NOW + timedelta(minutes=30))
    assert job.search_until == job.due_at
    after, _ = extended(job, 1_200)
    assert after.search_until == after.deadline_at
    back, _ = extended(after, 0)
    assert back.search_until == job.search_until


def test_a_job_that_is_freed_later_is_searched_for_until_the_extended_deadline():
    job, _ = extended(make_job(due_at=NOW + timedelta(minutes=30)), 1_800)
    taken = replace(job, status=JobStatus.ASSIGNED, courier_id=ANNA)
    now = NOW + timedelta(minutes=20)
    freed, _ = step(taken, JobStep.REASSIGN, actor=Actor.OPS, now=now)
    assert freed.search_until == job.deadline_at


def test_what_has_ended_has_no_deadline_any_more():
    job, _ = step(
        make_job(), JobStep.CANCEL, actor=Actor.OPS, now=NOW, reason=ReasonCode.DUPLICATE_JOB
    )
    with pytest.raises(InvalidStateTransitionError):
        extended(job, 600)
