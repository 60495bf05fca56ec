"""What endpoints have still to be told, for whoever asks."""

from service.metrics import WEBHOOK_DUE_AGE_S, WEBHOOK_WAITING_COUNT
from service.runtime import Runtime
from service.store import webhook_deliveries

_UNKNOWN = float("nan")


async def measure_backlog(runtime: Runtime) -> None:
    """Set the metrics, which are of all markets and processes.

    Raises:
        UnavailableError: Postgres is away; the metrics say that nobody knows.
    """
    for gauge in (WEBHOOK_WAITING_COUNT, WEBHOOK_DUE_AGE_S):
        gauge.set(_UNKNOWN)
    async with runtime.pool.connection() as conn:
        backlog = await webhook_deliveries.read_backlog(conn)
    WEBHOOK_WAITING_COUNT.set(backlog.waiting_count)
    WEBHOOK_DUE_AGE_S.set(backlog.due_age_s)
