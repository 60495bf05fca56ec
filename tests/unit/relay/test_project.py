"""Who is told what, one transcript per kind of fact."""

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from service.domain import work as works_domain
from service.domain.account import reinstate, suspend
from service.domain.facts import FactType, event_id
from service.domain.lifecycle import CourierStatus, JobStatus, JobStep, OfferStatus, StopKind
from service.domain.offer import FACT_OF_STATUS
from service.domain.suspension import Suspension
from service.domain.vocabulary import Actor, ReasonCode, SuspensionReason
from service.domain.work import Work
from service.relay.project import project
from service.wire.courier_stream import AssignmentChanged, JobUpdated, Notice, OfferRevoked
from tests.unit.domain.makers import ANNA, MERCHANT, NOW, make_courier, make_job, make_offer
from tests.unit.relay.recorded import (
    courier_fact,
    exception_fact,
    job_fact,
    make_context,
    market_fact,
    message_fact,
    offer_fact,
    tick_fact,
)

TO_ANNA, TO_MERCHANT, TO_MARKET = f"courier:{ANNA}", f"merchant:{MERCHANT}", "market:vienna"

STATUS_OF = {type_: status for status, type_ in FACT_OF_STATUS.items()}


def with_anna(**changes):
    """A job in Anna's hand."""
    return replace(make_job(), courier_id=ANNA, **changes)


def fact_of(type):
    """Return some fact of the type, about a courier wherever it can be."""
    match type.split(".")[0]:
        case "job":
            return job_fact(type, with_anna())
        case "offer":
            return offer_fact(make_offer(status=STATUS_OF[type]))
        case "courier":
            return courier_fact(type)
        case "exception":
            return exception_fact(type)
        case "market":
            return market_fact(type)
    return message_fact() if type is FactType.MESSAGE_SENT else tick_fact()


def told(fact, owner, **context):
    """Return the messages that the owner gets."""
    return [one.message for one in project([fact], make_context(**context)) if one.owner == owner]


@pytest.mark.parametrize("type_", FactType)
def test_the_market_hears_of_every_fact(type_):
    fact = fact_of(type_)
    (message,) = told(fact, TO_MARKET)
    assert message.event.id == event_id(fact.id)
    assert (message.event.type, message.event.data) == (type_, fact.body)


def test_an_offer_is_told_to_ops_with_its_reasons():
    made = make_offer(status=OfferStatus.PENDING, acknowledged_at=None, seen_at=None)
    reasons = {made.id: {"jobs": [{"considered_count": 7}]}}
    (message,) = told(offer_fact(made), TO_MARKET, reasons=reasons)
    assert message.event.reasons == reasons[made.id]
    (by_ops,) = told(offer_fact(made), TO_MARKET)
    assert by_ops.event.reasons is None


@pytest.mark.parametrize("type_", FactType)
def test_a_merchant_hears_of_jobs_and_of_nothing_else(type_):
    owners = {one.owner for one in project([fact_of(type_)], make_context())}
    assert (TO_MERCHANT in owners) == type_.startswith("job.")


def test_a_merchant_gets_the_job_in_the_envelope_and_no_more():
    fact = job_fact(FactType.JOB_ASSIGNED, with_anna(status=JobStatus.ASSIGNED))
    (message,) = told(fact, TO_MERCHANT, livemode=True)
    event = message.event
    assert (event.id, event.type, event.sequence) == (event_id(fact.id), "job.assigned", 3)
    assert (event.api_version, event.livemode, event.market_id) == ("2026-11-01", True, "vienna")
    assert (event.data.status, event.data.courier_id) == (JobStatus.ASSIGNED, ANNA)
    assert [stop.kind for stop in event.data.stops] == [StopKind.PICKUP, StopKind.DROPOFF]
    assert not hasattr(event.data.stops[0], "address")


