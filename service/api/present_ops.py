"""Rows as ops see them: everything that happens, and no contacts, addresses or instructions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from service.actions import find_near_couriers as near
from service.api.cursors import cursor_of_id, cursor_of_sequence
from service.domain.courier import Courier
from service.domain.facts import event_id
from service.domain.job import Job
from service.domain.market import Market
from service.domain.offer import Offer
from service.domain.rating import Rating
from service.domain.suggestion import Suggestion
from service.live.records import LiveFix
from service.store import exceptions
from service.store.facts import TimelineFact
from service.store.offers import AnswerCounts
from service.store.policies import PolicyVersion
from service.store.ticks import Decision, JobDecision
from service.wire.decisions import (
    DecisionBody,
    JobDecisionBody,
    JobDecisionPage,
    PolicyBody,
    PolicyPage,
)
from service.wire.exceptions import OpsException, OpsExceptionPage, SuggestionBody
from service.wire.ops_acts import (
    NearCourier,
    NearCouriersBody,
    OfferAnswers,
    OpsCourierRecord,
    OpsJobRecord,
    OpsRating,
)
from service.wire.rest import (
    MarketBody,
    OpsCourier,
    OpsCourierPage,
    OpsJob,
    OpsJobPage,
    OpsOffer,
    OpsOfferPage,
)
from service.wire.watcher_stream import OpsEventPage, OpsPastEventBody

# The fields of these bodies bear the names of the rows' own: what is not named does not get out.


def market_body(market: Market) -> MarketBody:
    """Return the market."""
    return msgspec.convert(market, MarketBody, from_attributes=True)


def ops_job(job: Job) -> OpsJob:
    """Return the job without what people told the merchant."""
    return msgspec.convert(job, OpsJob, from_attributes=True)


def ops_job_record(job: Job, rating: Rating | None, *, merchant_name: str | None) -> OpsJobRecord:
    """Return the job, and its rating without the words of the recipient."""
    told = None if rating is None else OpsRating(score=rating.score, tags=rating.tags)
    return OpsJobRecord(
        **msgspec.structs.asdict(ops_job(job)), rating=told, merchant_name=merchant_name
    )


def ops_job_page(jobs: Sequence[Job], *, limit_count: int) -> OpsJobPage:
    """Return the page; a full one may have a next."""
    return OpsJobPage(
        jobs=tuple(ops_job(job) for job in jobs),
        next_cursor=cursor_of_id(jobs[-1].id) if len(jobs) == limit_count else None,
    )


def ops_event_page(facts: Sequence[TimelineFact], *, limit_count: int) -> OpsEventPage:
    """Return the page of a job's timeline, with who did what."""
    return OpsEventPage(
        events=tuple(_ops_event(fact) for fact in facts),
        next_cursor=(
            cursor_of_sequence(facts[-1].sequence or 0) if len(facts) == limit_count else None
        ),
    )


def _ops_event(fact: TimelineFact) -> OpsPastEventBody:
    return OpsPastEventBody(
        id=event_id(fact.id),
        type=fact.type,
        created_at=fact.at,
        actor=fact.actor,
        market_id=fact.market_id,
        sequence=fact.sequence,
        data=fact.body,
    )


def ops_courier_page(
    couriers: Sequence[Courier],
    fixes: Mapping[UUID, LiveFix],
    *,
    now: datetime,
    limit_count: int,
) -> OpsCourierPage:
    """Return the page; couriers without a fix have no position."""
    return OpsCourierPage(
        couriers=tuple(ops_courier(one, fixes.get(one.id), now=now) for one in couriers),
        next_cursor=cursor_of_id(couriers[-1].id) if len(couriers) == limit_count else None,
    )


def ops_courier(courier: Courier, fix: LiveFix | None, *, now: datetime) -> OpsCourier:
    """Return the courier; without a fix there is no position."""
    return OpsCourier(
        id=courier.id,
        name=courier.name,
        status=courier.status,
        vehicle=courier.vehicle,
        live_jobs_count=courier.live_jobs_count,
        shift_ends_at=courier.shift_ends_at,
        suspension=courier.suspension_at(now),
        lat_deg=None if fix is None else fix.lat_deg,
        lng_deg=None if fix is None else fix.lng_deg,
        position_at=None if fix is None else instant_of(fix.received_at_ms),
    )


