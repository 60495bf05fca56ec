"""The commands that a seed draws: what they reach, what they find, and the record of many."""

from contextlib import contextmanager

import msgspec
import pytest

from loadtests.reliability.evidence import read_run
from service.domain import offer as offers_domain
from service.domain import work as works_domain
from service.domain.lifecycle import (
    COURIER_LIFECYCLE,
    JOB_LIFECYCLE,
    OFFER_LIFECYCLE,
    STOP_LIFECYCLE,
    CourierStatus,
    CourierStep,
    JobStatus,
    JobStep,
    OfferStatus,
)
from service.domain.load import Load
from tests.simulation import commands
from tests.simulation.choices import Seeded
from tests.simulation.marketplace import COURIERS
from tests.simulation.oracle import BEFORE_CUSTODY, ENDS
from tests.simulation.play import COMMANDS, STEPS_COUNT, Play, draw_deck, play
from tests.simulation.shortened import failure_of, repeated, shortened

NEVER_REFUSED = {
    *("post", "pass_time", "sweep", "acknowledge", "take_back"),
    *("begin_shift", "go_online", "go_offline", "proceed", "arrive", "fail_stop"),
}
NOT_HERE = {  # no command leads there
    *(JobStatus.SCHEDULED, JobStatus.EXPIRED, JobStatus.RETURNED),
    *(JobStatus.ENROUTE_TO_RETURN, JobStatus.ARRIVED_AT_RETURN),
}


@pytest.fixture(scope="module")
def hundreds():
    counted, lines = commands.run(range(1, 501))
    assert lines == []
    return counted


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "RESULTS", tmp_path / "tests" / "simulation" / "results")
    return tmp_path


def run(*words):
    with pytest.raises(SystemExit) as ended:
        commands.main([*words, "--workers", "1"])
    return ended.value.code


# ------------------------------------------------------------------ what is reached
def test_each_command_is_done_and_refused_where_it_can_be(hundreds):
    table = commands.outcomes(hundreds)
    assert table.keys() == COMMANDS.keys()
    for name, counts in table.items():
        said = {words.rpartition(": ")[2] for words in counts}
        assert "done" in said, name
        assert (said == {"done"}) == (name in NEVER_REFUSED), name
    refusals = {said for _, _, said in hundreds.commands} - {"done"}
    assert refusals == {
        *("capacity_exceeded", "invalid_state_transition", "not_cancelable", "not_found"),
        *("offer_expired", "offer_revoked", "offer_taken"),
    }


def test_jobs_and_offers_get_to_each_of_their_ends_and_are_left_wherever_they_can_be(hundreds):
    assert hundreds.jobs.keys() == {*JobStatus} - NOT_HERE
    assert min(hundreds.jobs[end] for end in ENDS) > 50
    assert hundreds.offers.keys() == {*OfferStatus}
    assert min(hundreds.offers.values()) > 10


def test_a_job_is_canceled_reassigned_and_retried_wherever_it_is(hundreds):
    def tried_at(name, said):
        return {at for command, at, came in hundreds.commands if (command, came) == (name, said)}

    assert tried_at("cancel", "done") == {"open", *BEFORE_CUSTODY}
    refused = tried_at("cancel", "not_cancelable") | tried_at("cancel", "invalid_state_transition")
    assert refused == {*JobStatus} - NOT_HERE - {"open", *BEFORE_CUSTODY}
    assert tried_at("reassign", "done") == BEFORE_CUSTODY
    assert tried_at("retry", "done") == {"undeliverable"}
    assert hundreds.commands["retry", "undeliverable", "done"] > 50


def test_some_sequences_are_of_few_commands_only():
    decks = [{*draw_deck(Seeded(seed))} for seed in range(100)]
    assert 30 < sum(deck == COMMANDS.keys() for deck in decks) < 70
    assert min(map(len, decks)) < 15
    assert all(any(name not in deck for deck in decks) for name in ("proceed", "cancel", "retry"))


def test_no_sequence_comes_to_where_nothing_is_possible():
    assert Play().can("pass_time")  # where nothing has happened yet
    assert all("pass_time" in draw_deck(Seeded(seed)) for seed in range(1_000))


def test_the_same_seed_gives_the_same_commands():
    first, again, other = (play(seed) for seed in (3, 3, 4))
    assert first.market.offers == again.market.offers
    assert first.came == again.came != other.came
    assert first.came.total() == STEPS_COUNT


def test_what_is_remembered_of_the_rows_is_what_they_say():
    for seed in range(100):
        market = play(seed).market
        assert market.open_offers == {id_: o for id_, o in market.offers.items() if o.is_open}
        works = [(market.work_of(id_), market.route_of(id_)) for id_ in COURIERS]
        market.forget()
        assert [(market.work_of(id_), market.route_of(id_)) for id_ in COURIERS] == works


