"""What endpoints are to be told of a batch of facts, written in the batch's own transaction."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from service.domain.facts import JobSnapshot
from service.domain.ids import DeliveryId, EndpointId, JobId
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


async def tell_endpoints(conn: Connection, runtime: Runtime, facts: Sequence[RecordedFact]) -> None:
    """Write what the endpoints of the facts' merchants are to be told, if there are any."""
    merchant_ids = {fact.body.merchant_id for fact in facts if isinstance(fact.body, JobSnapshot)}
    if not merchant_ids:
        return
    listeners = await webhook_endpoints.hold_listeners(conn, merchant_ids=sorted(merchant_ids))
    told = list(tell(facts, listeners, livemode=runtime.settings.livemode, new_id=runtime.new_id))
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
    listeners: Sequence[Listener],
    *,
    livemode: bool,
    new_id: Callable[[], UUID],
) -> Iterable[Told]:
    """Yield what each endpoint is told of its merchant's jobs, in the order of the facts."""
    for fact in facts:
        if not isinstance(fact.body, JobSnapshot):
            continue
        wanted_by = [one for one in listeners if _wants(one, fact, fact.body)]
        if not wanted_by:
            continue
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
        body = msgspec.json.encode(webhook_body(event))
        for listener in wanted_by:
            yield Told(
                id=DeliveryId(new_id()),
                endpoint_id=listener.id,
                job_id=fact.body.id,
                event_id=event.id,
                type=fact.type,
                body=body,
            )


def _wants(listener: Listener, fact: RecordedFact, job: JobSnapshot) -> bool:
    return listener.merchant_id == job.merchant_id and (
        not listener.events or fact.type in listener.events
    )
