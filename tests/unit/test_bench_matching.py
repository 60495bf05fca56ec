"""The command lines of the races."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from service.commands import bench_matching
from service.commands.bench_matching import ROOT, SCENARIOS, matching, words_of


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_a_module_of_the_load_tests(name):
    assert (ROOT / "loadtests" / "matching" / f"{SCENARIOS[name].module}.py").is_file()


def test_a_quick_run_takes_one_seed_of_small_sizes():
    words = words_of(SCENARIOS["tick"], seeds_count=None, folder=None, is_quick=True)
    assert words[1:] == [
        "-m", "loadtests.matching.tick", "--sizes", "town", "scarce town", "--seeds", "1",
    ]  # fmt: skip


def test_figures_and_chart_go_into_the_folder(tmp_path):
    words = words_of(SCENARIOS["growth"], seeds_count=3, folder=tmp_path / "new", is_quick=False)
    assert words[-4:] == [
        "--json", str(tmp_path / "new" / "growth.json"),
        "--chart", str(tmp_path / "new" / "growth.svg"),
    ]  # fmt: skip
    assert "--seeds" not in words


def test_without_a_clone_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(bench_matching, "ROOT", Path("/nowhere"))
    result = CliRunner().invoke(matching)
    assert result.exit_code == 1
    assert "clone" in result.output


def test_a_race_against_nobody_is_skipped(monkeypatch):
    alone = SCENARIOS["peers"]._replace(needs=("no_such_solver",))
    monkeypatch.setitem(SCENARIOS, "peers", alone)
    result = CliRunner().invoke(matching, ["--only", "peers"])
    assert result.exit_code == 0
    assert "skipped" in result.output
