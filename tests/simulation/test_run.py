"""The record of many worlds goes on where it ended."""

import argparse

import msgspec
import pytest

from tests.simulation import run
from tests.simulation.world import USUAL, USUAL_JOBS_COUNT, size_for


@pytest.fixture(autouse=True)
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    return tmp_path


def write(seed, count, failed, *, jobs=USUAL_JOBS_COUNT):
    """Write the record of a run; each world has 30 steps, 10 s and as many jobs as asked for."""
    asked = argparse.Namespace(seed=seed, count=count, jobs=jobs)
    tally = run.Tally(
        failed_seeds=failed,
        jobs_count=jobs * count,
        steps_count=30 * count,
        virtual_s=10.0 * count,
    )
    run.write(asked, tally, factor=50.0)


def read(path):
    return msgspec.json.decode(path.read_bytes())


def test_a_run_of_the_next_seeds_is_added_and_what_failed_stays(results):
    write(1, 20, [7])
    write(21, 5, [])
    record = read(results / "worlds.json")
    assert (record["worlds_count"], record["failed_seeds"]) == (25, [7])
    assert (record["jobs_count"], record["steps_count"]) == (400, 750)
    assert record["virtual_s"] == 250.0
    assert record["command"] == "python3 dev.py simulate 1 --count 25"
    parts = [(part["seed"], part["count"], part["jobs_count"]) for part in record["parts"]]
    assert parts == [(1, 20, 320), (21, 5, 80)]


def test_a_run_of_other_seeds_begins_anew(results):
    write(1, 20, [7])
    write(1, 30, [])
    record = read(results / "worlds.json")
    assert (record["worlds_count"], record["failed_seeds"]) == (30, [])


def test_a_record_that_did_not_count_jobs_goes_on_and_counts_those_of_new_parts(results):
    write(1, 20, [])
    path = results / "worlds.json"
    old = {name: value for name, value in read(path).items() if name[:5] not in ("jobs_", "steps")}
    path.write_bytes(msgspec.json.encode(old))
    write(21, 5, [])
    record = read(path)
    assert (record["worlds_count"], record["jobs_count"]) == (25, 80)
    assert record["virtual_s"] == 250.0


def test_worlds_of_another_size_have_a_record_of_their_own(results):
    write(1, 20, [])
    write(21, 5, [], jobs=100)
    assert read(results / "worlds.json")["worlds_count"] == 20
    record = read(results / "worlds-100.json")
    assert record["command"] == "python3 dev.py simulate 21 --count 5 --jobs 100"


def test_a_larger_world_has_more_people_in_proportion():
    assert run.USUAL_JOBS_COUNT == USUAL_JOBS_COUNT
    assert size_for(USUAL_JOBS_COUNT) == USUAL
    larger = size_for(100)
    assert larger.merchants_count * larger.jobs_count >= 100
    assert larger.couriers_count == 32
