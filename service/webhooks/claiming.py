"""Which lanes this process takes on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from service.domain import webhook
from service.domain.ids import MerchantId
from service.runtime import Runtime
from service.store import webhook_endpoints, webhook_lanes
from service.store.webhook_endpoints import DueEndpoint
from service.store.webhook_lanes import Claim

CLAIMS_COUNT_MAX = 200  # in one statement, which says so itself; more are taken a moment later


async def claim(
    runtime: Runtime,
    *,
    calls_count_max: int,
    calls_under_way: Mapping[MerchantId, int] = MappingProxyType({}),
) -> list[Claim]:
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
        counts = shares(found, calls_count_max=calls_count_max, calls_under_way=calls_under_way)
        chosen = [pair for pair in zip(found, counts, strict=True) if pair[1] > 0]
        if not chosen:
            return []
        return await webhook_lanes.claim_lanes(
            conn,
            endpoint_ids=[endpoint.id for endpoint, _ in chosen],
            lanes_counts=[count for _, count in chosen],
            calls_counts_max=[_calls_count_max(endpoint) for endpoint, _ in chosen],
            lease_s=runtime.settings.webhook_lease_s,
        )


def shares(
    found: Sequence[DueEndpoint],
    *,
    calls_count_max: int,
    calls_under_way: Mapping[MerchantId, int],
) -> list[int]:
    """Return how many lanes to take of each endpoint, this many together at most.

    A merchant has no more calls at once than are left to all others, but for the last one: however
    slow the endpoints of some are, who comes next finds a place.
    """
    left_count = calls_count_max
    had = Counter(calls_under_way)
    counts: list[int] = []
    for endpoint in found:
        own_count = had[endpoint.merchant_id]
        fair_count = max(1, (left_count + own_count) // 2) - own_count
        free_count = _calls_count_max(endpoint) - endpoint.calls_count
        count = max(0, min(free_count, endpoint.lanes_count, fair_count, left_count))
        counts.append(count)
        had[endpoint.merchant_id] += count
        left_count -= count
    return counts


def _calls_count_max(endpoint: DueEndpoint) -> int:
    return webhook.calls_count_max(endpoint.health, now=endpoint.now)
