"""Forgets what nobody may ask for any more: events, keys, decisions, trails, looks, positions."""

from datetime import timedelta

import structlog

from service.actions.erase_data import DAY_S, SYSTEM, erase_old_jobs
from service.domain.audit_log import Origin
from service.domain.ids import MarketId
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.relay.instants import ms_of
from service.runtime import Runtime
from service.store import (
    audit_log,
    credentials,
    deployment,
    exceptions,
    idempotency,
    position_samples,
    proofs,
    recorded_ticks,
    streams,
    ticks,
    webhook_endpoints,
    webhook_lanes,
    webhook_secrets,
)

RETENTION_INTERVAL_S = 2.0
FORGOTTEN_COUNT_MAX = 5_000  # rows of each kind at a time
LOG_IN_KEPT_S = 86_400.0  # after its end: nobody has a socket by it any more
EVENTS_KEPT_LONGER_S = 60.0  # than a client may resume: nobody races with the deletion

PROOFS_COUNT_MAX = 200  # at a time: pictures of a megabyte at most

HOUR_S = 3_600.0
RECORDED_INTERVAL_S = 60.0
CODES_INTERVAL_S = 60.0  # it looks at the codes of all live jobs
LOOKS_INTERVAL_S = 60.0
RECIPIENTS_INTERVAL_S = DAY_S

LANES_COUNT_MAX = 25  # at a time: each has some twenty deliveries, and these their attempts
RETIRED_KEPT_S = 60.0  # longer than any batch that was about to tell the endpoint something

POSITION_KEPT_S = 60.0  # of market time ...
POSITION_KEPT_REAL_S_MIN = 10.0  # ... but two reports of an app at least, however fast time runs

log = structlog.get_logger()


async def forget_rows(runtime: Runtime) -> int:
    """Delete old events, idempotency keys and log-ins, of all markets, a batch of each.

    Events go by age alone: whoever missed more than `resume_events_count_max` starts from a
    snapshot in any case, so keeping that many of a quiet stream would help nobody.

    Returns how many rows are gone, as all of its kind below.

    Raises:
        UnavailableError: Postgres is away.
    """
    settings = runtime.settings
    async with runtime.pool.connection() as conn:
        events_count = await streams.delete_old_events(
            conn,
            older_than_s=settings.resume_within_s + EVENTS_KEPT_LONGER_S,
            limit_count=FORGOTTEN_COUNT_MAX,
        )
        keys_count = await idempotency.delete_old_keys(
            conn, older_than_s=settings.idempotency_ttl_s, limit_count=FORGOTTEN_COUNT_MAX
        )
        log_ins_count = await credentials.delete_old_log_ins(
            conn, older_than_s=LOG_IN_KEPT_S, limit_count=FORGOTTEN_COUNT_MAX
        )
    return events_count + keys_count + log_ins_count


async def forget_webhooks(runtime: Runtime) -> int:
    """Delete what endpoints were told long ago, endpoints and secrets that ended, a batch of each.

    Raises:
        UnavailableError: Postgres is away.
    """
    kept_s = runtime.settings.webhook_retention_days * DAY_S
    async with runtime.pool.connection() as conn:
        old_count = await webhook_lanes.delete_old_lanes(
            conn, older_than_s=kept_s, limit_count=LANES_COUNT_MAX
        )
        retired_count = await webhook_lanes.delete_retired_lanes(conn, limit_count=LANES_COUNT_MAX)
        endpoints_count = await webhook_endpoints.delete_retired_endpoints(
            conn, older_than_s=RETIRED_KEPT_S, limit_count=LANES_COUNT_MAX
        )
        secrets_count = await webhook_secrets.delete_expired_secrets(
            conn, limit_count=FORGOTTEN_COUNT_MAX
        )
    return old_count + retired_count + endpoints_count + secrets_count


