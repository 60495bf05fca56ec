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

from loadtests.live.record import memory_gib, revision
from loadtests.matching.recording import machine, strict
from service.clock import real_now

PATH = Path(__file__).parent / "results" / "worlds.json"


def main(words):
    """Run worlds, tell their hashes, and exit with 1 if anything was violated in one of them."""
    asked = _parser().parse_args(words)
    from tests.simulation.world import simulate  # so that `--help` is fast

    began_s, virtual_s, failed = time.monotonic(), 0.0, []
    seeds = range(asked.seed, asked.seed + asked.count)
    workers_count = min(asked.workers, asked.count)
    with ProcessPoolExecutor(max_workers=workers_count, initializer=_collect_rarely) as pool:
        for run in pool.map(partial(simulate, is_calm=asked.calm), seeds):
            virtual_s += run.virtual_s
            _tell(run, is_traced=asked.trace)
            failed += [run.seed] * bool(run.violations)
    factor = virtual_s / (time.monotonic() - began_s)
    _say(f"{asked.count} worlds, {factor:.0f} times as fast as life; failed: {failed or 'none'}")
    if asked.record:
        write(asked, virtual_s=virtual_s, factor=factor, failed=failed)
    sys.exit(1 if failed else 0)


def _parser():
    parser = argparse.ArgumentParser(prog="dev.py simulate", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--count", type=int, default=1, help="of worlds: this seed and the next")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of processes")
    parser.add_argument("--calm", action="store_true", help="nothing goes wrong")
    parser.add_argument("--record", action="store_true", help="keep what came out")
    parser.add_argument("--trace", action="store_true", help="print the end of each trace")
    return parser


def _collect_rarely():
    """Look for garbage once in a world or so: to look at all that lives costs a fifth of it."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def write(asked, *, virtual_s, factor, failed):
    """Write the record of a run: what repeats it, and what came out.

    A run that begins at the seed behind those on record goes on with it: many worlds take hours,
    and `parts` says which were run when, and of which revision.
    """
    parts, failed_before, virtual_before_s = _before(asked.seed)
    at, revision_now = real_now().isoformat(timespec="seconds"), revision()
    parts.append({"seed": asked.seed, "count": asked.count, "revision": revision_now, "at": at})
    count = sum(part["count"] for part in parts)
    first = parts[0]["seed"]
    record = {
        "question": "Does any order of messages, crashes and clocks break a promise?",
        "command": f"python3 dev.py simulate {first} --count {count}",
        "seed": first,
        "at": at,
        "revision": revision_now,
        "machine": {**machine(), "memory_gib": memory_gib()},
        "worlds_count": count,
        "virtual_s": virtual_before_s + virtual_s,
        "times_as_fast_as_life": factor,
        "failed_seeds": failed_before + failed,
        "parts": parts,
    }
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_bytes(msgspec.json.format(msgspec.json.encode(strict(record)), indent=1) + b"\n")


def _before(seed):
    """Return the parts, the failed seeds and the virtual time of the record that ends at a seed."""
    if PATH.exists():
        record = msgspec.json.decode(PATH.read_bytes())
        if record["seed"] + record["worlds_count"] == seed:
            return record["parts"], record["failed_seeds"], record["virtual_s"]
    return [], [], 0.0


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
