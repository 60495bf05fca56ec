"""Races until there were enough attempts: `python -m loadtests.races --count 100000 --seed 1`.

Exit status 1: something was broken.
"""

import argparse
import asyncio
import signal
import sys
from math import ceil
from pathlib import Path

import uvloop

from loadtests.races import record
from loadtests.races.lab import open_heat, open_servers
from loadtests.races.race import Plan, Score, run
from service import logs
from service.embedded.report import ServerUrls

HEAT_COUNT_MAX = 100_000  # attempts on one database, so that the disk is not filled


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 # a command of its own


def main() -> None:
    """Run the races of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="attempts, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connections", type=int, default=48)
    parser.add_argument("--json", type=Path, help="write the record there")
    options = parser.parse_args()
    logs.configure(process="bench", level="error")
    plan = Plan(count=options.count, seed=options.seed, connections_count=options.connections)
    try:
        with open_servers() as urls:
            score = uvloop.run(_race(urls, plan))
    except asyncio.CancelledError:
        sys.exit("stopped")
    for line in record.lines_of(score):
        tell(line)
    if options.json is not None:
        record.write(record.record_of(plan, score), options.json)
    sys.exit(1 if score.broken_count else 0)


async def _race(urls: ServerUrls, plan: Plan) -> Score:
    """Race in heats, each on a database of its own."""
    task = asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)  # clean up as well
    score = Score()
    for number in range(1, 1 + ceil(plan.count / HEAT_COUNT_MAX)):
        async with open_heat(
            urls, number=number, connections_count=plan.connections_count
        ) as runtime:
            await run(
                runtime,
                plan,
                score,
                until_count=min(plan.count, number * HEAT_COUNT_MAX),
                tell=lambda so_far: tell(record.progress_line(plan, so_far)),
            )
    return score


if __name__ == "__main__":
    main()
