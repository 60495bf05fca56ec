"""RELIABILITY.md says what the records say."""

from pathlib import Path

import msgspec

from loadtests.reliability.__main__ import PATH, made
from loadtests.reliability.evidence import KINDS, ROOT, read_promises, read_run, read_sabotages
from loadtests.reliability.page import reached


def test_the_page_is_what_the_records_say():
    assert PATH.read_text("utf-8") == made(), "run `python3 dev.py reliability`"


def test_every_promise_names_proofs_that_are_there():
    promises = read_promises()
    assert [promise.id for promise in promises] == [f"P{number}" for number in range(1, 19)]
    for promise in promises:
        assert promise.proofs
        assert set(promise.runs) <= set(KINDS)
        for path in promise.proofs:
            assert (ROOT / path).is_file(), path


def test_a_run_may_be_on_record_in_parts_each_of_a_seed_that_counts_once(tmp_path):
    folder = tmp_path / "loadtests" / "races" / "results"
    folder.mkdir(parents=True)
    for file_number, seed in ((1, 1), (2, 2), (10, 10), (11, 2)):
        part = {
            "command": f"races --seed {seed}",
            "revision": "a" if seed < 10 else "b",
            "at": f"2026-01-{seed:02}",
            "attempts_count": 100,
            "broken_count": int(seed == 2),
        }
        (folder / f"races-{file_number}.json").write_bytes(msgspec.json.encode(part))
    run = read_run("races", tmp_path)
    assert (run.reached, run.broken) == (300, 1)
    assert run.commands == tuple(f"races --seed {seed}" for seed in (1, 2, 10))
    assert (run.revisions, run.at) == (("a", "b"), "2026-01-10")


def test_what_else_a_run_has_counted_is_told_and_an_older_record_without_it_is_read(tmp_path):
    folder = tmp_path / "tests" / "simulation" / "results"
    folder.mkdir(parents=True)
    older = {
        "command": "simulate",
        "revision": "a",
        "at": "2026-01-01",
        "worlds_count": 2,
        "virtual_s": 9.0,
        "failed_seeds": [],
    }
    newer = {**older, "command": "simulate --jobs 5000", "jobs_count": 10_000, "steps_count": 7}
    (folder / "worlds.json").write_bytes(msgspec.json.encode(older))
    assert reached(read_run("worlds", tmp_path)) == "2 simulated worlds"
    (folder / "worlds-5000.json").write_bytes(msgspec.json.encode(newer))
    expected = "4 simulated worlds, 10,000 jobs, 7 steps, 9 simulated seconds"
    assert reached(read_run("worlds", tmp_path)) == expected


def test_no_guard_was_taken_away_unnoticed():
    sabotages = read_sabotages()
    assert len(sabotages) >= 30
    assert [one.name for one in sabotages if not one.by] == []
    for one in sabotages:
        assert Path(ROOT / one.path).is_file(), one.path
