"""The record of many worlds goes on where it ended."""

import argparse

import msgspec

from tests.simulation import run


def record_of(path, monkeypatch, *runs):
    """Return what is on record after runs of (seed, count, failed seeds)."""
    monkeypatch.setattr(run, "PATH", path)
    for seed, count, failed in runs:
        asked = argparse.Namespace(seed=seed, count=count)
        run.write(asked, virtual_s=10.0 * count, factor=50.0, failed=failed)
    return msgspec.json.decode(path.read_bytes())


def test_a_run_of_the_next_seeds_is_added_and_what_failed_stays(tmp_path, monkeypatch):
    record = record_of(tmp_path / "worlds.json", monkeypatch, (1, 20, [7]), (21, 5, []))
    assert (record["worlds_count"], record["failed_seeds"]) == (25, [7])
    assert record["virtual_s"] == 250.0
    assert record["command"] == "python3 dev.py simulate 1 --count 25"
    assert [(part["seed"], part["count"]) for part in record["parts"]] == [(1, 20), (21, 5)]


def test_a_run_of_other_seeds_begins_anew(tmp_path, monkeypatch):
    record = record_of(tmp_path / "worlds.json", monkeypatch, (1, 20, [7]), (1, 30, []))
    assert (record["worlds_count"], record["failed_seeds"]) == (30, [])
