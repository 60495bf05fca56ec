"""What waits: facts to be told, and exceptions for a human; for whoever asks any relay."""

from service.domain.vocabulary import ExceptionKind
from service.metrics import EXCEPTIONS_OPEN_COUNT, UNTOLD_FACTS_AGE_S
from service.runtime import Runtime
from service.store import exceptions, relay

OTHER_KIND = "other"  # of another release
_KINDS = frozenset(kind.value for kind in ExceptionKind)


async def measure_lag(runtime: Runtime) -> None:
    """Set the metric of each market, also of those that another relay leads.

    Raises:
        UnavailableError: Postgres is away; the metric is gone.
    """
    UNTOLD_FACTS_AGE_S.clear()
    async with runtime.pool.connection() as conn:
        found = await relay.list_untold_ages(conn)
    for one in found:
        UNTOLD_FACTS_AGE_S.labels(market=one.market_id).set(one.age_s)


async def count_exceptions(runtime: Runtime) -> None:
    """Set how many exceptions are open in each market, also in those that another relay leads.

    Raises:
        UnavailableError: Postgres is away; the metric is gone.
    """
    EXCEPTIONS_OPEN_COUNT.clear()
    async with runtime.pool.connection() as conn:
        found = await exceptions.count_open(conn)
    for one in found:  # a series for each kind, so that those of other releases share one
        kind = one.kind if one.kind in _KINDS else OTHER_KIND
        EXCEPTIONS_OPEN_COUNT.labels(market=one.market_id, kind=kind).inc(one.open_count)
