"""Each invariant of the fault runs is violated once: a check that cannot fail is worth nothing."""

from functools import partial
from uuid import UUID

import pytest
from msgspec.structs import replace

from loadtests.faults.checks import CHECKS, violations
from loadtests.faults.posted import PostedRow
from loadtests.faults.proof import Effect
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import ReasonCode
from tests.unit.loadtests.good_proof import (
    BODY,
    COURIER,
    JOB,
    KEPT,
    OFFER,
    OWNER,
    POSTED,
    SECRET,
    WATCHER,
    accepted,
    at,
    event,
    good_proof,
    heard,
    posted,
    told,
    webhook,
)


@pytest.fixture
def proof():
    return good_proof()


def with_rows(proof, **changes):
    return replace(proof, rows=replace(proof.rows, **changes))


def with_run(proof, **changes):
    return replace(proof, run=replace(proof.run, **changes))


def with_first(proof, name, **changes):
    """The proof with other values in the first of the rows of this name."""
    first, *others = getattr(proof.rows, name)
    return with_rows(proof, **{name: (replace(first, **changes), *others)})


def with_history(proof, *events):
    return replace(proof, history=[*proof.history, *events])


def without(proof, *events):
    return replace(proof, history=[one for one in proof.history if one not in events])


def late_offer(proof):
    return with_run(proof, offers=[replace(proof.run.offers[0], answered_at=at(30))])


def two_assignments(proof):
    first = proof.run.assignments[0]
    again = replace(first, started_at=at(2), courier_id=UUID(int=9))
    return with_run(proof, assignments=[first, again])


def older_offer(proof):
    first = proof.run.offers[0]
    return with_run(proof, offers=[first, replace(first, dispatch_epoch=1)])


def illegal_step(proof):
    facts = [replace(proof.run.job_facts[1], status=JobStatus.DELIVERED)]
    return with_run(proof, job_facts=[proof.run.job_facts[0], *facts, *proof.run.job_facts[2:]])


def overload(proof):
    return with_run(proof, loads=[replace(proof.run.loads[0], load_weight_g=2)])


def other_index(proof):
    return with_run(proof, index=replace(proof.run.index, jobs_due={JOB: 1}))


def with_job_as_posted(proof, **changes):
    return with_rows(proof, posted=(PostedRow(job=replace(POSTED, **changes)),))


def with_stop_as_posted(proof, **changes):
    first, *others = POSTED.stops
    return with_job_as_posted(proof, stops=(replace(first, **changes), *others))


def with_last_fact(proof, **changes):
    return with_first(proof, "last_facts", body=replace(KEPT, **changes))


def other_status(proof):
    """A fact that is not what it is called, though the path is one that may be."""
    first = proof.run.job_facts[0]
    return with_run(proof, job_facts=[first, replace(first, sequence=2, type="job.assigned")])


def stream_violation(proof):
    stream = replace(proof.witness.streams[0], violations=("6 came after 4",))
    return replace(proof, witness=replace(proof.witness, streams=(stream,)))


