"""`python3 dev.py commands`: many sequences of commands, each step compared with the oracle."""

import argparse
import os
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from msgspec import Struct

from loadtests.live.record import memory_gib, revision
from loadtests.matching.recording import machine, strict
from service.clock import real_now
from tests.simulation.marketplace import Marketplace

RESULTS = Path(__file__).parent / "results"
STEPS_COUNT_MAX = 60  # of a sequence
OF_A_SEED = 1_000


class Counted(Struct, kw_only=True):
    """What was run; a sequence is a marketplace from its beginning."""

    sequences_count: int = 0
    commands_count: int = 0
    failed_seeds: list[int] = []

    def add(self, other):
        self.sequences_count += other.sequences_count
        self.commands_count += other.commands_count
        self.failed_seeds += other.failed_seeds


def main(words):
    """Run sequences of one seed after the other; exit with 1 if one was not as the oracle says."""
    asked = _parser().parse_args(words)
    total, seeds_count = Counted(), -(-asked.count // asked.of_a_seed)
    seeds = range(asked.seed, asked.seed + seeds_count)
    with ProcessPoolExecutor(max_workers=min(asked.workers, seeds_count)) as pool:
        for number, counted in zip(
            seeds, pool.map(partial(run_seed, count=asked.of_a_seed), seeds), strict=True
        ):
            total.add(counted)
            _say(f"seed {number}: {counted.commands_count:,} commands")
    _say(
        f"{total.sequences_count:,} sequences, {total.commands_count:,} commands;"
        f" failed: {total.failed_seeds or 'none'}"
    )
    if asked.record:
        _write(asked, total)
    sys.exit(1 if total.failed_seeds else 0)


def _parser():
    parser = argparse.ArgumentParser(prog="dev.py commands", description=__doc__)
    parser.add_argument("--count", type=int, default=OF_A_SEED, help="of sequences")
    parser.add_argument("--seed", type=int, default=1, help="the first; others follow")
    parser.add_argument("--of-a-seed", type=int, default=OF_A_SEED, help="sequences of each seed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of processes")
    parser.add_argument("--record", action="store_true", help="keep what came out")
    return parser


def run_seed(number, *, count):
    """Run as many sequences of one seed; what fails is printed in as few commands as will do."""
    counted = Counted()

    class Observed(Marketplace):
        def __init__(self):
            counted.sequences_count += 1
            counted.commands_count -= 1  # what always holds is looked at before the first as well
            super().__init__()

        @invariant()
        def it_is_one_command_further(self):
            counted.commands_count += 1

    asked = settings(
        max_examples=count,
        stateful_step_count=STEPS_COUNT_MAX,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(number)(Observed), settings=asked)
    except Exception:  # noqa: BLE001  # whatever it is, the others are run
        traceback.print_exc()
        counted.failed_seeds.append(number)
    return counted


def _write(asked, total):
    words = f"--count {asked.count} --seed {asked.seed}"
    words += "" if asked.of_a_seed == OF_A_SEED else f" --of-a-seed {asked.of_a_seed}"
    record = {
        "question": "Is the domain after any sequence of commands as an oracle says?",
        "command": f"python3 dev.py commands {words}",
        "seed": asked.seed,
        "at": real_now().isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": {**machine(), "memory_gib": memory_gib()},
        **msgspec.to_builtins(total),
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"commands-{asked.seed}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(strict(record)), indent=1) + b"\n")


def _say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
