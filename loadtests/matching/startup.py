"""From the start of a process to its first tick: with no compiled kernels, and with baked ones.

    python -m loadtests.matching.startup --json FILE

Each figure is of processes of their own. The bake is what the build of an image does once: all
kernels, and the bytecode of all that is imported. `--targets` also compiles for other processors
and tells how long a tick then takes, for minutes each.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from llvmlite import binding

from loadtests.matching.recording import table, write_record

REPEATS = 5
FIRST_TICK = "from service.dispatch.warm_up import warm_up; warm_up()"
IMPORT = "import service.dispatch.warm_up"
TICK = """
import time
from loadtests.matching.city import SIZES, city
from matching.params import Params
from matching.solve import solve

snapshot, spent_ms = city(SIZES["town"], 11), []
for params in (Params(replan_rounds_max=0), Params()):
    solve(snapshot, params)
    times_s = []
    for _ in range(5):
        begun_s = time.thread_time()
        solve(snapshot, params)
        times_s.append(time.thread_time() - begun_s)
    spent_ms.append(1e3 * min(times_s))
print(*spent_ms)
"""


class Container:
    """A folder of compiled kernels and bytecode, and processes that know of no other."""

    def __init__(self, folder: Path) -> None:
        self._settings = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("NUMBA", "PYTHON"))},
            "NUMBA_CACHE_DIR": str(folder / "kernels"),
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }

    def run(self, code: str, **settings: str) -> tuple[float, str]:
        """Return the wall seconds of a process that runs the code, and what it printed."""
        begun_s = time.perf_counter()
        done = subprocess.run(  # noqa: S603 # our own code
            [sys.executable, "-c", code],
            env={**self._settings, **settings},
            check=True,
            capture_output=True,
            text=True,
        )
        return time.perf_counter() - begun_s, done.stdout

    def usual_s(self, code: str) -> float:
        """Return the median of the seconds of some processes."""
        return statistics.median(self.run(code)[0] for _ in range(REPEATS))


def starts(folder: Path) -> dict[str, object]:
    """Return how long processes take to start, as a row of figures."""
    container = Container(folder)
    bake_s, _ = container.run(FIRST_TICK)
    files = list((folder / "kernels").glob("*.nbc"))
    return {
        "bake s": bake_s,
        "kernels": len(files),
        "MB": sum(path.stat().st_size for path in files) / 1e6,
        "start to first tick s": container.usual_s(FIRST_TICK),
        "of it imports s": container.usual_s(IMPORT),
        "without bytecode s": container.run(
            FIRST_TICK, PYTHONPYCACHEPREFIX=str(folder / "none"), PYTHONDONTWRITEBYTECODE="1"
        )[0],
    }


def by_target(folder: Path, targets: list[str]) -> list[dict[str, object]]:
    """Return how long a tick of a town takes when compiled for each target: they take turns."""
    container = Container(folder)
    matched_ms, replanned_ms = dict[str, float](), dict[str, float]()
    for _ in range(1 + REPEATS):  # the first time compiles
        for target in targets:
            settings = {"NUMBA_CPU_NAME": target, "NUMBA_CPU_FEATURES": ""}
            if target == "host":
                settings = {"NUMBA_CPU_NAME": binding.get_host_cpu_name()}  # with all it has
            matched, replanned = map(float, container.run(TICK, **settings)[1].split())
            matched_ms[target] = min(matched, matched_ms.get(target, matched))
            replanned_ms[target] = min(replanned, replanned_ms.get(target, replanned))
    return [
        {"target": name, "tick ms": matched_ms[name], "with replan ms": replanned_ms[name]}
        for name in targets
    ]


def main() -> None:
    """Start processes, print the tables and keep every number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", nargs="*", default=[], help="such as host x86-64-v3 x86-64")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hexhaul-start-") as folder:
        row = starts(Path(folder))
        targets = by_target(Path(folder), options.targets)
    print(table([row]))  # noqa: T201 # a command of its own
    if targets:
        print(table(targets))  # noqa: T201 # as above
    write_record(options.json, {"start": row, "targets": targets})


if __name__ == "__main__":
    main()
