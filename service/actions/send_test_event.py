"""Let an endpoint be told something at once, to see whether it hears."""

import msgspec
from msgspec import Struct

from service.actions.find_endpoint import lock_endpoint
from service.actions.once import Once, find_done, keep_done
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import DeliveryId, EndpointId, MarketId, MerchantId
from service.runtime import Runtime, read_market
from service.store import deployment, webhook_deliveries
from service.store.connection import Connection
from service.store.webhook_deliveries import Delivery
from service.wire.webhooks import TEST_EVENT, TestData, TestEventBody

SENT = 202


class Sent(Struct, frozen=True, kw_only=True):
    """The delivery as it was when it was made."""

    delivery: Delivery
    is_replayed: bool


async def send_test_event(
    runtime: Runtime,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    merchant_id: MerchantId,
    once: Once | None = None,
) -> Sent:
    """Return the delivery of a test event, in a lane of its own: it waits for nothing.

    The same request again gets the same answer, and sends nothing.

    Raises:
        NotFoundError: there is no such endpoint, or it is another's.
        IdempotencyMismatchError: the key was used with another request.
        InvalidStateTransitionError: it is not enabled, so nobody would call it.
    """
    delivery_id = DeliveryId(runtime.new_id())

    async def work(conn: Connection) -> Sent:
        endpoint = await lock_endpoint(conn, endpoint_id=endpoint_id, merchant_id=merchant_id)
        done = None if once is None else await find_done(conn, once)
        if done is not None:
            return Sent(delivery=msgspec.json.decode(done, type=Delivery), is_replayed=True)
        if endpoint.disabled_reason is not None:
            raise InvalidStateTransitionError("endpoint", "disabled", "be tested")
        event = TestEventBody(
            id=f"evt_test_{delivery_id.hex}",
            created_at=(await deployment.read_market_time(conn)).now,
            livemode=(await read_market(conn, market_id)).livemode,
            market_id=market_id,
            data=TestData(endpoint_id=endpoint_id),
        )
        await webhook_deliveries.insert_deliveries(
            conn,
            ids=[delivery_id],
            endpoint_ids=[endpoint_id],
            subject_ids=[delivery_id],
            event_ids=[event.id],
            types=[TEST_EVENT],
            bodies=[msgspec.json.encode(event)],
        )
        made = await webhook_deliveries.read_delivery(
            conn, delivery_id=delivery_id, endpoint_id=endpoint_id, merchant_id=merchant_id
        )
        if made is None:
            raise NotFoundError("there is no such endpoint")
        if once is not None:
            await keep_done(conn, once, status_code=SENT, body=msgspec.json.encode(made))
        return Sent(delivery=made, is_replayed=False)

    return await runtime.transact(market_id, work)
