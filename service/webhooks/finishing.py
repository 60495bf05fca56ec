"""What is made of a call when it has ended: of its event, of its endpoint, and of the lane."""

from msgspec import Struct

from service.domain import webhook
from service.domain.ids import ExceptionId
from service.domain.vocabulary import DisabledReason, ExceptionKind, Severity
from service.domain.webhook import Attempted, Health, Verdict
from service.runtime import Runtime
from service.store import deployment, webhook_lanes
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell
from service.store.webhook_lanes import Claim, HeldLane


class Ending(Struct, frozen=True, kw_only=True):
    """What follows from a call; with `disabled_reason` the endpoint is told no more."""

    verdict: Verdict
    health: Health
    disabled_reason: DisabledReason | None


async def finish(runtime: Runtime, claimed: Claim, attempted: Attempted, *, jitter: float) -> bool:
    """Record a call and what follows; return whether an endpoint was given up.

    Nothing is recorded of a lane that was another's meanwhile, or whose endpoint is gone. Two short
    statements: the relay tells no fact that is younger than a transaction under way.

    Raises:
        UnavailableError: Postgres is away; when the lease is over, the same is sent again.
        LockContentionError: others had the rows each time; likewise.
    """

    async def work(conn: Connection) -> HeldLane | None:
        lane = await webhook_lanes.lock_held_lane(
            conn,
            endpoint_id=claimed.endpoint_id,
            subject_id=claimed.subject_id,
            epoch=claimed.epoch,
            delivery_id=claimed.delivery_id,
        )
        if lane is None:
            return None
        ending = end(lane, attempted, url=claimed.url, jitter=jitter)
        await _record(conn, claimed, attempted, ending)
        if lane.disabled_reason is not None or ending.disabled_reason is None:
            return None
        await _tell_ops(runtime, conn, lane)
        return lane

    given_up = await runtime.attempt(work)
    if given_up is not None:
        runtime.relay_waker.wake(given_up.market_id)
    return given_up is not None


def end(lane: HeldLane, attempted: Attempted, *, url: str, jitter: float) -> Ending:
    """Return what follows from a call of `url`.

    What another URL than today's answered, and a fault of ours, tell nothing of the endpoint.
    """
    verdict = webhook.judge(
        attempted,
        attempts_count=lane.attempts_count + 1,
        faults_count=lane.faults_count + (1 if attempted.is_fault else 0),
        jitter=jitter,
    )
    if attempted.is_fault or url != lane.url:
        return Ending(verdict=verdict, health=lane.health, disabled_reason=lane.disabled_reason)
    health = webhook.examine(lane.health, attempted, now=lane.now)
    reason = webhook.reason_to_disable(health, attempted, now=lane.now)
    return Ending(verdict=verdict, health=health, disabled_reason=lane.disabled_reason or reason)


async def _record(conn: Connection, claimed: Claim, attempted: Attempted, ending: Ending) -> None:
    await webhook_lanes.end_call(
        conn,
        endpoint_id=claimed.endpoint_id,
        subject_id=claimed.subject_id,
        delivery_id=claimed.delivery_id,
        status=ending.verdict.status,
        delay_s=ending.verdict.delay_s,
        outcome=attempted.outcome,
        status_code=attempted.status_code,
        duration_ms=attempted.duration_ms,
        failures_count=ending.health.failures_count,
        failing_since=ending.health.failing_since,
        failed_at=ending.health.failed_at,
        rest_until=ending.health.rest_until,
        disabled_reason=ending.disabled_reason,
    )


async def _tell_ops(runtime: Runtime, conn: Connection, lane: HeldLane) -> None:
    await open_and_tell(
        conn,
        exception_id=ExceptionId(runtime.new_id()),
        market_id=lane.market_id,
        kind=ExceptionKind.WEBHOOK_DISABLED,
        severity=Severity.WARNING,
        job_id=None,
        courier_id=None,
        merchant_id=lane.merchant_id,
        endpoint_id=lane.endpoint_id,
        now=(await deployment.read_market_time(conn)).now,
    )
