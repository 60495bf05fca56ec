"""Send an event to an endpoint again."""

from service.domain.errors import NotFoundError
from service.domain.ids import DeliveryId, EndpointId, MarketId, MerchantId
from service.runtime import Runtime
from service.store import webhook_deliveries, webhook_lanes
from service.store.connection import Connection
from service.store.webhook_deliveries import Delivery


async def replay_delivery(
    runtime: Runtime,
    *,
    delivery_id: DeliveryId,
    endpoint_id: EndpointId,
    market_id: MarketId,
    merchant_id: MerchantId,
) -> Delivery:
    """Return the delivery, pending again with all its attempts before it, ahead of later events.

    One that is pending stays as it is.

    Raises:
        NotFoundError: there is no such delivery, or it is another's.
    """

    async def work(conn: Connection) -> Delivery:
        found = await _find(conn)
        await webhook_lanes.lock_lane(conn, endpoint_id=endpoint_id, subject_id=found.subject_id)
        await webhook_deliveries.replay_delivery(conn, delivery_id=delivery_id)
        await webhook_lanes.schedule_lanes(
            conn, endpoint_id=endpoint_id, subject_ids=[found.subject_id]
        )
        return await _find(conn)

    async def _find(conn: Connection) -> Delivery:
        found = await webhook_deliveries.read_delivery(
            conn, delivery_id=delivery_id, endpoint_id=endpoint_id, merchant_id=merchant_id
        )
        if found is None:
            raise NotFoundError("there is no such delivery")
        return found

    return await runtime.transact(market_id, work)
