"""All trials of a run, lab after lab: a new one when one is used up, or something broke in it."""

import shutil
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from loadtests.faults.history import History
from loadtests.faults.kinds import KINDS, PROCESSES, Surroundings
from loadtests.faults.lab import Lab, open_lab
from loadtests.faults.plan import Trial, of_one_lab
from loadtests.faults.surroundings import NotPossibleError
from loadtests.faults.trial import Result, run_trial
from loadtests.faults.world import open_world
from service.runtime import open_runtime

HISTORY = "history.jsonl"
SERVER_LOGS = ("postgres", "valkey", "supervisor")


class Setting(Struct, frozen=True, kw_only=True):
    """What does not depend on the trials."""

    tell: Callable[[Result], None] = lambda _: None
    keep: Path | None = None  # histories and logs of what broke go there


async def run_trials(trials: Sequence[Trial], setting: Setting) -> list[Result]:
    """Run the trials; return their results by number."""
    results = list[Result]()
    for surroundings, group in of_one_lab(trials):
        waiting = deque(group)
        while waiting:
            try:
                results += await _run_lab(surroundings, waiting, setting)
            except NotPossibleError as error:
                results += [_not_possible(trial, error, setting) for trial in waiting]
                waiting.clear()
    return sorted(results, key=lambda result: result.trial.number)


async def _run_lab(
    surroundings: Surroundings, waiting: deque[Trial], setting: Setting
) -> list[Result]:
    """Run trials, and take them off the queue, until there are none or one is broken."""
    results = list[Result]()
    async with (
        open_lab(surroundings, seed=waiting[0].seed) as lab,
        open_runtime(lab.settings) as runtime,
    ):
        with History(lab.folder / HISTORY) as history:
            async with open_world(lab, runtime, history) as world:
                while waiting and not (results and results[-1].verdict == "broken"):
                    result = await run_trial(world, waiting.popleft())
                    setting.tell(result)
                    results.append(result)
        if results[-1].verdict == "broken" and setting.keep is not None:
            _save(lab, setting.keep / f"trial-{results[-1].trial.number}")
    return results


def _save(lab: Lab, folder: Path) -> None:
    """Copy the history and the logs of a lab."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(lab.folder / HISTORY, folder)
    logs = [lab.folder / f"{name}.log" for name in PROCESSES]
    logs += [lab.state_dir / f"{name}.log" for name in SERVER_LOGS]
    for log in logs:
        if log.exists():
            shutil.copy(log, folder)


def _not_possible(trial: Trial, error: NotPossibleError, setting: Setting) -> Result:
    result = Result(
        trial=trial,
        family=KINDS[trial.kind].family,
        verdict="not possible",
        reason=str(error),
    )
    setting.tell(result)
    return result
