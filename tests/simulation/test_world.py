"""Worlds from seeds: nothing is violated, a seed is one run, and what is broken is found."""

import functools
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation import clocks
from tests.simulation.sabotage import SABOTAGES
from tests.simulation.world import simulate

ROOT = Path(__file__).parents[2]
SEEDS = range(1, 21)
SEEDS_COUNT_MAX = 12  # until a sabotage is found


EVENTS = (  # that some run must have had, or else nothing was tried
    *("accepted", "declined", "expired", "revoked", "unreachable"),
    *("fault_kill", "fault_freeze", "fault_lose_database", "fault_lose_live", "fault_jump"),
    *("fault_cut", "fault_silence", "fault_forget", "bus_lost", "bus_repeated"),
    *("fault_sleep", "clocks_wrong_after_sleep"),
    *(
        "commits_unknown",
        "commits_lost",
        "lock_waits",
        "transaction_retries",
        "takeovers",
        "given_up",
    ),
)


@functools.cache
def world(seed):
    return simulate(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_that_goes_wrong_violates_a_promise(seed):
    run = world(seed)
    assert run.violations == (), "\n".join(run.lines[-60:])


def test_enough_went_wrong():
    counts = Counter()
    for seed in SEEDS:
        counts.update(world(seed).counts)
    assert not [event for event in EVENTS if counts[event] == 0]


def test_a_wake_up_that_rounding_puts_a_hair_ahead_comes():
    run = simulate(877)
    assert run.violations == (), "\n".join(run.lines[-60:])


def test_a_world_that_does_not_end_is_one_that_failed(monkeypatch):
    monkeypatch.setattr("tests.simulation.loop.STEPS_COUNT_MAX", 20_000)
    assert simulate(3).violations == ("stalled: the run does not come to an end",)


def test_a_calm_world_delivers():
    run = simulate(7, is_calm=True)
    assert run.violations == ()
    assert run.counts["accepted"] > 5


def test_the_same_seed_is_the_same_run():
    assert simulate(3) == world(3)


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_wall_clock_that_jumps_by_an_hour_changes_nothing(seed):
    assert simulate(seed, sabotage=clocks.steady).hash == world(seed).hash


def test_another_seed_is_another_run():
    assert world(3).hash != world(4).hash


def test_a_seed_is_the_same_run_in_another_process():
    """Also where strings have other hashes, and objects other addresses."""
    told = {
        subprocess.run(
            [sys.executable, "-m", "tests.simulation.run", "5"],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout.splitlines()[0]
        for hash_seed in ("1", "2")
    }
    assert len(told) == 1


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.__name__)
def test_a_guard_that_is_taken_away_is_missed(sabotage):
    found = (simulate(seed, sabotage=sabotage).violations for seed in range(SEEDS_COUNT_MAX))
    assert any(found)
