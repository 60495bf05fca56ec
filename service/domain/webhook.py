"""Webhooks: when a delivery is tried again, when its endpoint is left alone, and when for good."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from service.domain.vocabulary import AttemptOutcome, DeliveryStatus, DisabledReason

ENDPOINTS_COUNT_MAX = 10  # of a merchant

# Before the first attempt, the second and so on: 75 h in all.
DELAYS_S = (0.0, 5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
JITTER_SHARE = 0.2  # so that those who failed together do not come back together
RETRY_AFTER_S_MAX = 3_600.0

CALLS_COUNT_MAX = 4  # of an endpoint at once
FAILURES_COUNT_MAX = 5  # in a row; then it is left alone for a while
REST_S_MIN = 30.0
REST_S_MAX = 600.0
FAILING_S_MAX = 5 * 86_400.0  # then it is told no more, ...
FAILING_COUNT_MIN = 10  # ... unless it was hardly ever called ...
SILENT_S_MAX = 86_400.0  # ... or not for so long: what was before tells nothing of today
FAULT_DELAYS_S = (300.0, 7_200.0)  # after a fault of ours: time to mend it; one more is the last


class WebhookEvent(StrEnum):
    """What a merchant can be told: every fact about a job of theirs, and that something was said.

    That has another shape, so it is told only where it is asked for by name.
    """

    JOB_CREATED = "job.created"
    JOB_SCHEDULED = "job.scheduled"
    JOB_OPENED = "job.opened"
    JOB_SEARCH_UPDATED = "job.search_updated"
    JOB_ASSIGNED = "job.assigned"
    JOB_REASSIGNED = "job.reassigned"
    JOB_BUNDLED = "job.bundled"
    JOB_UPDATED = "job.updated"
    JOB_ENROUTE_TO_PICKUP = "job.enroute_to_pickup"
    JOB_ARRIVED_AT_PICKUP = "job.arrived_at_pickup"
    JOB_PICKED_UP = "job.picked_up"
    JOB_ENROUTE_TO_DROPOFF = "job.enroute_to_dropoff"
    JOB_ARRIVED_AT_DROPOFF = "job.arrived_at_dropoff"
    JOB_DELIVERED = "job.delivered"
    JOB_UNDELIVERABLE = "job.undeliverable"
    JOB_CANCELED = "job.canceled"
    JOB_EXPIRED = "job.expired"
    JOB_FAILED = "job.failed"
    MESSAGE_SENT = "message.sent"  # about a job, by its courier or ops; without the words


class Attempted(Struct, frozen=True, kw_only=True):
    """How one call of an endpoint went."""

    outcome: AttemptOutcome
    duration_ms: int
    status_code: int | None = None
    retry_after_s: float | None = None

    @property
    def is_delivered(self) -> bool:
        return self.outcome is AttemptOutcome.DELIVERED

    @property
    def is_fault(self) -> bool:
        """Return whether it was ours, and tells nothing of the endpoint."""
        return self.outcome is AttemptOutcome.INTERNAL


class Verdict(Struct, frozen=True, kw_only=True):
    """What becomes of a delivery; `delay_s` until its next attempt, if there is one."""

    status: DeliveryStatus
    delay_s: float | None = None


def judge(
    attempted: Attempted, *, attempts_count: int, faults_count: int, jitter: float
) -> Verdict:
    """Return what becomes of a delivery after this attempt.

    A fault of ours is tried again less often: what cannot be sent must not hold up its lane.

    Args:
        attempted: the attempt.
        attempts_count: how many there were, with this one.
        faults_count: how many of them were faults of ours, with this one.
        jitter: by chance, -1 to 1.
    """
    if attempted.is_delivered:
        return Verdict(status=DeliveryStatus.DELIVERED)
    is_last_fault = attempted.is_fault and faults_count > len(FAULT_DELAYS_S)
    if attempts_count >= len(DELAYS_S) or is_last_fault:
        return Verdict(status=DeliveryStatus.DEAD)
    usual_s = FAULT_DELAYS_S[faults_count - 1] if attempted.is_fault else DELAYS_S[attempts_count]
    delay_s = max(usual_s * (1.0 + JITTER_SHARE * jitter), _asked_s(attempted.retry_after_s))
    return Verdict(status=DeliveryStatus.PENDING, delay_s=delay_s)


def _asked_s(retry_after_s: float | None) -> float:
    return min(max(0.0, retry_after_s or 0.0), RETRY_AFTER_S_MAX)


class Health(Struct, frozen=True, kw_only=True):
    """How an endpoint does: a circuit breaker that all processes share, as a value in its row.

    The three states of M. Nygard, *Release It!* (2007): closed below `FAILURES_COUNT_MAX`, open
    until `rest_until`, half-open after it, when one call tries.
    """

    failures_count: int = 0  # in a row
    failing_since: datetime | None = None
    failed_at: datetime | None = None  # last
    rest_until: datetime | None = None


def calls_count_max(health: Health, *, now: datetime) -> int:
    """Return how many calls may be under way at once."""
    if health.rest_until is not None and now < health.rest_until:
        return 0
    return CALLS_COUNT_MAX if health.failures_count < FAILURES_COUNT_MAX else 1


def examine(health: Health, attempted: Attempted, *, now: datetime) -> Health:
    """Return how the endpoint does after this call.

    A success closes the circuit, whatever ended before. What fails during a rest was under way when
    it began, and does not count. Who asks for time gets it, for all calls. A failure after a long
    silence is the first of its kind, and a fault of ours none.
    """
    if attempted.is_delivered:
        return Health()
    if attempted.is_fault:
        return health
    if health.failed_at is not None and (now - health.failed_at).total_seconds() > SILENT_S_MAX:
        health = Health()
    is_resting = health.rest_until is not None and now < health.rest_until
    failures_count = health.failures_count + (0 if is_resting else 1)
    rest_s = _asked_s(attempted.retry_after_s)
    if failures_count >= FAILURES_COUNT_MAX and not is_resting:
        doublings_count = min(failures_count - FAILURES_COUNT_MAX, 10)
        rest_s = max(rest_s, min(REST_S_MAX, REST_S_MIN * 2**doublings_count))
    rest_until = now + timedelta(seconds=rest_s) if rest_s > 0.0 else None
    return replace(
        health,
        failures_count=failures_count,
        failing_since=health.failing_since or now,
        failed_at=now,
        rest_until=max(filter(None, (health.rest_until, rest_until)), default=None),
    )


def reason_to_disable(
    health: Health, attempted: Attempted, *, now: datetime
) -> DisabledReason | None:
    """Return why the endpoint is told no more after this call, or None: it goes on.

    Args:
        health: after the call.
        attempted: the call.
        now: when it ended.
    """
    if attempted.outcome is AttemptOutcome.GONE:
        return DisabledReason.GONE
    failing_since = health.failing_since or now
    is_failing = (now - failing_since).total_seconds() >= FAILING_S_MAX
    if is_failing and health.failures_count >= FAILING_COUNT_MIN:
        return DisabledReason.FAILING
    return None