def ops_courier_record(courier: OpsCourier, answers: AnswerCounts) -> OpsCourierRecord:
    """Return the courier with what became of the offers."""
    told = msgspec.convert(answers, OfferAnswers, from_attributes=True)
    return OpsCourierRecord(**msgspec.structs.asdict(courier), answers=told)


def near_couriers(found: Sequence[near.NearCourier], *, now: datetime) -> NearCouriersBody:
    """Return who could be asked, in this order."""
    return NearCouriersBody(
        couriers=tuple(
            NearCourier(
                **msgspec.structs.asdict(ops_courier(one.courier, one.fix, now=now)),
                distance_m=one.distance_m,
                has_refused=one.has_refused,
                can_carry=one.can_carry,
            )
            for one in found
        )
    )


def instant_of(at_ms: int) -> datetime:
    """Return the instant so many milliseconds after 1970."""
    return datetime.fromtimestamp(at_ms / 1_000.0, UTC)


def ops_offer(offer: Offer) -> OpsOffer:
    """Return the offer."""
    return msgspec.convert(offer, OpsOffer, from_attributes=True)


def ops_offer_page(offers: Sequence[Offer], *, limit_count: int) -> OpsOfferPage:
    """Return the page; a full one may have a next."""
    return OpsOfferPage(
        offers=tuple(ops_offer(offer) for offer in offers),
        next_cursor=cursor_of_id(offers[-1].id) if len(offers) == limit_count else None,
    )


def decision_body(decision: Decision) -> DecisionBody:
    """Return why the dispatcher made an offer, as it wrote it down."""
    return msgspec.convert(decision, DecisionBody, from_attributes=True)


def job_decision_page(found: Sequence[JobDecision], *, limit_count: int) -> JobDecisionPage:
    """Return the page; a full one may have a next."""
    return JobDecisionPage(
        decisions=tuple(_job_decision(decision) for decision in found),
        next_cursor=cursor_of_sequence(found[-1].id) if len(found) == limit_count else None,
    )


def _job_decision(decision: JobDecision) -> JobDecisionBody:
    return JobDecisionBody(
        id=decision.id,
        at=decision.at,
        tick_id=decision.tick_id,
        outcome=decision.outcome,
        offer_id=decision.offer_id,
        courier_id=decision.courier_id,
        status=decision.status,
        policy_version=msgspec.convert(decision.reasons["policy_version"], int),
        reasons=decision.reasons,
    )


def policy_body(version: PolicyVersion) -> PolicyBody:
    """Return a version of the policy."""
    return PolicyBody(
        version=version.version,
        created_at=version.created_at,
        actor=version.actor,
        operator_id=version.operator_id,
        policy=version.parameters,
    )


def policy_page(found: Sequence[PolicyVersion], *, limit_count: int) -> PolicyPage:
    """Return the page; a full one may have a next."""
    return PolicyPage(
        policies=tuple(policy_body(version) for version in found),
        next_cursor=cursor_of_sequence(found[-1].version) if len(found) == limit_count else None,
    )


def ops_exception(exception: exceptions.OpsException) -> OpsException:
    """Return the exception."""
    return msgspec.convert(exception, OpsException, from_attributes=True)


def suggestion_body(found: Suggestion) -> SuggestionBody:
    """Return what could be done."""
    return msgspec.convert(found, SuggestionBody, from_attributes=True)


def ops_exception_page(
    found: Sequence[exceptions.OpsException], *, limit_count: int
) -> OpsExceptionPage:
    """Return the page; a full one may have a next."""
    return OpsExceptionPage(
        exceptions=tuple(ops_exception(exception) for exception in found),
        next_cursor=cursor_of_id(found[-1].id) if len(found) == limit_count else None,
    )
