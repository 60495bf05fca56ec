"""`python3 dev.py commands`: many sequences of commands, each step compared with the oracle."""

import argparse
import gc
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec
from msgspec import Struct

from loadtests.live.record import memory_gib, revision
from loadtests.matching.recording import machine, strict
from service.clock import real_now
from tests.simulation.play import play
from tests.simulation.shortened import lines_of

RESULTS = Path(__file__).parent / "results"
PART_COUNT = 1_000  # of sequences that a process runs at a time
TOLD_COUNT_MAX = 1  # of the failed ones of a part: to make them short takes time


class Counted(Struct, kw_only=True):
    """What was run, a sequence being a marketplace from its beginning; and what came of it."""

    sequences_count: int = 0
    commands_count: int = 0
    failed_seeds: list[int] = []
    commands: Counter = msgspec.field(default_factory=Counter)  # by name, status before, outcome
    jobs: Counter = msgspec.field(default_factory=Counter)  # by status at the end
    offers: Counter = msgspec.field(default_factory=Counter)

    def add(self, other):
        self.sequences_count += other.sequences_count
        self.commands_count += other.commands_count
        self.failed_seeds += other.failed_seeds
        self.commands.update(other.commands)
        self.jobs.update(other.jobs)
        self.offers.update(other.offers)

    def add_played(self, played):
        self.sequences_count += 1
        self.commands_count += played.came.total()
        self.commands.update(played.came)
        self.jobs.update(job.status.value for job in played.market.jobs.values())
        self.offers.update(offer.status.value for offer in played.market.offers.values())


def main(words):
    """Run the sequences of the seed and those after it; exit with 1 if one was not as expected."""
    asked = _parser().parse_args(words)
    path, begun_with = RESULTS / f"commands-{asked.seed}.json", revision()
    if asked.record:
        _check_new(path, asked)
    total, end = Counted(), asked.seed + asked.count
    parts = [
        range(first, min(first + PART_COUNT, end)) for first in range(asked.seed, end, PART_COUNT)
    ]
    workers_count = min(asked.workers, len(parts))
    with ProcessPoolExecutor(max_workers=workers_count, initializer=_collect_rarely) as pool:
        for counted, lines in pool.map(run, parts):
            total.add(counted)
            _say(*lines, f"{total.sequences_count:,} sequences, {total.commands_count:,} commands")
    _say(*_lines_of(total), f"failed: {total.failed_seeds or 'none'}")
    if asked.record:
        _write(path, asked, total, begun_with)
    sys.exit(1 if total.failed_seeds else 0)


def _parser():
    parser = argparse.ArgumentParser(prog="dev.py commands", description=__doc__)
    parser.add_argument("--count", type=int, default=PART_COUNT, help="of sequences")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the next follow")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of processes")
    parser.add_argument("--record", action="store_true", help="keep what came out")
    return parser


def _collect_rarely():
    """Look for garbage seldom: hardly anything here is in a cycle."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def run(seeds):
    """Run the sequences of the seeds; return what was counted, and what to say of failed ones."""
    counted = Counted()
    for seed in seeds:
        try:
            counted.add_played(play(seed))
        except Exception:  # noqa: BLE001  # whatever it is: it is told when it is repeated
            counted.sequences_count += 1
            counted.failed_seeds.append(seed)
    told = counted.failed_seeds[:TOLD_COUNT_MAX]
    return counted, [line for seed in told for line in lines_of(seed)]


def outcomes(counted):
    """Return how often each command came to what, at which status of what it was about."""
    table = {}
    for (name, at, said), count in sorted(counted.commands.items()):
        table.setdefault(name, {})[f"{at}: {said}" if at else said] = count
    return table


def _lines_of(counted):
    tables = {**outcomes(counted), "jobs": counted.jobs, "offers": counted.offers}
    for name, counts in tables.items():
        told = ", ".join(f"{words} {count:,}" for words, count in sorted(counts.items()))
        yield f"  {name}: {told}"


def _check_new(path, asked):
    """Check that no sequence would be on record twice: a million may be run in parts."""
    asked_seeds = range(asked.seed, asked.seed + asked.count)
    for other in RESULTS.glob("commands-*.json"):
        record = msgspec.json.decode(other.read_bytes())
        first, end = record["seed"], record["seed"] + record["sequences_count"]
        if other != path and first < asked_seeds.stop and asked_seeds.start < end:
            sys.exit(f"{other.name} has sequences {first} to {end - 1}: begin with another seed")


def _write(path, asked, total, begun_with):
    record = {
        "question": "Is the domain after any sequence of commands as an oracle says?",
        "command": f"python3 dev.py commands --count {asked.count} --seed {asked.seed}",
        "seed": asked.seed,
        "at": real_now().isoformat(timespec="seconds"),
        "revision": begun_with,  # there may be another when an hour has passed
        "machine": {**machine(), "memory_gib": memory_gib()},
        "sequences_count": total.sequences_count,
        "commands_count": total.commands_count,
        "failed_seeds": total.failed_seeds,
        "outcomes": outcomes(total),
        "jobs": dict(sorted(total.jobs.items())),
        "offers": dict(sorted(total.offers.items())),
    }
    RESULTS.mkdir(exist_ok=True, parents=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(strict(record)), indent=1) + b"\n")


def _say(*lines):
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