# ------------------------------------------------------------------ what is found
BROKEN = {
    "everything fits": (Load, "fits", lambda *_: True),
    "nobody is relieved": (works_domain, "_relieved", lambda work, _: work),
    "a pickup is tried twice only": (works_domain, "PICKUP_ATTEMPTS_COUNT_MAX", 2),
    "any offer can be accepted": (offers_domain, "_check_answerable", lambda *_: None),
    "an offer is anybody's": (offers_domain, "_check_addressee", lambda *_: None),
    "who sets out stays": (works_domain, "_departed", lambda work, *_: work),
    "a parcel aboard is not aboard": (works_domain, "peak_load", lambda _: Load(0, 0, 0)),
}


@pytest.mark.parametrize(("where", "name", "broken"), BROKEN.values(), ids=BROKEN)
def test_a_rule_that_is_broken_is_found_and_told_in_few_commands(monkeypatch, where, name, broken):
    monkeypatch.setattr(where, name, broken)
    found = next(filter(None, map(failure_of, range(1, 1_001))))
    few = shortened(found)
    assert few.is_like(found)
    assert len(few.commands) <= min(15, len(found.commands))
    assert repeated(few.commands).commands == few.commands
    for place in range(len(few.commands)):
        fewer = few.commands[:place] + few.commands[place + 1 :]
        assert not few.is_like(repeated(fewer)), "one could be left out"


TABLES = (JOB_LIFECYCLE, STOP_LIFECYCLE, COURIER_LIFECYCLE, OFFER_LIFECYCLE)
NOT_TAKEN = {  # no command leads there
    *((status, step) for status, step in JOB_LIFECYCLE if status in NOT_HERE),
    (JobStatus.OPEN, JobStep.EXPIRE),
    (JobStatus.PICKED_UP, JobStep.FAIL_ATTEMPT),  # who is next on the route is on the way
    (JobStatus.UNDELIVERABLE, JobStep.START_RETURN),
    (CourierStatus.PAUSED, CourierStep.TAKE_JOB),  # a pause takes offers back
}
STEPS = [(table, row) for table in TABLES for row in table if row not in NOT_TAKEN]


@contextmanager
def without(table, row):
    rows = dict(table)
    del table[row]
    try:
        yield
    finally:  # in the order of before, which diagrams are drawn in
        table.clear()
        table.update(rows)


@pytest.mark.parametrize(("table", "row"), STEPS, ids=[" ".join(row) for _, row in STEPS])
def test_each_step_of_a_lifecycle_is_missed_when_it_is_gone(table, row):
    with without(table, row):
        assert any(map(failure_of, range(1, 501)))


def test_what_fails_is_told_with_all_that_repeats_it(root, monkeypatch, capsys):
    monkeypatch.setattr(works_domain, "PICKUP_ATTEMPTS_COUNT_MAX", 1)
    assert run("--count", "30", "--seed", "100", "--record") == 1
    (path,) = commands.RESULTS.glob("*")
    failed = msgspec.json.decode(path.read_bytes())["failed_seeds"]
    assert f"failed: {failed}" in capsys.readouterr().out
    assert run("--count", "1", "--seed", str(failed[0])) == 1
    told = capsys.readouterr().out
    assert f"again: python3 dev.py commands --count 1 --seed {failed[0]}\n" in told
    assert f"failed: [{failed[0]}]" in told
    short = told.partition("fails alike after ")[2].partition("Traceback")[0].splitlines()[1:]
    assert 3 < len(short) < 10
    assert "fail_" in short[-1]
    monkeypatch.undo()
    assert run("--count", "1", "--seed", str(failed[0])) == 0


# ------------------------------------------------------------------ the record of many
def test_a_record_says_what_repeats_it_and_what_was_reached(root):
    assert run("--count", "40", "--seed", "7", "--record") == 0
    record = msgspec.json.decode((commands.RESULTS / "commands-7.json").read_bytes())
    assert record["command"] == "python3 dev.py commands --count 40 --seed 7"
    assert record["sequences_count"] == 40
    assert record["commands_count"] == 40 * STEPS_COUNT
    assert record["failed_seeds"] == []
    assert sum(n for counts in record["outcomes"].values() for n in counts.values()) == 2_400
    assert sum(record["jobs"].values()) == sum(record["outcomes"]["post"].values())


def test_many_may_be_on_record_in_parts_of_several_revisions(root, monkeypatch):
    for seed, revision in ((1, "a"), (21, "b")):
        monkeypatch.setattr(commands, "revision", lambda revision=revision: revision)
        assert run("--count", "20", "--seed", str(seed), "--record") == 0
    on_record = read_run("commands", root)
    assert (on_record.reached, on_record.broken) == (40, 0)
    assert on_record.besides == {"commands": 40 * STEPS_COUNT}
    assert on_record.revisions == ("a", "b")


def test_no_sequence_is_on_record_twice_but_a_part_may_be_run_again(root):
    for _ in range(2):
        assert run("--count", "20", "--seed", "7", "--record") == 0
    assert "commands-7.json has" in run("--count", "9", "--seed", "26", "--record")
    assert "commands-7.json has" in run("--count", "3", "--seed", "5", "--record")
    assert run("--count", "2", "--seed", "5", "--record") == 0
    assert run("--count", "2", "--seed", "27", "--record") == 0
