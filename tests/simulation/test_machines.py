"""After any sequence of commands the marketplace is as the oracle says; the record of many."""

import msgspec
import pytest
from hypothesis import settings

from tests.simulation import commands
from tests.simulation.marketplace import Marketplace

TestMarketplace = Marketplace.TestCase
TestMarketplace.settings = settings(stateful_step_count=60, deadline=None, derandomize=True)


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "RESULTS", tmp_path)
    return tmp_path


def test_the_same_seed_gives_the_same_commands():
    first, again, other = (commands.run_seed(seed, count=20) for seed in (3, 3, 4))
    assert first == again != other
    assert first.sequences_count >= 20
    assert first.commands_count > 10 * first.sequences_count
    assert first.failed_seeds == []


def test_a_rule_that_is_broken_is_told_with_its_seed(monkeypatch):
    def find_fault(self):
        assert not self.jobs

    monkeypatch.setattr(Marketplace, "work_of", find_fault)
    assert commands.run_seed(5, count=20).failed_seeds == [5]


def test_a_record_says_what_repeats_it(results):
    with pytest.raises(SystemExit) as ended:
        commands.main(["--count", "40", "--of-a-seed", "20", "--seed", "7", "--record"])
    assert ended.value.code == 0
    record = msgspec.json.decode((results / "commands-7.json").read_bytes())
    assert record["command"] == "python3 dev.py commands --count 40 --seed 7 --of-a-seed 20"
    assert record["sequences_count"] >= 40
    assert record["failed_seeds"] == []
