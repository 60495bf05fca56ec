"""The jobs of a trial: a steady stream of them, and some at the very moment of the fault."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from loadtests.faults.plan import Trial
from loadtests.faults.world import World
from service.domain.ids import CourierId
from service.simulation.run.posting import Errand, post_all
from service.wire.rest import JobBody

BURST_DRAWN_S = 60.0  # of errands, from which a burst is taken: more than enough


async def post_stream(world: World, trial: Trial) -> None:
    """Post jobs at their times, before, amid and after the fault; return when all are answered."""
    drawn = world.errands(seed=trial.seed, mark=f"{trial.number}", duration_s=trial.load_s)
    await post_all(
        drawn,
        world.crowd.merchants,
        clock=world.clock,
        idle_couriers_for=_nobody,
        crew=world.crew,
    )


def post_at_once(world: World, trial: Trial) -> None:
    """Begin to post a burst, and wait for nothing."""
    drawn = world.errands(
        seed=trial.seed + 1, mark=f"{trial.number}-burst", duration_s=BURST_DRAWN_S
    )
    for errand in islice(_due_now(drawn), trial.burst_count):
        world.crew.start(post(world, errand))


def probes(world: World, trial: Trial) -> Iterator[Errand]:
    """Yield jobs that are posted one by one, to see whether the service is whole again."""
    mark = f"{trial.number}-probe"
    return _due_now(world.errands(seed=trial.seed + 2, mark=mark, duration_s=BURST_DRAWN_S))


async def post(world: World, errand: Errand) -> None:
    """Post a job now."""
    merchant = world.crowd.merchants[errand.merchant_index]
    await merchant.post(errand.body, idle_couriers_for=_nobody)


async def post_probe(world: World, errand: Errand) -> JobBody | None:
    """Post a job now; return it if it was taken."""
    merchant = world.crowd.merchants[errand.merchant_index]
    return await merchant.post(errand.body, idle_couriers_for=_nobody)


def _due_now(errands: Iterator[Errand]) -> Iterator[Errand]:
    for errand in errands:
        body = msgspec.structs.replace(errand.body, ready_at=None, due_at=None)
        yield msgspec.structs.replace(errand, body=body)


def _nobody(_: JobBody) -> frozenset[CourierId]:
    return frozenset()
