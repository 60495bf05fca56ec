"""The command line of the races."""

from pathlib import Path

from click.testing import CliRunner

from service.commands import bench_races
from service.commands.bench_races import races, words_of


def test_the_words_say_what_is_to_be_raced(tmp_path):
    words = words_of(count=9, seed=3, connections_count=24, json_path=tmp_path / "a.json")
    assert words[1:] == [
        "-m", "loadtests.races", "--count", "9", "--seed", "3", "--connections", "24",
        "--json", str(tmp_path / "a.json"),
    ]  # fmt: skip


def test_without_a_clone_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(bench_races, "ROOT", Path("/nowhere"))
    result = CliRunner().invoke(races, ["--count", "8"])
    assert result.exit_code == 1
    assert "clone" in result.output
