"""A merchant's own server that behaves badly, to whom we tell things."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import get_args

from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.sink import Manner
from loadtests.faults.world import World


@asynccontextmanager
async def behaving_badly(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Let the receiver of webhooks be of a bad manner, and then of a good one again."""
    sink, before_count = world.sink, world.sink.badly_count
    manner = next(manner for manner in get_args(Manner) if manner == trial.victim)
    sink.behave(manner)
    try:
        yield
    finally:
        sink.behave("well")
    effect.saw("webhooks treated badly", sink.badly_count - before_count)
