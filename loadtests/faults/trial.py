"""One trial: load, fault, heal, whole again, quiet, and a look at everything."""

import asyncio
from collections import Counter
from typing import Literal

import httpx
from msgspec import Struct

from loadtests.faults.checks import violations
from loadtests.faults.checks.effect import is_effective
from loadtests.faults.gathering import count_files, gather
from loadtests.faults.inject import FAULTS
from loadtests.faults.kinds import KINDS
from loadtests.faults.load import post_at_once, post_stream
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect, Proof
from loadtests.faults.quiet import go_on
from loadtests.faults.recovery import whole_again
from loadtests.faults.talk import ask_around
from loadtests.faults.world import World
from service.clock import monotonic_s
from service.domain.errors import UnavailableError

TRIAL_S_MAX = 240.0  # far above what one takes; then it hangs, and that is a violation
POSTED_S_MAX = 90.0  # until the last post is answered: as long as clients ask again
VIOLATIONS_COUNT_MAX = 10  # told of each invariant

Verdict = Literal["held", "broken", "void", "not possible"]


class Result(Struct, frozen=True, kw_only=True):
    """What came of a trial; `reason` of one that is void or was not possible."""

    trial: Trial
    family: int
    verdict: Verdict
    effect: dict[str, float] = {}
    recovery_s: float | None = None
    took_s: float = 0.0
    operations_count: dict[str, int] = {}  # by outcome
    violations: dict[str, list[str]] = {}  # by invariant
    reason: str = ""


async def run_trial(world: World, trial: Trial) -> Result:
    """Run a trial on a service that is whole, and leave it at work again."""
    began_s, effect = monotonic_s(), Effect()
    world.history.trial = trial.number
    try:
        async with asyncio.timeout(TRIAL_S_MAX):
            proof = await _prove(world, trial, effect)
            await go_on(world)
    except TimeoutError:
        words = f"the trial did not end in {TRIAL_S_MAX:.0f} s"
        return _ended_early(trial, effect, words, took_s=monotonic_s() - began_s)
    except (UnavailableError, LookupError, OSError, httpx.HTTPError) as error:
        words = f"it could not be looked at: {error!r}"
        return _ended_early(trial, effect, words, took_s=monotonic_s() - began_s)
    finally:
        world.history.flush()
    took_s = monotonic_s() - began_s
    return await asyncio.to_thread(_result, proof, took_s=took_s)  # the proxies go on meanwhile


async def _prove(world: World, trial: Trial, effect: Effect) -> Proof:
    files_before = count_files(world)
    at_work = {world.crew.start(work(world, trial)) for work in (post_stream, ask_around)}
    await asyncio.sleep(trial.before_s)
    post_at_once(world, trial)
    await asyncio.sleep(0.0)  # the burst is on its way
    world.history.fault(trial.kind, victim=trial.victim, seed=trial.seed)
    recovery_s = await _recovery_s(world, trial, effect)
    await asyncio.wait(at_work, timeout=POSTED_S_MAX)
    return await gather(world, trial, effect, recovery_s=recovery_s, files_before=files_before)


async def _recovery_s(world: World, trial: Trial, effect: Effect) -> float | None:
    """Do the fault and heal it; return how long after the harm was over all was whole again.

    What heals by itself is looked at from then on: it may be whole before the victim is back.
    """
    is_at_once = KINDS[trial.kind].is_at_once
    looking: asyncio.Task[float | None] | None = None
    try:
        async with FAULTS[trial.kind](world, trial, effect):
            if is_at_once:
                looking = asyncio.create_task(whole_again(world, trial, since_s=monotonic_s()))
            await asyncio.sleep(trial.span_s)
            healed_s = monotonic_s()
        world.history.heal(trial.kind, **effect.seen)
        if looking is None:
            return await whole_again(world, trial, since_s=healed_s)
        return await looking
    finally:
        if looking is not None:
            looking.cancel()


def _result(proof: Proof, *, took_s: float) -> Result:
    """Judge: what is broken is broken, whether the fault was seen to do anything or not."""
    found = violations(proof, count_max=VIOLATIONS_COUNT_MAX)
    verdict: Verdict = "held" if is_effective(proof.effect) else "void"
    outcomes = Counter(
        operation.outcome or "open"
        for operation in proof.operations()
        if operation.trial == proof.trial.number
    )
    return Result(
        trial=proof.trial,
        family=KINDS[proof.trial.kind].family,
        verdict="broken" if found else verdict,
        effect=proof.effect.seen,
        recovery_s=proof.recovery_s,
        took_s=round(took_s, 1),
        operations_count=dict(outcomes),
        violations=found,
        reason="" if verdict == "held" else "the fault was not seen to do what it is to do",
    )


def _ended_early(trial: Trial, effect: Effect, words: str, *, took_s: float) -> Result:
    return Result(
        trial=trial,
        family=KINDS[trial.kind].family,
        verdict="broken",
        effect=effect.seen,
        took_s=round(took_s, 1),
        violations={"I16 bounded waits": [words]},
    )
