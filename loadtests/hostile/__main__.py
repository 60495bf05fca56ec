"""Attacks a running service: `python -m loadtests.hostile --count 10000 --seed 1`.

Exit status 1: something was broken.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import uvloop
from rich.console import Console

from loadtests.hostile.plan import Plan
from loadtests.hostile.record import lines_of, record_of, table_of, write
from loadtests.hostile.run import Result, run
from service import logs

START_S_MAX = 600.0
INPUT_S_MAX = 0.03  # on average


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 # a command of its own


def main() -> None:
    """Attack as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="write the record there")
    options = parser.parse_args()
    logs.configure(process="bench", level="error")
    plan = Plan(count=options.count, seed=options.seed)
    try:
        result = uvloop.run(_run(plan))
    except asyncio.CancelledError:
        sys.exit("stopped")
    Console().print(table_of(result))
    for line in lines_of(result):
        tell(line)
    if options.folder is not None:
        write(record_of(plan, result), options.folder)
    sys.exit(1 if result.broken else 0)


async def _run(plan: Plan) -> Result:
    task = asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)  # clean up as well
    async with asyncio.timeout(START_S_MAX + plan.count * INPUT_S_MAX):
        return await run(plan, tell=tell)


if __name__ == "__main__":
    main()
