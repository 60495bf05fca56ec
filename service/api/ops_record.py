"""What a market was like some time ago, read from the record of its ticks, offers and trails."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.past_ticks import past_ticks
from service.api.periods import FromAt, Period, ToAt, period_of
from service.api.present_ops import ops_offer
from service.api.process import ApiProcess
from service.domain.audit_log import Origin
from service.domain.look import looks_at_record
from service.domain.offer import Offer
from service.domain.permission import Right
from service.store import offers, position_samples, recorded_ticks
from service.store.position_samples import PositionSample
from service.store.recorded_ticks import SpacedRow
from service.wire.record import PastPosition, RecordBody, encode_record

PERIOD_HOURS_MAX = 0.25
TICKS_COUNT_MAX = 60
TICKS_BYTES_MAX = 8_388_608  # packed; the first is told whatever its size
COURIERS_COUNT_MAX = 30_000  # over all ticks; 3 MB of JSON
POSITIONS_COUNT_MAX = 20_000
OFFERS_COUNT_MAX = 1_000

RECORD = ResponseSpec(RecordBody, generate_examples=False, description="What was")

EveryS = Annotated[
    float, QueryParameter(ge=1.0, le=60.0, description="of so many seconds, one tick and place")
]


@get(
    "/v1/ops/record",
    operation_id="getRecord",
    summary="Read what the market was like",
    opt={"permission": Right.OPS_READ},
    responses={200: RECORD, **problems()},
)
async def read_one(
    *,
    caller: NamedDependency[OpsCaller],
    api: NamedDependency[ApiProcess],
    origin: NamedDependency[Origin],
    from_at: FromAt,
    to_at: ToAt,
    every_s: EveryS = 10.0,
) -> Response[bytes]:
    """Read a quarter of an hour at most, as long as trails are kept.

    Couriers who were neither near an open job nor under way are not on record. The audit log tells
    that it was looked at, by the quarter of an hour.
    """
    period = period_of(from_at, to_at, hours_max=PERIOD_HOURS_MAX)
    market_id, from_at, to_at = caller.market_id, period.from_at, period.to_at
    await api.looks.note(market_id, looks_at_record(origin, from_at=from_at, to_at=to_at))
    async with api.runtime.pool.connection() as conn:
        rows = await recorded_ticks.list_spaced_ticks(
            conn,
            market_id=market_id,
            from_at=from_at,
            to_at=to_at,
            every_s=every_s,
            limit_count=TICKS_COUNT_MAX,
            bytes_max=TICKS_BYTES_MAX,
        )
        made = await offers.list_offers_made(
            conn, market_id=market_id, from_at=from_at, to_at=to_at, limit_count=OFFERS_COUNT_MAX
        )
        samples = await position_samples.list_spaced_samples(
            conn,
            market_id=market_id,
            from_at=from_at,
            to_at=to_at,
            every_s=every_s,
            limit_count=POSITIONS_COUNT_MAX,
        )
    # beside the event loop: it takes tenths of a second of a large market
    content = await asyncio.to_thread(_told, period, rows, made, samples)
    return Response(content, media_type=MediaType.JSON)


def _told(
    period: Period,
    rows: Sequence[SpacedRow],
    made: Sequence[Offer],
    samples: Sequence[PositionSample],
) -> bytes:
    ticks, is_whole = past_ticks(rows, couriers_count_max=COURIERS_COUNT_MAX)
    return encode_record(
        RecordBody(
            from_at=period.from_at,
            to_at=period.to_at,
            ticks=ticks,
            offers=tuple(ops_offer(offer) for offer in made),
            positions=tuple(_past_position(sample) for sample in samples),
            is_cut=not is_whole
            or len(rows) < max((row.found_count for row in rows), default=0)
            or len(made) == OFFERS_COUNT_MAX
            or len(samples) == POSITIONS_COUNT_MAX,
        )
    )


def _past_position(sample: PositionSample) -> PastPosition:
    return PastPosition(
        courier_id=sample.courier_id, at=sample.at, lat_deg=sample.lat_deg, lng_deg=sample.lng_deg
    )


HANDLERS = [read_one]