async def forget_record(runtime: Runtime) -> int:
    """Delete old decisions, ticks, exceptions, trails and proofs, of all markets, a batch of each.

    Raises:
        UnavailableError: Postgres is away.
    """
    decided_s = runtime.settings.decision_retention_days * DAY_S
    trail_s = runtime.settings.trail_retention_days * DAY_S
    proof_s = runtime.settings.proof_retention_days * DAY_S
    async with runtime.pool.connection() as conn:
        decisions_count = await ticks.delete_old_decisions(
            conn, older_than_s=decided_s, limit_count=FORGOTTEN_COUNT_MAX
        )
        ticks_count = await ticks.delete_old_ticks(
            conn, older_than_s=decided_s, limit_count=FORGOTTEN_COUNT_MAX
        )
        exceptions_count = await exceptions.delete_old_exceptions(
            conn, older_than_s=decided_s, limit_count=FORGOTTEN_COUNT_MAX
        )
        samples_count = await position_samples.delete_old_samples(
            conn, older_than_s=trail_s, limit_count=FORGOTTEN_COUNT_MAX
        )
        proofs_count = await proofs.delete_old_proofs(
            conn, older_than_s=proof_s, limit_count=PROOFS_COUNT_MAX
        )
    return decisions_count + ticks_count + exceptions_count + samples_count + proofs_count


async def forget_codes(runtime: Runtime) -> int:
    """Delete codes of jobs that have ended, and what was said instead, of all markets, a batch.

    Who ends a job forgets them in the same statement; a process of before that rule did not, and
    while a deploy is under way there may be one.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        codes_count = await proofs.delete_codes_of_ended(conn, limit_count=FORGOTTEN_COUNT_MAX)
        tries_count = await proofs.delete_tries_of_ended(conn, limit_count=FORGOTTEN_COUNT_MAX)
    return codes_count + tries_count


async def forget_looks(runtime: Runtime) -> int:
    """Blank looks in the audit logs of all markets after their time, a batch; the chains go on.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        return await audit_log.blank_old_looks(
            conn,
            older_than_s=runtime.settings.look_retention_days * DAY_S,
            limit_count=FORGOTTEN_COUNT_MAX,
        )


async def forget_recorded_ticks(runtime: Runtime, market_id: MarketId) -> int:
    """Delete a batch of a market's recorded ticks: those after their time, and beyond its share.

    Of those that stay it is forgotten, a day later, where exactly couriers without a job were.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        old_count = await recorded_ticks.delete_old_ticks(
            conn,
            older_than_s=runtime.settings.trail_retention_days * DAY_S,
            limit_count=FORGOTTEN_COUNT_MAX,
        )
        beyond_count = await recorded_ticks.delete_ticks_beyond(
            conn,
            market_id=market_id,
            bytes_max=runtime.settings.recorded_ticks_bytes_max,
            limit_count=FORGOTTEN_COUNT_MAX,
        )
        exact_count = await recorded_ticks.forget_exact_places(
            conn,
            older_than_s=runtime.settings.idle_places_retention_h * HOUR_S,
            limit_count=FORGOTTEN_COUNT_MAX,
        )
    return old_count + beyond_count + exact_count


async def forget_recipients(
    runtime: Runtime, market_id: MarketId, *, origin: Origin = SYSTEM
) -> int:
    """Erase who was at the stops of a market's old jobs, all that are due; return how many jobs.

    Raises:
        UnavailableError: Postgres is away; what was done is done.
    """
    erased_count = 0
    while batch_count := await erase_old_jobs(runtime, market_id=market_id, origin=origin):
        erased_count += batch_count
    return erased_count


async def forget_positions(runtime: Runtime, market_id: MarketId) -> None:
    """Remove positions that are too old for anything, a batch; none while Redis is away.

    Raises:
        UnavailableError: Postgres is away.
    """
    oldest_ms = await _oldest_kept_ms(runtime)
    try:
        await positions.evict(runtime.redis, market_id, older_than_ms=oldest_ms)
    except LiveUnavailableError as error:
        log.debug("index_unreachable", market=market_id, error=repr(error))


async def forget_old_positions(runtime: Runtime, market_id: MarketId) -> None:
    """Remove all positions that are too old for anything.

    Raises:
        UnavailableError: Redis or Postgres is away; some may still be there.
    """
    oldest_ms = await _oldest_kept_ms(runtime)
    while await positions.evict(runtime.redis, market_id, older_than_ms=oldest_ms) > 0:
        pass  # nobody waits: where the relay was not away for long, there is one batch or none


async def _oldest_kept_ms(runtime: Runtime) -> int:
    async with runtime.pool.connection() as conn:
        now = (await deployment.read_market_time(conn)).now
    kept_s = max(POSITION_KEPT_S, POSITION_KEPT_REAL_S_MIN * runtime.clock.time_scale)
    return ms_of(now - timedelta(seconds=kept_s))
