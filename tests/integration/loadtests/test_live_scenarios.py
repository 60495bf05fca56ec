"""Each load test of the live path at its least size: it runs to the end, and nothing breaks."""

import asyncio
from pathlib import Path

import pytest

from loadtests.live.looking import chromium
from loadtests.live.outcome import Outcome
from loadtests.live.record import record_of, write
from loadtests.live.scenarios import SCENARIOS
from loadtests.live.setting import Setting

SEED = 5


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_scenario_runs_and_keeps_its_invariants(name: str, tmp_path: Path) -> None:
    if name == "console" and chromium() is None:
        pytest.skip("no Chromium on this machine")
    scenario = SCENARIOS[name]
    async with asyncio.timeout(scenario.s_max):
        outcome = await scenario.run(scenario.least, Setting(seed=SEED))
    assert isinstance(outcome, Outcome)
    assert outcome.broken == ()
    assert outcome.panels
    record = record_of(name, scenario.question, outcome, seed=SEED, words=[name])
    assert write(record, tmp_path).stat().st_size > 0
