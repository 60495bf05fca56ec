"""The command lines of the load tests on the live path."""

from pathlib import Path

from click.testing import CliRunner

from loadtests.live.scenarios import SCENARIOS
from service.commands import bench_live
from service.commands.bench_live import live, words_of


def test_the_command_offers_what_there_is():
    assert set(bench_live.SCENARIOS) == set(SCENARIOS)


def test_a_quick_run_with_a_profile_says_so(tmp_path):
    words = words_of(["idle_sockets"], folder=tmp_path, flags=("--quick", "--profile"), seed=3)
    assert words[1:] == [
        "-m", "loadtests.live", "idle_sockets", "--quick", "--profile", "--seed", "3",
        "--folder", str(tmp_path),
    ]  # fmt: skip


def test_a_quick_run_is_no_record():
    result = CliRunner().invoke(live, ["idle_sockets", "--quick", "--record"])
    assert result.exit_code == 1
    assert "whole size" in result.output


def test_without_a_clone_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(bench_live, "ROOT", Path("/nowhere"))
    result = CliRunner().invoke(live, ["all"])
    assert result.exit_code == 1
    assert "clone" in result.output
