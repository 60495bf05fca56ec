"""What endpoints are to be told of a batch of facts, written in the batch's own transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from service.domain.facts import JobSnapshot
from service.domain.ids import DeliveryId, EndpointId, JobId, MerchantId
from service.runtime import Runtime
from service.store import webhook_deliveries, webhook_endpoints
from service.store.connection import Connection
from service.store.facts import RecordedFact
from service.store.webhook_endpoints import Listener
from service.wire.event import event_body
from service.wire.webhooks import webhook_body


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
    merchant_ids = {fact.body.merchant_id for fact in facts if isinstance(fact.body, JobSnapshot)}
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

    Facts come in the order of their transactions, as `turns` says.
    """
    about_jobs = [(fact, fact.body) for fact in facts if isinstance(fact.body, JobSnapshot)]
    places: dict[JobId, int] = {}
    for _, job in about_jobs:
        places.setdefault(job.id, len(places))
    for fact, job in sorted(about_jobs, key=lambda one: (places[one[1].id], one[0].sequence or 0)):
        wanted_by = [one for one in listeners.get(job.merchant_id, ()) if _wants(one, fact)]
        if not wanted_by:
            continue
        assert fact.sequence is not None  # each fact of a job is numbered, Postgres checks it
        event = event_body(
            job,
            fact_id=fact.id,
            type=fact.type,
            at=fact.at,
            sequence=fact.sequence,
            market_id=fact.market_id,
            livemode=livemode,
        )
        body = msgspec.json.encode(webhook_body(event))
        for listener in wanted_by:
            yield Told(
                id=DeliveryId(new_id()),
                endpoint_id=listener.id,
                job_id=job.id,
                event_id=event.id,
                type=fact.type,
                body=body,
            )


def _wants(listener: Listener, fact: RecordedFact) -> bool:
    return not listener.events or fact.type in listener.events