UNSAID_TO_COURIER = {
    FactType.JOB_CREATED,
    FactType.JOB_SEARCH_UPDATED,
    FactType.JOB_BUNDLED,
    FactType.OFFER_SEEN,
    FactType.OFFER_ACCEPTED,
    FactType.EXCEPTION_OPENED,
    FactType.EXCEPTION_UPDATED,
    FactType.EXCEPTION_RESOLVED,
    FactType.MARKET_PAUSED,
    FactType.MARKET_RESUMED,
    FactType.MARKET_POLICY_CHANGED,
    FactType.TICK_COMPLETED,
}


@pytest.mark.parametrize("type_", FactType)
def test_a_courier_hears_once_of_what_concerns_the_work(type_):
    messages = told(fact_of(type_), TO_ANNA)
    assert len(messages) == (0 if type_ in UNSAID_TO_COURIER else 1)


def test_a_courier_hears_nothing_of_a_job_that_nobody_has():
    for type_ in (FactType.JOB_OPENED, FactType.JOB_EXPIRED, FactType.JOB_REASSIGNED):
        owners = {one.owner for one in project([job_fact(type_)], make_context())}
        assert owners == {TO_MARKET, TO_MERCHANT}


def test_a_courier_is_told_the_new_status_of_a_job_in_hand():
    job = with_anna(status=JobStatus.CANCELED, reason=ReasonCode.DUPLICATE_JOB)
    (message,) = told(job_fact(FactType.JOB_CANCELED, job), TO_ANNA)
    assert message == JobUpdated(
        seq=0,
        job_id=job.id,
        status=JobStatus.CANCELED,
        version=job.version + 1,
        reason=ReasonCode.DUPLICATE_JOB,
        actor=Actor.SYSTEM,
    )


def test_an_offer_is_told_as_it_was_made_even_if_it_was_answered_since():
    made = make_offer(status=OfferStatus.PENDING, acknowledged_at=None, seen_at=None)
    declined = replace(
        made, status=OfferStatus.DECLINED, expires_at=made.expires_at + timedelta(seconds=9)
    )
    (message,) = told(offer_fact(made), TO_ANNA, offers=[declined], time_scale=2.0)
    assert (message.offer_id, message.job_ids, message.pay) == (made.id, made.job_ids, made.pay)
    assert message.expires_at == made.expires_at
    assert message.expires_in_ms == 15_000  # 31.5 s less the grace of 1.5 s, at twice the speed


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (OfferStatus.DECLINED, "too far for me", "declined"),
        (OfferStatus.EXPIRED, None, "expired"),
        (OfferStatus.REVOKED, "canceled", "canceled"),
        (OfferStatus.UNREACHABLE, None, "unreachable"),
    ],
)
def test_an_offer_that_is_gone_is_taken_off_the_screen(status, answer, reason):
    offer = make_offer(status=status, answer=answer)
    (message,) = told(offer_fact(offer), TO_ANNA)
    assert message == OfferRevoked(seq=0, offer_id=offer.id, reason=reason)


def test_a_change_of_status_is_a_notice():
    fact = courier_fact(FactType.COURIER_STATUS_CHANGED, make_courier(status=CourierStatus.OFFLINE))
    (message,) = told(fact, TO_ANNA)
    assert message == Notice(seq=0, notice="status_changed", status=CourierStatus.OFFLINE)


def take(*jobs):
    stop_ids = tuple(stop.id for job in jobs for stop in job.stops)
    work = Work(courier=make_courier(), jobs={})
    return works_domain.take(work, jobs, stop_ids=stop_ids, bundle_id=None, now=NOW)


def test_a_changed_route_is_told_whole_with_contacts_and_instructions():
    job = make_job()
    dropoff = replace(job.latest(StopKind.DROPOFF), contact_name="Max", instructions="ring twice")
    work = take(replace(job, stops=(job.latest(StopKind.PICKUP), dropoff)))
    (message,) = told(courier_fact(FactType.COURIER_ROUTE_CHANGED), TO_ANNA, works=[work])
    assert isinstance(message, AssignmentChanged)
    assignment = message.assignment
    assert assignment.status is CourierStatus.BUSY
    assert [(one.job_id, one.status) for one in assignment.jobs] == [
        (job.id, JobStatus.ENROUTE_TO_PICKUP)
    ]
    first, second = assignment.stops
    assert (first.kind, first.ready_at, first.due_at) == (StopKind.PICKUP, job.ready_at, None)
    assert (second.kind, second.ready_at, second.due_at) == (StopKind.DROPOFF, None, job.due_at)
    assert (second.contact_name, second.instructions) == ("Max", "ring twice")


