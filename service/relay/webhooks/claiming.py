"""Which lanes this process takes on, and what it makes of them afterwards."""

from service.domain import webhook
from service.domain.ids import ExceptionId
from service.domain.vocabulary import DisabledReason, ExceptionKind, Severity
from service.domain.webhook import Attempted, Verdict
from service.runtime import Runtime
from service.store import deployment, webhook_deliveries, webhook_endpoints, webhook_lanes
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell
from service.store.webhook_endpoints import EndpointHealth
from service.store.webhook_lanes import Claim


async def claim(runtime: Runtime, *, calls_count_max: int) -> list[Claim]:
    """Return heads of lanes to be sent now, so many at most; no other process has them meanwhile.

    An endpoint's lock lasts until its lanes are taken, so that two relays together call it no more
    often at once than one.

    Raises:
        UnavailableError: Postgres is away.
        LockContentionError: others have the rows; nothing was done.
    """
    async with runtime.pool.transaction() as conn:
        found = await webhook_endpoints.lock_due_endpoints(
            conn, calls_count_max=webhook.CALLS_COUNT_MAX, limit_count=calls_count_max
        )
        if not found:
            return []
        return await webhook_lanes.claim_lanes(
            conn,
            endpoint_ids=[endpoint.id for endpoint in found],
            calls_counts=_shares(found, calls_count_max=calls_count_max),
            lease_s=runtime.settings.webhook_lease_s,
        )


def _shares(found: list[EndpointHealth], *, calls_count_max: int) -> list[int]:
    """Return how many calls each endpoint may have under way, this many together at most."""
    shares: list[int] = []
    for endpoint in found:
        share = webhook.calls_count_max(endpoint.health, now=endpoint.now)
        shares.append(min(share, calls_count_max - sum(shares)))
    return shares


async def finish(runtime: Runtime, claimed: Claim, attempted: Attempted, *, jitter: float) -> bool:
    """Record a call and what follows; return whether an endpoint was given up.

    Nothing is recorded of a lane that was another's meanwhile, or whose endpoint is gone.

    Raises:
        UnavailableError: Postgres is away; when the lease is over, the same is sent again.
        LockContentionError: others have the rows; likewise.
    """
    async with runtime.pool.transaction() as conn:
        endpoint = await webhook_endpoints.lock_endpoint(conn, endpoint_id=claimed.endpoint_id)
        if endpoint is None or not await webhook_lanes.end_lease(
            conn,
            endpoint_id=claimed.endpoint_id,
            subject_id=claimed.subject_id,
            epoch=claimed.epoch,
        ):
            return False
        verdict = webhook.judge(attempted, attempts_count=claimed.attempts_count + 1, jitter=jitter)
        await _record(conn, claimed, attempted, verdict)
        return await _examine(runtime, conn, endpoint, attempted)


async def _record(conn: Connection, claimed: Claim, attempted: Attempted, verdict: Verdict) -> None:
    await webhook_deliveries.record_attempt(
        conn,
        delivery_id=claimed.delivery_id,
        status=verdict.status,
        delay_s=verdict.delay_s,
        outcome=attempted.outcome,
        status_code=attempted.status_code,
        duration_ms=attempted.duration_ms,
    )
    await webhook_lanes.schedule_lanes(
        conn, endpoint_id=claimed.endpoint_id, subject_ids=[claimed.subject_id]
    )


async def _examine(
    runtime: Runtime, conn: Connection, endpoint: EndpointHealth, attempted: Attempted
) -> bool:
    """Save how the endpoint does since; return whether it was given up."""
    after = webhook.examine(endpoint.health, attempted, now=endpoint.now)
    reason = endpoint.disabled_reason or webhook.reason_to_disable(
        after, attempted, now=endpoint.now
    )
    if after == endpoint.health and reason is endpoint.disabled_reason:
        return False
    await webhook_endpoints.save_health(
        conn,
        endpoint_id=endpoint.id,
        failures_count=after.failures_count,
        failing_since=after.failing_since,
        rest_until=after.rest_until,
        disabled_reason=reason,
    )
    is_given_up = reason is DisabledReason.FAILING and endpoint.disabled_reason is None
    if is_given_up:
        await open_and_tell(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=endpoint.market_id,
            kind=ExceptionKind.WEBHOOK_DISABLED,
            severity=Severity.WARNING,
            job_id=None,
            courier_id=None,
            merchant_id=endpoint.merchant_id,
            now=(await deployment.read_market_time(conn)).now,
        )
    return is_given_up
