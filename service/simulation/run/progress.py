"""One line every few seconds about how a run goes."""

import asyncio
from collections.abc import Callable

from service.clock import monotonic_s
from service.domain.lifecycle import JOB_ENDS, JobStatus
from service.simulation.run.crowd import Crowd

INTERVAL_S = 5.0


async def tell_progress(crowd: Crowd, tell: Callable[[str], None]) -> None:
    """Tell how it goes, for ever."""
    began_s = monotonic_s()
    while True:
        await asyncio.sleep(INTERVAL_S)
        tell(f"{monotonic_s() - began_s:5.0f} s: {progress_line(crowd)}")


def progress_line(crowd: Crowd) -> str:
    """Return the state of a run in a line."""
    counts = crowd.operator.feed.jobs_count_by_status()
    live_count = sum(count for status, count in counts.items() if status not in JOB_ENDS)
    return (
        f"{sum(courier.connection.is_live for courier in crowd.couriers)} couriers connected, "
        f"{sum(counts.values())} jobs, {live_count} live, "
        f"{counts[JobStatus.OPEN]} open, {counts[JobStatus.DELIVERED]} delivered"
    )
