"""What endpoints are to be told of a batch of facts, written in the batch's own transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from service.domain.facts import JobSnapshot, MessageSnapshot, event_id
from service.domain.ids import DeliveryId, EndpointId, JobId, MerchantId
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import webhook_deliveries, webhook_endpoints
from service.store.connection import Connection
from service.store.facts import RecordedFact
from service.store.webhook_endpoints import Listener
from service.wire.event import event_body
from service.wire.webhooks import MessageEventBody, WebhookBody, message_event_body, webhook_body


class Told(Struct, frozen=True, kw_only=True):
    """An event for the end of one lane."""

    id: DeliveryId
    endpoint_id: EndpointId
    job_id: JobId
    event_id: str
    type: str
    body: bytes


async def listeners_of(
    conn: Connection, facts: Sequence[RecordedFact]
) -> Mapping[MerchantId, Sequence[Listener]]:
    """Return the endpoints that the facts' merchants want to be told at, by merchant.

    Read after the facts, and before the transaction that tells them: what was enabled before a fact
    hears of it. One that is deleted meanwhile has its row for a while longer.
    """
    merchant_ids = {about.merchant_id for about in map(_about, facts) if about is not None}
    if not merchant_ids:
        return {}
    found = await webhook_endpoints.list_listeners(conn, merchant_ids=sorted(merchant_ids))
    grouped: dict[MerchantId, list[Listener]] = {}
    for listener in found:
        grouped.setdefault(listener.merchant_id, []).append(listener)
    return grouped


async def tell_endpoints(
    conn: Connection,
    runtime: Runtime,
    facts: Sequence[RecordedFact],
    listeners: Mapping[MerchantId, Sequence[Listener]],
    *,
    livemode: bool,
) -> None:
    """Write what these endpoints are to be told, if there is anything."""
    told = list(tell(facts, listeners, livemode=livemode, new_id=runtime.new_id))
    if not told:
        return
    await webhook_deliveries.insert_deliveries(
        conn,
        ids=[one.id for one in told],
        endpoint_ids=[one.endpoint_id for one in told],
        subject_ids=[one.job_id for one in told],
        event_ids=[one.event_id for one in told],
        types=[one.type for one in told],
        bodies=[one.body for one in told],
    )


def tell(
    facts: Sequence[RecordedFact],
    listeners: Mapping[MerchantId, Sequence[Listener]],
    *,
    livemode: bool,
    new_id: Callable[[], UUID],
) -> Iterable[Told]:
    """Yield what each endpoint is told of its merchant's jobs, each job's events by their numbers.

    Facts come in the order of their transactions, as `turns` says. What was said about a job comes
    behind the events that were told before it.
    """
    for fact, about in _in_lanes(facts):
        wanted_by = [one for one in listeners.get(about.merchant_id, ()) if _wants(one, fact)]
        if not wanted_by:
            continue
        body = msgspec.json.encode(_body(fact, livemode=livemode))
        for listener in wanted_by:
            yield Told(
                id=DeliveryId(new_id()),
                endpoint_id=listener.id,
                job_id=about.job_id,
                event_id=event_id(fact.id),
                type=fact.type,
                body=body,
            )


class _About(NamedTuple):
    job_id: JobId
    merchant_id: MerchantId


def _about(fact: RecordedFact) -> _About | None:
    """Return which job, and whose, the fact is about; None if it is not told to merchants.

    What merchants say themselves they know.
    """
    match fact.body:
        case JobSnapshot() as job:
            return _About(job.id, job.merchant_id)
        case MessageSnapshot() as said if fact.actor is not Actor.MERCHANT:
            # Facts of a release that told no endpoint of messages do not say whose the job is.
            return None if fact.merchant_id is None else _About(said.job_id, fact.merchant_id)
        case _:
            return None


def _in_lanes(facts: Sequence[RecordedFact]) -> list[tuple[RecordedFact, _About]]:
    """Return what merchants are told, job by job, in the order in which it is told."""
    places: dict[JobId, int] = {}
    reached: dict[JobId, int] = {}
    placed: list[tuple[tuple[int, int], RecordedFact, _About]] = []
    for fact in facts:
        about = _about(fact)
        if about is None:
            continue
        place = places.setdefault(about.job_id, len(places))
        number = reached.get(about.job_id, 0) if fact.sequence is None else fact.sequence
        reached[about.job_id] = max(reached.get(about.job_id, 0), number)
        placed.append(((place, number), fact, about))
    return [(fact, about) for _, fact, about in sorted(placed, key=lambda one: one[0])]


def _body(fact: RecordedFact, *, livemode: bool) -> WebhookBody | MessageEventBody:
    if isinstance(fact.body, MessageSnapshot):
        return message_event_body(
            fact.body,
            fact_id=fact.id,
            sender=fact.actor,
            at=fact.at,
            market_id=fact.market_id,
            livemode=livemode,
        )
    assert isinstance(fact.body, JobSnapshot)  # nothing else is told
    assert fact.sequence is not None  # each fact of a job is numbered, Postgres checks it
    event = event_body(
        fact.body,
        fact_id=fact.id,
        type=fact.type,
        at=fact.at,
        sequence=fact.sequence,
        market_id=fact.market_id,
        livemode=livemode,
    )
    return webhook_body(event)


def _wants(listener: Listener, fact: RecordedFact) -> bool:
    """Return whether the fact was asked for; who asks for nothing is told all of jobs."""
    if not listener.events:
        return isinstance(fact.body, JobSnapshot)
    return fact.type in listener.events
