"""Each load test of the live path at its least size: it runs to the end, and nothing breaks."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from loadtests.live.outcome import Outcome
from loadtests.live.record import record_of, write
from loadtests.live.scenarios import SCENARIOS
from loadtests.live.setting import Setting
from tests.browser.conftest import chromium_of

SEED = 5


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_scenario_runs_and_keeps_its_invariants(name: str, tmp_path: Path) -> None:
    if name == "console":
        async with async_playwright() as playwright:
            chromium_of(playwright)  # which skips where there is none
    scenario = SCENARIOS[name]
    async with asyncio.timeout(scenario.s_max):
        outcome = await scenario.run(scenario.least, Setting(seed=SEED))
    assert isinstance(outcome, Outcome)
    assert outcome.broken == ()
    assert outcome.panels
    record = record_of(name, scenario.question, outcome, seed=SEED, words=[name])
    assert write(record, tmp_path).stat().st_size > 0
