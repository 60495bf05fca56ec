"""Lets the attempts of many scenes go: those of one scene at the same moment, round after round."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from math import ceil

from msgspec import Struct, field

from loadtests.races.answers import Staged
from loadtests.races.attempts import DONE, Answer, Deed, Door, carry_out
from loadtests.races.judge import judge
from loadtests.races.scene import ATTEMPTS_COUNT, Attempt, draw_scenes
from loadtests.races.stage import Stage, open_round, set_stages
from service.api.acceptances import Acceptances
from service.api.line import Line
from service.api.priority import Limits
from service.clock import monotonic_s
from service.domain.ids import MarketId
from service.runtime import Runtime

SCENES_COUNT_MAX = 400  # of a round, so that what is judged at once stays small
BROKEN_COUNT_MAX = 100  # told in words


class Plan(Struct, frozen=True, kw_only=True):
    """How much is raced."""

    count: int  # of attempts, at least
    seed: int
    connections_count: int


class Score(Struct, kw_only=True):
    """What has happened so far."""

    rounds_count: int = 0
    scenes_count: int = 0
    answers: Counter[tuple[Deed, str]] = field(default_factory=Counter[tuple[Deed, str]])
    raced_s: float = 0.0  # without setting the stage and judging
    elapsed_s: float = 0.0
    broken_count: int = 0
    broken: list[str] = []  # the first of them

    @property
    def attempts_count(self) -> int:
        return self.answers.total()


# Who races is not to be put off at the door: that is another question.
NOBODY_IS_PUT_OFF = Limits(served_count_max=1_024, waiting_count_max=1_024, wait_s_max=60.0)


async def run(
    runtime: Runtime,
    plan: Plan,
    score: Score,
    *,
    until_count: int,
    tell: Callable[[Score], None],
) -> None:
    """Race on until the score has so many attempts; `tell` hears after each round how it went."""
    acceptances = Acceptances(runtime, Line(NOBODY_IS_PUT_OFF))
    async with asyncio.TaskGroup() as group:
        batches = group.create_task(acceptances.run())
        door = Door(runtime, acceptances)
        while score.attempts_count < until_count:
            missing_count = ceil((until_count - score.attempts_count) / ATTEMPTS_COUNT)
            await _run_round(door, plan, score, count=min(missing_count, SCENES_COUNT_MAX))
            tell(score)
        batches.cancel()


async def _run_round(door: Door, plan: Plan, score: Score, *, count: int) -> None:
    """Play so many scenes of the next round, and judge them."""
    began_s = monotonic_s()
    number = score.rounds_count + 1
    scenes = draw_scenes(plan.seed, number, count=count)
    market, merchant_id = await open_round(door.runtime, MarketId(f"round-{number}"))
    stages = await set_stages(door.runtime, scenes, market=market, merchant_id=merchant_id)
    set_s = monotonic_s()
    answers = list[Answer]()
    waiting = iter(stages)
    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, plan.connections_count // ATTEMPTS_COUNT)):
            group.create_task(_arena(door, waiting, answers))
    score.raced_s += monotonic_s() - set_s
    score.answers.update((answer.deed, answer.said) for answer in answers)
    held = [stage.held_offer for stage in stages if stage.held_offer is not None]
    taken = [Answer(deed=Deed.ACCEPT, said=DONE, offer_id=offer.id) for offer in held]
    broken = await judge(door.runtime, market.id, [*taken, *answers], _staged(stages))
    score.rounds_count += 1
    score.scenes_count += len(scenes)
    score.broken_count += len(broken)
    score.broken += [f"round {number}: {words}" for words in broken]
    del score.broken[BROKEN_COUNT_MAX:]
    score.elapsed_s += monotonic_s() - began_s


def _staged(stages: list[Stage]) -> Staged:
    offers = [offer for stage in stages for offer in (stage.offer, stage.held_offer)]
    return Staged(
        offer_ids=frozenset(offer.id for offer in offers if offer is not None),
        job_ids=frozenset(job.id for stage in stages for job in stage.jobs),
    )


async def _arena(door: Door, waiting: Iterator[Stage], answers: list[Answer]) -> None:
    """Play one scene after the other, as long as there are any."""
    for stage in waiting:
        answers += await _play(door, stage)


async def _play(door: Door, stage: Stage) -> list[Answer]:
    """Let all attempts of a scene go at the same moment; its deadlines count from then."""
    barrier = asyncio.Barrier(len(stage.scene.attempts) + 1)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_wait_and_carry_out(barrier, door, stage, attempt))
            for attempt in stage.scene.attempts
        ]
        await _set_deadlines(door.runtime, stage)
        await barrier.wait()
    return [answer for task in tasks for answer in task.result()]


async def _wait_and_carry_out(
    barrier: asyncio.Barrier, door: Door, stage: Stage, attempt: Attempt
) -> list[Answer]:
    await barrier.wait()
    return await carry_out(door, stage, attempt)


async def _set_deadlines(runtime: Runtime, stage: Stage) -> None:
    scene = stage.scene
    async with runtime.pool.connection() as conn:
        if scene.offer_ms is not None:
            await conn.execute(_END_OFFER, stage.offer.id, scene.offer_ms / 1_000.0)
        if scene.search_ms is not None:
            job_ids = [job.id for job in stage.jobs]
            await conn.execute(_END_SEARCH, job_ids, scene.search_ms / 1_000.0)


_END_OFFER = "UPDATE offer SET expires_at = market_now() + make_interval(secs => $2) WHERE id = $1"
_END_SEARCH = (
    "UPDATE job SET search_until = market_now() + make_interval(secs => $2) WHERE id = ANY($1)"
)
