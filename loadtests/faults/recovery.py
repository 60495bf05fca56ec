"""How long after a fault the service is whole again, seen from outside."""

from collections.abc import Iterator
from contextlib import suppress

from loadtests.faults.load import post_probe, probes
from loadtests.faults.plan import Trial
from loadtests.faults.rows import is_considered
from loadtests.faults.world import World
from loadtests.live.waiting import until
from service.clock import monotonic_s
from service.domain.errors import UnavailableError
from service.domain.ids import JobId
from service.simulation.run.posting import Errand

WHOLE_S_MAX = 60.0


async def whole_again(world: World, trial: Trial, *, since_s: float) -> float | None:
    """Return how long it took since then; None if it was not whole in time.

    Whole means: a job that is posted now is answered, relayed, in the index, and looked at by
    dispatch; and every client is connected and has resumed.
    """
    drawn = probes(world, trial)
    job_id = await _posted(world, drawn)

    async def is_whole() -> bool:
        return await world.are_all_live() and await _is_considered(world, job_id)

    if job_id is None or not await until(is_whole, s_max=WHOLE_S_MAX):
        return None
    return round(monotonic_s() - since_s, 2)


async def _posted(world: World, drawn: Iterator[Errand]) -> JobId | None:
    """Post a job that is taken: one may be refused, for example for a place beyond the market."""
    for errand in drawn:
        job = await post_probe(world, errand)
        if job is not None:
            return job.id
    return None


async def _is_considered(world: World, job_id: JobId | None) -> bool:
    with suppress(UnavailableError):
        async with world.runtime.pool.connection() as conn:
            return job_id is not None and await is_considered(conn, job_id)
    return False
