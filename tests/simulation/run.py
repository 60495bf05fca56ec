"""`python3 dev.py simulate SEED`: the world of this seed and the hash of its trace."""

import argparse
import gc
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from loadtests.live.record import memory_gib, revision
from loadtests.matching.recording import machine, strict
from service.clock import real_now

RESULTS = Path(__file__).parent / "results"
USUAL_JOBS_COUNT = 16  # what the world says as well, which is slow to import


class Tally(Struct, kw_only=True):
    """What happened in some worlds, all in all."""

    failed_seeds: list[int] = []
    jobs_count: int = 0  # that were posted
    steps_count: int = 0
    virtual_s: float = 0.0

    def add(self, run):
        self.failed_seeds += [run.seed] * bool(run.violations)
        self.jobs_count += run.counts["jobs"]
        self.steps_count += run.steps_count
        self.virtual_s += run.virtual_s


def main(words):
    """Run worlds, tell their hashes, and exit with 1 if anything was violated in one of them."""
    asked = _parser().parse_args(words)
    from tests.simulation.world import simulate, size_for  # so that `--help` is fast

    began_s, tally = time.monotonic(), Tally()
    work = partial(simulate, size=size_for(asked.jobs), is_calm=asked.calm)
    seeds = range(asked.seed, asked.seed + asked.count)
    workers_count = min(asked.workers, asked.count)
    with ProcessPoolExecutor(max_workers=workers_count, initializer=_collect_rarely) as pool:
        for run in pool.map(work, seeds):
            tally.add(run)
            _tell(run, is_traced=asked.trace)
    factor = tally.virtual_s / (time.monotonic() - began_s)
    _say(
        f"{asked.count} worlds with {tally.jobs_count} jobs, {factor:.0f} times as fast as life;"
        f" failed: {tally.failed_seeds or 'none'}"
    )
    if asked.record:
        write(asked, tally, factor=factor)
    sys.exit(1 if tally.failed_seeds else 0)


def _parser():
    parser = argparse.ArgumentParser(prog="dev.py simulate", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--count", type=int, default=1, help="of worlds: this seed and the next")
    parser.add_argument(
        "--jobs", type=int, default=USUAL_JOBS_COUNT, help="of a world, with people in proportion"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of processes")
    parser.add_argument("--calm", action="store_true", help="nothing goes wrong")
    parser.add_argument("--record", action="store_true", help="keep what came out")
    parser.add_argument("--trace", action="store_true", help="print the end of each trace")
    return parser


def _collect_rarely():
    """Look for garbage once in a world or so: to look at all that lives costs a fifth of it."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def write(asked, tally, *, factor):
    """Write the record of a run: what repeats it, and what came out.

    A run that begins at the seed behind those on record goes on with it: many worlds take hours,
    and `parts` says which were run when, and of which revision. Worlds of each size have a record.
    """
    path = _path(asked.jobs)
    before = _before(path, asked.seed)
    at, revision_now = real_now().isoformat(timespec="seconds"), revision()
    part = {
        "seed": asked.seed,
        "count": asked.count,
        "revision": revision_now,
        "at": at,
        **_happened(tally),
    }
    parts = [*before["parts"], part]
    count = sum(part["count"] for part in parts)
    first = parts[0]["seed"]
    size = "" if asked.jobs == USUAL_JOBS_COUNT else f" --jobs {asked.jobs}"
    record = {
        "question": "Does any order of messages, crashes and clocks break a promise?",
        "command": f"python3 dev.py simulate {first} --count {count}{size}",
        "seed": first,
        "at": at,
        "revision": revision_now,
        "machine": {**machine(), "memory_gib": memory_gib()},
        "worlds_count": count,
        **_sums(before, tally),
        "times_as_fast_as_life": factor,
        "failed_seeds": before["failed_seeds"] + tally.failed_seeds,
        "parts": parts,
    }
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(strict(record)), indent=1) + b"\n")


def _path(jobs_count):
    size = "" if jobs_count == USUAL_JOBS_COUNT else f"-{jobs_count}"
    return RESULTS / f"worlds{size}.json"


def _before(path, seed):
    """Return the record that ends before this seed, or one of nothing."""
    if path.exists():
        record = msgspec.json.decode(path.read_bytes())
        if record["seed"] + record["worlds_count"] == seed:
            return record
    return {"parts": [], "failed_seeds": []}


def _happened(tally):
    return {name: getattr(tally, name) for name in ("jobs_count", "steps_count", "virtual_s")}


def _sums(before, tally):
    """Return what happened all in all, as far as it was counted: older parts did not count it."""
    return {name: before.get(name, 0) + value for name, value in _happened(tally).items()}


def _tell(run, *, is_traced):
    if is_traced or run.violations:
        _say(*run.lines)
    _say(f"seed {run.seed}: trace {run.hash}, {run.virtual_s:.0f} s, {run.steps_count} steps")
    _say(*(f"VIOLATED: {text}" for text in run.violations))


def _say(*lines):
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
