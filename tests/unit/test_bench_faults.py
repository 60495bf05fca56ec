"""The command line of the fault runs."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from service.commands import bench_faults
from service.commands.bench_faults import faults


@pytest.fixture
def asked(monkeypatch):
    """The command lines that were run, instead of running them."""
    lines = []

    def run(words, **_):
        lines.append(words)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(bench_faults.subprocess, "run", run)
    return lines


def test_a_run_is_asked_for_with_its_count_kind_and_seed(asked):
    result = CliRunner().invoke(faults, ["--count", "5", "--kind", "kill_api", "--seed", "3"])
    assert result.exit_code == 0
    words = ["-m", "loadtests.faults", "--count", "5", "--seed", "3", "--kind", "kill_api"]
    assert asked == [[sys.executable, *words]]


def test_a_record_of_record_has_its_place(asked):
    CliRunner().invoke(faults, ["--record"])
    folder = bench_faults.ROOT / "loadtests" / "faults" / "results"
    assert asked[0][-2:] == ["--folder", str(folder)]


def test_one_trial_is_no_record(asked):
    result = CliRunner().invoke(faults, ["--only", "7", "--record"])
    assert result.exit_code == 1
    assert asked == []


def test_what_is_broken_ends_with_a_failure(monkeypatch):
    monkeypatch.setattr(
        bench_faults.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1)
    )
    assert CliRunner().invoke(faults, []).exit_code == 1


def test_without_a_clone_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(bench_faults, "ROOT", Path("/nowhere"))
    result = CliRunner().invoke(faults, [])
    assert result.exit_code == 1
    assert "clone" in result.output
