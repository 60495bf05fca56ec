"""Let an endpoint be told something at once, to see whether it hears."""

import msgspec

from service.actions.find_endpoint import find_endpoint
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import DeliveryId, EndpointId, MarketId, MerchantId
from service.runtime import Runtime, read_market
from service.store import deployment, webhook_deliveries
from service.store.connection import Connection
from service.store.webhook_deliveries import Delivery
from service.wire.webhooks import TEST_EVENT, TestData, TestEventBody


async def send_test_event(
    runtime: Runtime, *, endpoint_id: EndpointId, market_id: MarketId, merchant_id: MerchantId
) -> Delivery:
    """Return the delivery of a test event, in a lane of its own: it waits for nothing.

    Raises:
        NotFoundError: there is no such endpoint, or it is another's.
        InvalidStateTransitionError: it is not enabled, so nobody would call it.
    """
    delivery_id = DeliveryId(runtime.new_id())

    async def work(conn: Connection) -> Delivery:
        endpoint = await find_endpoint(conn, endpoint_id=endpoint_id, merchant_id=merchant_id)
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
        return made

    return await runtime.transact(market_id, work)
