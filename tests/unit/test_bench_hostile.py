"""The command line of the hostile runs."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from service.commands import bench_hostile
from service.commands.bench_hostile import hostile


@pytest.fixture
def run(monkeypatch):
    """Run the command with a program that ends like this; return the result and what was asked."""

    def run_it(*words, status=0):
        asked = []

        def note(line, **_):
            asked.append(line)
            return SimpleNamespace(returncode=status)

        monkeypatch.setattr(bench_hostile.subprocess, "run", note)
        return CliRunner().invoke(hostile, words), asked

    return run_it


def test_a_run_is_asked_for_with_its_count_seed_and_folder(run, tmp_path):
    result, asked = run("--count", "500", "--seed", "3", "--folder", str(tmp_path))
    assert result.exit_code == 0
    words = ["-m", "loadtests.hostile", "--count", "500", "--seed", "3", "--folder", str(tmp_path)]
    assert asked == [[sys.executable, *words]]


def test_what_is_broken_ends_with_a_failure(run):
    result, _ = run(status=1)
    assert result.exit_code == 1


def test_without_a_clone_it_says_what_is_missing(run, monkeypatch):
    monkeypatch.setattr(bench_hostile, "ROOT", Path("/nowhere"))
    result, asked = run()
    assert (result.exit_code, asked) == (1, [])
    assert "clone" in result.output
