"""Runs scenarios one after the other: `python -m loadtests.live SCENARIO ... [--quick]`.

Exit status 1: an invariant was broken, or a scenario did not end in time. Targets that are missed
are told, and break nothing.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import uvloop

from loadtests.live import chart, record
from loadtests.live.scenarios import SCENARIOS
from loadtests.live.setting import Setting
from service import logs


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 # a command of its own


def main() -> None:
    """Run the scenarios of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", choices=tuple(SCENARIOS))
    parser.add_argument("--quick", action="store_true", help="small sizes: seconds")
    parser.add_argument("--folder", type=Path, help="write records and charts there")
    parser.add_argument("--profile", action="store_true", help="sample our processes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logs.configure(process="bench", level="error")
    setting = Setting(
        seed=options.seed, is_profiled=options.profile, tell=lambda line: tell(f"  {line}")
    )
    is_good = True
    for name in options.names:
        tell(f"== {name}: {SCENARIOS[name].question}")
        try:
            is_good &= uvloop.run(
                _run(name, setting, is_quick=options.quick, folder=options.folder)
            )
        except TimeoutError:
            tell("  BROKEN: it did not end in time")
            is_good = False
        except asyncio.CancelledError:
            sys.exit("stopped")
    sys.exit(0 if is_good else 1)


async def _run(name: str, setting: Setting, *, is_quick: bool, folder: Path | None) -> bool:
    """Run one scenario; return whether its invariants held."""
    scenario, task = SCENARIOS[name], asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)  # clean up as well
    async with asyncio.timeout(scenario.s_max):
        outcome = await scenario.run(scenario.quick if is_quick else scenario.whole, setting)
    for line in record.lines_of(outcome):
        tell(line)
    if folder is not None:
        words = [name, *(["--quick"] if is_quick else [])]
        words += ["--profile"] if setting.is_profiled else []
        words += ["--seed", str(setting.seed)]
        found = record.record_of(name, scenario.question, outcome, seed=setting.seed, words=words)
        path = record.write(found, folder)
        if chart.can_draw():
            chart.draw(path)
        else:
            tell("  no chart: matplotlib is not installed (dependency group `bench`)")
    return not outcome.broken


if __name__ == "__main__":
    main()
