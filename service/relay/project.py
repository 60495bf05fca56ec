"""PURE. Whom a recorded fact concerns, and what each of them is told."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.domain.facts import (
    CourierSnapshot,
    ExceptionSnapshot,
    FactType,
    JobSnapshot,
    MarketSnapshot,
    MessageSnapshot,
    OfferSnapshot,
    PolicySnapshot,
    TickSummary,
    event_id,
    owner_of_courier,
    owner_of_market,
    owner_of_merchant,
)
from service.domain.message import Message as Said
from service.domain.offer import Offer
from service.domain.policy import Policy
from service.domain.vocabulary import Actor
from service.domain.work import Work
from service.store.facts import RecordedFact
from service.wire.assignment import assignment_of
from service.wire.courier_stream import (
    AssignmentChanged,
    JobMessage,
    JobUpdated,
    Notice,
    NoticeKind,
    OfferMade,
    OfferRevoked,
)
from service.wire.event import event_body
from service.wire.messages import message_body
from service.wire.stamping import offer_made
from service.wire.watcher_stream import MerchantEvent, OpsEvent, OpsEventBody

CourierMessage = OfferMade | OfferRevoked | AssignmentChanged | JobUpdated | JobMessage | Notice
Message = OpsEvent | MerchantEvent | CourierMessage

# Facts about a job that change nothing for the courier who has it.
_NO_NEWS_FOR_COURIER = frozenset(
    {FactType.JOB_CREATED, FactType.JOB_SEARCH_UPDATED, FactType.JOB_BUNDLED}
)
_NOTICE_OF_FACT: Mapping[FactType, NoticeKind] = {
    FactType.COURIER_STATUS_CHANGED: "status_changed",
    FactType.COURIER_SUSPENDED: "suspended",
    FactType.COURIER_REINSTATED: "reinstated",
}
_OFFER_IS_GONE = frozenset(
    {
        FactType.OFFER_DECLINED,
        FactType.OFFER_EXPIRED,
        FactType.OFFER_REVOKED,
        FactType.OFFER_UNREACHABLE,
    }
)


class Context(Struct, frozen=True, kw_only=True):
    """What the messages say beyond the facts, read after them: the rows as they are now."""

    offers: Mapping[UUID, Offer]
    reasons: Mapping[UUID, dict[str, object]]  # for the offers
    works: Mapping[UUID, Work]  # of the couriers whose route changed
    policy: Policy
    time_scale: float
    livemode: bool
    messages: Mapping[UUID, Said] = {}


class Projected(Struct, frozen=True, kw_only=True):
    """A message for the stream of its owner, its `seq` not yet given."""

    owner: str
    type: str
    message: Message


def project(facts: Sequence[RecordedFact], context: Context) -> list[Projected]:
    """Return the messages of all facts, in their order."""
    last_route_of = {fact.courier_id: fact.id for fact in facts if _is_route(fact)}
    projected: list[Projected] = []
    for fact in facts:
        projected.append(_for_market(fact, context))
        projected += _for_merchant(fact, context)
        # A route is told whole and as it is now: once for all changes of it in this batch.
        if not _is_route(fact) or last_route_of[fact.courier_id] == fact.id:
            projected += _for_courier(fact, context)
    return projected


def _is_route(fact: RecordedFact) -> bool:
    return fact.type is FactType.COURIER_ROUTE_CHANGED


def _for_market(fact: RecordedFact, context: Context) -> Projected:
    reasons = None
    if fact.type is FactType.OFFER_MADE and fact.offer_id is not None:
        reasons = context.reasons.get(fact.offer_id)
    body = OpsEventBody(
        id=event_id(fact.id),
        type=fact.type,
        created_at=fact.at,
        actor=fact.actor,
        market_id=fact.market_id,
        sequence=fact.sequence,
        data=fact.body,
        reasons=reasons,
    )
    return Projected(
        owner=owner_of_market(fact.market_id),
        type=fact.type,
        message=OpsEvent(seq=0, event=body),
    )


def _for_merchant(fact: RecordedFact, context: Context) -> Iterable[Projected]:
    if not isinstance(fact.body, JobSnapshot):
        return
    assert fact.sequence is not None  # each fact of a job is numbered, Postgres checks it
    body = event_body(
        fact.body,
        fact_id=fact.id,
        type=fact.type,
        at=fact.at,
        sequence=fact.sequence,
        market_id=fact.market_id,
        livemode=context.livemode,
    )
    yield Projected(
        owner=owner_of_merchant(fact.body.merchant_id),
        type=fact.type,
        message=MerchantEvent(seq=0, event=body),
    )


def _for_courier(fact: RecordedFact, context: Context) -> Iterable[Projected]:
    message = _courier_message(fact, context)
    if message is not None and fact.courier_id is not None:
        tag = message.__struct_config__.tag
        yield Projected(owner=owner_of_courier(fact.courier_id), type=str(tag), message=message)


def _courier_message(fact: RecordedFact, context: Context) -> CourierMessage | None:
    match fact.body:
        case JobSnapshot():
            return _job_message(fact, fact.body)
        case OfferSnapshot():
            return _offer_message(fact.type, fact.body, context)
        case CourierSnapshot() if _is_route(fact):
            work = context.works[fact.body.id]
            return AssignmentChanged(seq=0, assignment=assignment_of(work, policy=context.policy))
        case CourierSnapshot():
            return _notice(fact, fact.body)
        case MessageSnapshot():
            return _said(fact.body, context)
        case ExceptionSnapshot() | MarketSnapshot() | PolicySnapshot() | TickSummary():
            return None


def _said(told: MessageSnapshot, context: Context) -> JobMessage | None:
    """Return the message; none if it is erased by now."""
    message = context.messages.get(told.id)
    return None if message is None else JobMessage(seq=0, message=message_body(message))


def _notice(fact: RecordedFact, courier: CourierSnapshot) -> Notice:
    return Notice(
        seq=0,
        notice=_NOTICE_OF_FACT[fact.type],
        status=courier.status,
        suspension=courier.suspension,
        actor=_whose_doing(fact),
    )


def _job_message(fact: RecordedFact, job: JobSnapshot) -> CourierMessage | None:
    """Return what is told to the courier of the fact: who has the job, or has just lost it."""
    if fact.type in _NO_NEWS_FOR_COURIER:
        return None
    return JobUpdated(
        seq=0,
        job_id=job.id,
        status=job.status,
        version=job.version,
        reason=job.reason,
        actor=_whose_doing(fact),
    )


def _whose_doing(fact: RecordedFact) -> Actor | None:
    return None if fact.actor is Actor.COURIER else fact.actor


def _offer_message(type: FactType, told: OfferSnapshot, context: Context) -> CourierMessage | None:
    if type is FactType.OFFER_MADE:
        # The row may have been answered since: the message is about the offer as it was made.
        made = replace(context.offers[told.id], status=told.status, expires_at=told.expires_at)
        return offer_made(made, policy=context.policy, time_scale=context.time_scale)
    if type in _OFFER_IS_GONE:
        why = told.answer if type is FactType.OFFER_REVOKED else None
        return OfferRevoked(seq=0, offer_id=told.id, reason=why or told.status)
    return None  # seen: by the courier's own app; accepted: the changed route says it