BREAKERS = {
    "I1 jobs kept": [
        lambda p: with_rows(p, posted=()),
        lambda p: with_history(p, *posted(9, body=BODY.replace("item", "items"))),
        *(
            partial(with_job_as_posted, **{name: value})
            for name, value in {
                "fee_cents": 501,
                "reference": "b",
                "item": replace(POSTED.item, weight_g=901),
                "vehicles": ("car",),
                "due_at": at(7_200),
                "stops": POSTED.stops[:1],
                "created_at": at(1),
            }.items()
        ),
        *(
            partial(with_stop_as_posted, **{name: value})
            for name, value in {
                "address": "Graben 2",
                "lat_deg": 48.3,
                "instructions": "ring twice",
                "contact": None,
            }.items()
        ),
    ],
    "I2 one courier a job": [
        two_assignments,
        lambda p: with_history(p, *accepted(9, UUID(int=77))),
    ],
    "I3 no late acceptance": [late_offer],
    "I4 facts without gap": [
        lambda p: with_run(p, job_facts=p.run.job_facts[1:]),
        *(
            partial(with_last_fact, **{name: value})
            for name, value in {
                "status": JobStatus.OPEN,
                "version": 9,
                "courier_id": UUID(int=9),
                "attempt": 2,
                "reason": ReasonCode.NO_SUPPLY,
                "stops": KEPT.stops[:1],
            }.items()
        ),
        lambda p: with_rows(p, last_facts=()),
        other_status,
    ],
    "I5 allowed paths": [illegal_step],
    "I6 ledger": [
        lambda p: with_rows(p, transfers=p.rows.transfers[:1]),
        lambda p: with_rows(p, transfers=(*p.rows.transfers, p.rows.transfers[1])),
        lambda p: with_first(p, "transfers", amount_cents=501),
        lambda p: with_rows(p, settled=()),
    ],
    "I7 idempotency": [
        lambda p: with_history(p, *posted(9, is_replayed=True, body=BODY.replace('"a"', '"b"'))),
        lambda p: with_rows(p, answers=()),
        lambda p: with_first(p, "answers", body=b"{}"),
        lambda p: with_history(p, *posted(9)),
        lambda p: with_rows(p, jobs=(*p.rows.jobs, p.rows.jobs[0])),
    ],
    "I8 webhooks": [
        lambda p: without(p, webhook(2)),
        lambda p: with_rows(p, deliveries=p.rows.deliveries[:1]),
        lambda p: replace(p, history=[webhook(2), *without(p, webhook(2)).history]),
        lambda p: with_history(p, webhook(2, key=b"other")),
        lambda p: with_rows(  # though the lane has them in that order
            replace(p, history=[webhook(2), *without(p, webhook(2)).history]),
            deliveries=[replace(row, seq=3 - row.seq) for row in p.rows.deliveries],
        ),
        lambda p: with_first(p, "deliveries", status="pending"),
    ],
    "I9 streams without gap": [
        stream_violation,
        lambda p: without(p, heard(1)),
        lambda p: with_history(p, heard(2)),
        lambda p: without(p, heard(2)),
        lambda p: with_first(p, "events", message=b"other"),
        lambda p: with_run(p, stream_ends={f"courier:{COURIER}": 5, OWNER: 2}),
        lambda p: with_run(p, stream_ends={f"courier:{COURIER}": 4, OWNER: 3}),
        lambda p: with_history(p, told(6)),
        lambda p: without(p, told(4)),
        lambda p: replace(p, history=[*without(p, told(4)).history, told(4, hand="")]),
        lambda p: with_first(p, "in_hand", status="arrived_at_dropoff"),
        lambda p: with_rows(p, in_hand=()),
    ],
    "I10 capacity": [overload],
    "I11 index equals Postgres": [other_index, lambda p: replace(p, is_quiet=False)],
    "I12 nobody forgotten": [
        lambda p: with_first(p, "jobs", open_for_s=60.0),
        lambda p: with_first(p, "jobs", open_for_s=60.0, considered_s_ago=30.0),
        lambda p: replace(p, recovery_s=None),
        lambda p: replace(p, recovery_s=12.0),
    ],
    "I13 epochs": [older_offer, lambda p: with_first(p, "ticks", dispatch_epoch=3)],
    "I14 nothing left over": [
        lambda p: with_first(p, "sessions", state="idle in transaction"),
        lambda p: with_first(p, "sessions", state="active"),
        lambda p: with_rows(p, sessions=p.rows.sessions * 101),
        lambda p: replace(p, files=[replace(p.files[0], after_count=400)]),
    ],
    "I15 no secrets in logs": [lambda p: replace(p, logs={"relay": f"... {SECRET} ..."})],
    "I16 bounded waits": [
        lambda p: with_history(p, posted(9)[0], event("fault", "driver", "kill_api", at_s=60.0)),
        lambda p: with_history(p, *posted(9, took_s=9.0, is_replayed=True)),
        lambda p: with_history(
            p, accepted(9, OFFER)[0], event("fault", "driver", "kill_api", at_s=60.0)
        ),
    ],
    "I17 no surprises": [lambda p: replace(p, effect=Effect(surprises=["500 to '['"]))],
}
CASES = [(name, breaker) for name, breakers in BREAKERS.items() for breaker in breakers]


def test_when_nothing_went_wrong_nothing_is_found(proof):
    assert violations(proof, count_max=10) == {}


def test_every_check_is_broken_here_at_least_once():
    assert set(BREAKERS) == set(CHECKS)


@pytest.mark.parametrize(("name", "breaker"), CASES)
def test_a_violation_is_found_by_its_check(name, breaker, proof):
    assert name in violations(breaker(proof), count_max=10)


def test_no_more_is_told_than_asked_for(proof):
    broken = with_rows(proof, last_facts=(), kept=proof.rows.kept * 5)
    assert len(violations(broken, count_max=2)["I4 facts without gap"]) == 2


def test_a_recovery_goes_on_where_the_watcher_was(proof):
    recovered = event("heard", WATCHER, "snapshot", seq=2, is_recovered=True, epoch="e")
    assert violations(with_history(proof, recovered), count_max=10) == {}
    behind = event("heard", WATCHER, "snapshot", seq=1, is_recovered=True, epoch="e")
    assert "I9 streams without gap" in violations(with_history(proof, behind), count_max=10)


def test_a_recovery_after_which_nothing_came_is_no_end_of_the_stream(proof):
    recovered = event("heard", "courier:0", "snapshot", seq=4, is_recovered=True, epoch="e")
    broken = with_history(without(proof, told(4)), recovered)
    assert "I9 streams without gap" in violations(broken, count_max=10)


def test_a_job_that_waited_only_while_the_market_was_paused_is_not_forgotten(proof):
    waiting = with_first(proof, "jobs", open_for_s=15.0)
    assert "I12 nobody forgotten" in violations(waiting, count_max=10)
    assert violations(replace(waiting, rested_s=12.0), count_max=10) == {}
