"""Trials of the fault runs, in real processes: what is done is seen, and every promise is kept."""

import asyncio

from msgspec.structs import replace

from loadtests.faults.plan import draw_trials
from loadtests.faults.run import Setting, run_trials

RUN_S_MAX = 240.0
KINDS = ("kill_dispatch", "lose_answers_to_commits", "flush_valkey")


async def test_a_kill_a_lost_answer_and_a_flush_break_no_promise():
    told = []
    drawn = [draw_trials(seed=3, count=1, kind=kind)[0] for kind in KINDS]
    trials = [replace(trial, number=number) for number, trial in enumerate(drawn, start=1)]
    async with asyncio.timeout(RUN_S_MAX):
        results = await run_trials(trials, Setting(tell=told.append))
    assert [result.violations for result in results] == [{}] * len(KINDS)
    assert [result.verdict for result in results] == ["held"] * len(KINDS)
    assert all(result.recovery_s is not None for result in results)
    assert told == results
