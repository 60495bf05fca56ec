"""How much work a run asks of its couriers."""

from collections.abc import Sequence

from service.simulation.clients.job_board import PostedJob

_HOUR_S = 3_600.0


def jobs_per_courier_hour(posted: Sequence[PostedJob], *, couriers_count: int) -> float | None:
    """Return jobs per courier enrolled and hour of market time; None without a stretch of time.

    The time is that between the first and the last posting.
    """
    times = [job.created_at for job in posted]
    span_s = (max(times) - min(times)).total_seconds() if times else 0.0
    if span_s == 0.0 or couriers_count == 0:
        return None
    return len(posted) / (couriers_count * span_s / _HOUR_S)