@pytest.mark.parametrize("step", [JobStep.CANCEL, JobStep.REASSIGN])
def test_a_courier_learns_that_a_job_has_left(step):
    job = make_job()
    before = take(job)
    after = works_domain.drop(
        before, job.id, step, actor=Actor.OPS, now=NOW, reason=ReasonCode.COURIER_ISSUE
    )
    types = [fact.type for fact in after.facts[len(before.facts) :]]
    assert FactType.COURIER_ROUTE_CHANGED in types
    (message,) = told(courier_fact(FactType.COURIER_ROUTE_CHANGED), TO_ANNA, works=[after])
    assert (message.assignment.jobs, message.assignment.stops) == ((), ())


@pytest.mark.parametrize(("actor", "told_actor"), [(Actor.OPS, Actor.OPS), (Actor.COURIER, None)])
def test_who_has_lost_a_job_is_told_whose_doing_it_was(actor, told_actor):
    job, before = make_job(), take(make_job())
    after = works_domain.drop(
        before,
        job.id,
        JobStep.REASSIGN,
        actor=actor,
        now=NOW,
        reason=ReasonCode.COURIER_NO_PROGRESS,
    )
    lost = next(fact for fact in after.facts if fact.type is FactType.JOB_REASSIGNED)
    assert (lost.courier_id, lost.body.courier_id) == (ANNA, None)
    recorded = replace(
        job_fact(lost.type, after.jobs[job.id]),
        courier_id=lost.courier_id,
        actor=lost.actor,
        body=lost.body,
    )
    (message,) = told(recorded, TO_ANNA)
    assert (message.status, message.actor) == (JobStatus.OPEN, told_actor)
    assert message.reason is ReasonCode.COURIER_NO_PROGRESS


def test_who_is_sent_off_duty_is_told_by_whom():
    courier = make_courier(status=CourierStatus.OFFLINE)
    fact = replace(courier_fact(FactType.COURIER_STATUS_CHANGED, courier), actor=Actor.OPS)
    (message,) = told(fact, TO_ANNA)
    assert message.actor is Actor.OPS


def test_changes_of_one_route_in_a_batch_are_told_once_in_the_place_of_the_last():
    facts = [
        courier_fact(FactType.COURIER_ROUTE_CHANGED),
        job_fact(FactType.JOB_PICKED_UP, with_anna()),
        courier_fact(FactType.COURIER_ROUTE_CHANGED),
    ]
    projected = project(facts, make_context())
    types = [one.type for one in projected if one.owner == TO_ANNA]
    assert types == ["job_updated", "assignment_changed"]
    assert sum(one.owner == TO_MARKET for one in projected) == 3


def test_a_suspended_courier_is_told_why_and_until_when():
    suspension = Suspension(reason=SuspensionReason.SAFETY, until=NOW + timedelta(hours=1))
    courier = suspend(make_courier(status=CourierStatus.OFFLINE), suspension, now=NOW)
    (notice,) = told(courier_fact(FactType.COURIER_SUSPENDED, courier), TO_ANNA)
    assert notice == Notice(
        seq=0, notice="suspended", status=CourierStatus.OFFLINE, suspension=suspension
    )
    (notice,) = told(courier_fact(FactType.COURIER_REINSTATED, reinstate(courier)), TO_ANNA)
    assert notice == Notice(seq=0, notice="reinstated", status=CourierStatus.OFFLINE)


def test_what_was_said_is_told_to_the_courier_until_it_is_erased():
    fact = message_fact()
    (message,) = told(fact, TO_ANNA)
    assert message.message.text == "Where are you?"
    assert told(fact, TO_ANNA, messages={}) == []
    (event,) = told(fact, TO_MARKET)
    assert b"Where" not in msgspec.json.encode(event)
