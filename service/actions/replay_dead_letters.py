"""Send again what an endpoint has missed."""

from datetime import datetime

from msgspec import Struct

from service.actions.find_endpoint import find_endpoint
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.runtime import Runtime
from service.store import webhook_deliveries, webhook_lanes
from service.store.connection import Connection

LANES_COUNT_MAX = 500  # jobs at a time; whoever has missed more asks again


class ReplayedLetters(Struct, frozen=True, kw_only=True):
    replayed_count: int
    is_complete: bool


async def replay_dead_letters(
    runtime: Runtime,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    merchant_id: MerchantId,
    since: datetime,
) -> ReplayedLetters:
    """Let what was given up since then begin anew, each job's events in order.

    Raises:
        NotFoundError: there is no such endpoint, or it is another's.
    """

    async def work(conn: Connection) -> ReplayedLetters:
        await find_endpoint(conn, endpoint_id=endpoint_id, merchant_id=merchant_id)
        lanes = await webhook_lanes.lock_dead_lanes(
            conn, endpoint_id=endpoint_id, since=since, limit_count=LANES_COUNT_MAX
        )
        subject_ids = [lane.subject_id for lane in lanes]
        replayed = await webhook_deliveries.replay_dead(
            conn, endpoint_id=endpoint_id, subject_ids=subject_ids, since=since
        )
        await webhook_lanes.schedule_lanes(conn, endpoint_id=endpoint_id, subject_ids=subject_ids)
        return ReplayedLetters(
            replayed_count=replayed.replayed_count, is_complete=len(lanes) < LANES_COUNT_MAX
        )

    return await runtime.transact(market_id, work)
