"""Forgets what nobody may ask for any more: events, keys, decisions, trails, stale positions."""

from datetime import timedelta

import structlog

from service.domain.ids import MarketId
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.relay.instants import ms_of
from service.runtime import Runtime
from service.store import (
    deployment,
    idempotency,
    position_samples,
    recorded_ticks,
    streams,
    ticks,
    webhook_endpoints,
    webhook_lanes,
    webhook_secrets,
)

RETENTION_INTERVAL_S = 2.0
FORGOTTEN_COUNT_MAX = 5_000  # rows of each kind at a time
EVENTS_KEPT_LONGER_S = 60.0  # than a client may resume: nobody races with the deletion

# The record is kept for as long as somebody may have to answer for it, and then goes (market time).
DECISION_KEPT_S = 180.0 * 86_400.0
TRAIL_KEPT_S = 30.0 * 86_400.0  # recorded ticks too: they hold positions
RECORDED_INTERVAL_S = 60.0

WEBHOOK_KEPT_S = 30.0 * 86_400.0  # after the newest event of its job, in real time
LANES_COUNT_MAX = 500  # at a time: each has some twenty deliveries, and these their attempts

POSITION_KEPT_S = 60.0  # of market time ...
POSITION_KEPT_REAL_S_MIN = 10.0  # ... but two reports of an app at least, however fast time runs

log = structlog.get_logger()


async def forget_rows(runtime: Runtime) -> None:
    """Delete old events and keys, of all markets, a batch of each.

    Events go by age alone: whoever missed more than `resume_events_count_max` starts from a
    snapshot in any case, so keeping that many of a quiet stream would help nobody.

    Raises:
        UnavailableError: Postgres is away.
    """
    settings = runtime.settings
    async with runtime.pool.connection() as conn:
        await streams.delete_old_events(
            conn,
            older_than_s=settings.resume_within_s + EVENTS_KEPT_LONGER_S,
            limit_count=FORGOTTEN_COUNT_MAX,
        )
        await idempotency.delete_old_keys(
            conn, older_than_s=settings.idempotency_ttl_s, limit_count=FORGOTTEN_COUNT_MAX
        )


async def forget_webhooks(runtime: Runtime) -> None:
    """Delete what endpoints were told long ago, endpoints and secrets that ended, a batch of each.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        await webhook_lanes.delete_old_lanes(
            conn, older_than_s=WEBHOOK_KEPT_S, limit_count=LANES_COUNT_MAX
        )
        await webhook_lanes.delete_retired_lanes(conn, limit_count=LANES_COUNT_MAX)
        await webhook_endpoints.delete_retired_endpoints(conn, limit_count=FORGOTTEN_COUNT_MAX)
        await webhook_secrets.delete_expired_secrets(conn, limit_count=FORGOTTEN_COUNT_MAX)


async def forget_record(runtime: Runtime) -> None:
    """Delete old decisions, ticks and trails, of all markets, a batch of each.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        await ticks.delete_old_decisions(
            conn, older_than_s=DECISION_KEPT_S, limit_count=FORGOTTEN_COUNT_MAX
        )
        await ticks.delete_old_ticks(
            conn, older_than_s=DECISION_KEPT_S, limit_count=FORGOTTEN_COUNT_MAX
        )
        await position_samples.delete_old_samples(
            conn, older_than_s=TRAIL_KEPT_S, limit_count=FORGOTTEN_COUNT_MAX
        )


async def forget_recorded_ticks(runtime: Runtime, market_id: MarketId) -> None:
    """Delete a batch of a market's recorded ticks: those after their time, and beyond its share.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        await recorded_ticks.delete_old_ticks(
            conn, older_than_s=TRAIL_KEPT_S, limit_count=FORGOTTEN_COUNT_MAX
        )
        await recorded_ticks.delete_ticks_beyond(
            conn,
            market_id=market_id,
            bytes_max=runtime.settings.recorded_ticks_bytes_max,
            limit_count=FORGOTTEN_COUNT_MAX,
        )


async def forget_positions(runtime: Runtime, market_id: MarketId) -> None:
    """Remove positions that are too old for anything, a batch; none while Redis is away.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        now = (await deployment.read_market_time(conn)).now
    kept_s = max(POSITION_KEPT_S, POSITION_KEPT_REAL_S_MIN * runtime.clock.time_scale)
    oldest_at = now - timedelta(seconds=kept_s)
    try:
        await positions.evict(runtime.redis, market_id, older_than_ms=ms_of(oldest_at))
    except LiveUnavailableError as error:
        log.debug("index_unreachable", market=market_id, error=repr(error))
