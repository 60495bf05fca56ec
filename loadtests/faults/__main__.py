"""Runs trials: `python -m loadtests.faults --count 50 [--kind KIND] [--seed N]`.

Exit status 1: an invariant was broken. What is void or not possible here is told, and breaks
nothing.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from loadtests.faults.kinds import KINDS
from loadtests.faults.plan import Trial, draw_trials
from loadtests.faults.results import line_of, lines_of, name_of, record_of, write
from loadtests.faults.run import Setting, run_trials
from loadtests.faults.trial import Result
from loadtests.live import chart
from service import logs


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201  # a command of its own


def main() -> None:
    """Run the trials of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--kind", choices=tuple(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the trial of this number, alone")
    parser.add_argument("--folder", type=Path, help="write record and chart there")
    parser.add_argument("--keep", type=Path, help="keep histories and logs of what broke there")
    options = parser.parse_args()
    logs.configure(process="bench", level="error")
    trials = draw_trials(seed=options.seed, count=options.count, kind=options.kind)
    if options.only is not None:
        trials = [trial for trial in trials if trial.number == options.only]
    setting = Setting(tell=lambda result: tell(line_of(result)), keep=options.keep)
    try:
        results = uvloop.run(_run(trials, setting))
    except asyncio.CancelledError:
        sys.exit("stopped")
    for line in lines_of(results):
        tell(line)
    if options.folder is not None:
        words = ["--count", str(options.count), "--seed", str(options.seed)]
        words += [] if options.kind is None else ["--kind", options.kind]
        name = name_of(trials, kind=options.kind)
        path = write(record_of(name, results, words=words, seed=options.seed), options.folder)
        if chart.can_draw():
            chart.draw(path)
    sys.exit(1 if any(result.verdict == "broken" for result in results) else 0)


async def _run(trials: Sequence[Trial], setting: Setting) -> list[Result]:
    task = asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)  # clean up as well
    return await run_trials(trials, setting)


if __name__ == "__main__":
    main()
