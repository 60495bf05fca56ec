"""Which lanes this process takes on."""

from collections.abc import Sequence

from service.domain import webhook
from service.runtime import Runtime
from service.store import webhook_endpoints, webhook_lanes
from service.store.webhook_endpoints import DueEndpoint
from service.store.webhook_lanes import Claim

CLAIMS_COUNT_MAX = 200  # in one statement, which says so itself; more are taken a moment later


async def claim(runtime: Runtime, *, calls_count_max: int) -> list[Claim]:
    """Return heads of lanes to be sent now, so many at most; no other process has them meanwhile.

    An endpoint's lock lasts until its lanes are taken, so that two processes together call it no
    more often at once than one.

    Raises:
        UnavailableError: Postgres is away.
        LockContentionError: others have the rows; nothing was done.
    """
    calls_count_max = min(calls_count_max, CLAIMS_COUNT_MAX)
    async with runtime.pool.transaction() as conn:
        found = await webhook_endpoints.lock_due_endpoints(
            conn, calls_count_max=webhook.CALLS_COUNT_MAX, limit_count=calls_count_max
        )
        if not found:
            return []
        return await webhook_lanes.claim_lanes(
            conn,
            endpoint_ids=[endpoint.id for endpoint in found],
            lanes_counts=shares(found, calls_count_max=calls_count_max),
            calls_counts_max=[_calls_count_max(endpoint) for endpoint in found],
            lease_s=runtime.settings.webhook_lease_s,
        )


def shares(found: Sequence[DueEndpoint], *, calls_count_max: int) -> list[int]:
    """Return how many lanes to take of each endpoint, this many together at most."""
    left_count = calls_count_max
    counts: list[int] = []
    for endpoint in found:
        free_count = max(0, _calls_count_max(endpoint) - endpoint.calls_count)
        counts.append(min(free_count, endpoint.lanes_count, left_count))
        left_count -= counts[-1]
    return counts


def _calls_count_max(endpoint: DueEndpoint) -> int:
    return webhook.calls_count_max(endpoint.health, now=endpoint.now)
