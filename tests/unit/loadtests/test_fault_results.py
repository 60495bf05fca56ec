"""The record of a fault run: what held, what did not, how to repeat it, how fast it healed."""

import msgspec
import pytest

from loadtests.faults.inject import FAULTS
from loadtests.faults.inject.network import evidence
from loadtests.faults.kinds import KINDS
from loadtests.faults.plan import draw_trials
from loadtests.faults.results import counts, line_of, lines_of, name_of, record_of, write
from loadtests.faults.results import violations as broken_of
from loadtests.faults.trial import Result
from loadtests.faults.weather import FAIR, Tally, Weather

TRIALS = draw_trials(seed=5, count=3, kind="kill_relay")
HELD = Result(
    trial=TRIALS[0],
    family=3,
    verdict="held",
    effect={"processes killed": 1},
    recovery_s=2.5,
    operations_count={"ok": 10, "unknown": 2},
)
BROKEN = Result(
    trial=TRIALS[1],
    family=3,
    verdict="broken",
    recovery_s=9.0,
    operations_count={"ok": 5},
    violations={"I1 jobs kept": ["job 1 is not there"]},
)
VOID = Result(trial=TRIALS[2], family=3, verdict="void", recovery_s=0.1, reason="not seen")
RESULTS = [HELD, BROKEN, VOID]


def test_what_is_void_is_counted_apart():
    found = counts(RESULTS)
    assert found["verdicts"] == {"held": 1, "broken": 1, "void": 1}
    assert found["operations"] == {"ok": 15, "unknown": 2}
    assert (found["families"], found["kinds"]) == (1, 1)


def test_the_record_says_how_fast_it_healed_and_what_repeats_what_broke(tmp_path):
    record = record_of("short", RESULTS, words=["--count", "3"], seed=5)
    read = msgspec.json.decode(write(record, tmp_path).read_bytes())
    assert read["recovery_s"] == {"kill_relay": {"count": 2, "p50": 9.0, "most": 9.0}}
    (broken,) = read["violations"]
    assert (broken["trial"], broken["seed"]) == (2, TRIALS[1].seed)
    assert read["command"].endswith("hexhaul bench faults --count 3")
    assert read["panels"][0]["bars"] == {"F3": 9.0}
    assert len(read["trials"]) == 3


def test_a_line_says_what_was_seen_and_what_was_broken():
    assert "held" in line_of(HELD)
    assert "1 processes killed" in line_of(HELD)
    assert "I1 jobs kept: job 1 is not there" in line_of(BROKEN)
    assert "not seen" in line_of(VOID)
    assert any("kill_relay" in line for line in lines_of(RESULTS))
    assert broken_of([HELD, VOID]) == []


def test_a_record_is_named_after_its_size_or_its_kind():
    assert name_of(TRIALS, kind="kill_relay") == "kill_relay"
    assert name_of(TRIALS, kind=None) == "short"
    assert name_of(TRIALS * 200, kind=None) == "release"


def test_every_kind_has_a_fault_and_every_fault_a_kind():
    assert set(FAULTS) == set(KINDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.weather is not None])
def test_bad_weather_that_touched_nothing_is_no_evidence(kind):
    assert evidence(kind.weather, Tally())[1] == 0


@pytest.mark.parametrize(
    ("weather", "tally"),
    [
        (Weather(is_cut=True), Tally(cut_count=3)),
        (Weather(loses_up=True), Tally(lost_bytes=3)),
        (Weather(is_held=True), Tally(held_count=3)),
        (Weather(commits="lost"), Tally(commits_count=3)),
        (Weather(delay_s=0.1), Tally(delayed_count=3)),
    ],
)
def test_what_the_weather_did_is_its_evidence(weather, tally):
    assert evidence(weather, tally)[1] == 3


def test_tallies_add_up():
    before, after = Tally(cut_count=1, lost_bytes=2), Tally(cut_count=4, lost_bytes=2)
    assert after.minus(before) == Tally(cut_count=3)
    assert before.plus(after) == Tally(cut_count=5, lost_bytes=4)
    assert Weather() == FAIR
