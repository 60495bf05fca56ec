"""Each invariant of the fault runs is violated once: a check that cannot fail is worth nothing."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zlib import crc32

import msgspec
import pytest
from msgspec.structs import replace

from loadtests.faults.checks import CHECKS, violations
from loadtests.faults.history import Event
from loadtests.faults.plan import draw_trials
from loadtests.faults.proof import Effect, OpenFiles, Proof, Receiver, Watched
from loadtests.faults.rows import (
    DeliveryRow,
    JobRow,
    LastFact,
    Rows,
    Session,
    SettledJob,
    StoredAnswer,
    StreamRow,
    TellableFact,
    TickEpoch,
    TransferRow,
)
from service.domain.facts import FactType
from service.domain.lifecycle import JobStatus, OfferStatus
from service.simulation.run.evidence import Evidence, IndexView
from service.simulation.run.witness import StreamSeen, Witness
from service.store.audit import AssignmentRecord, CourierLoad, JobFact, JobRecord, OfferRecord

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
JOB, MERCHANT, COURIER, OFFER, ENDPOINT = (UUID(int=number) for number in range(1, 6))
MARKET = "market:lab"
OWNER, WATCHER, SINK = MARKET, f"{MARKET}#1", "sink:0"
SEED = b"s" * 32
SECRET = "whsec_" + base64.b64encode(SEED).decode()
KEY = "hxl_test_secret"
BODY = msgspec.json.encode(
    {"id": str(JOB), "reference": "a", "fee_cents": 500, "item": {"weight_g": 900}}
).decode()
(TRIAL,) = draw_trials(seed=1, count=1, kind="kill_api")
_PATH = [
    (FactType.JOB_CREATED, JobStatus.OPEN),
    (FactType.JOB_ASSIGNED, JobStatus.ASSIGNED),
    (FactType.JOB_ENROUTE_TO_PICKUP, JobStatus.ENROUTE_TO_PICKUP),
    (FactType.JOB_ARRIVED_AT_PICKUP, JobStatus.ARRIVED_AT_PICKUP),
    (FactType.JOB_PICKED_UP, JobStatus.PICKED_UP),
    (FactType.JOB_ENROUTE_TO_DROPOFF, JobStatus.ENROUTE_TO_DROPOFF),
    (FactType.JOB_ARRIVED_AT_DROPOFF, JobStatus.ARRIVED_AT_DROPOFF),
    (FactType.JOB_DELIVERED, JobStatus.DELIVERED),
]


def at(seconds):
    return AT + timedelta(seconds=seconds)


def event(kind, who, what, operation=0, at_s=0.0, **words):
    return Event(
        at_s=at_s,
        kind=kind,
        trial=TRIAL.number,
        who=who,
        what=what,
        operation=operation,
        words=words,
    )


def posted(operation, *, took_s=0.1, is_replayed=False, body=BODY, status=201):
    """A post and its answer, as two lines of the history."""
    asked = {"key": "k", "path": "/v1/jobs"}
    answered = {"status": status, "body": body, "is_replayed": is_replayed}
    return [
        event("invoke", "merchant:0", "POST /v1/jobs", operation, **asked),
        event("ok", "merchant:0", "POST /v1/jobs", operation, at_s=took_s, **answered),
    ]


def accepted(operation, offer_id):
    return [
        event("invoke", "courier:0", "accept_offer", operation, ref=str(offer_id)),
        event("ok", "courier:0", "accept_offer", operation),
    ]


def webhook(number, *, key=SEED):
    """A call of the endpoint, signed."""
    name, body = f"evt_{number:012d}", f'{{"id":"evt_{number:012d}"}}'
    due = hmac.digest(key, f"{name}.7.{body}".encode(), hashlib.sha256)
    signature = f"v1,{base64.b64encode(due).decode()}"
    words = {"id": name, "timestamp": "7", "signature": signature, "body": body}
    return event("heard", SINK, "webhook", **words)


def heard(seq, *, message=b"m"):
    return event("heard", WATCHER, "event", seq=seq, crc32=crc32(message))


SNAPSHOT = event("heard", WATCHER, "snapshot", seq=0, is_recovered=False, epoch="e")
HISTORY = [
    *posted(1),
    *posted(2, is_replayed=True),
    *accepted(3, OFFER),
    webhook(1),
    webhook(2),
    SNAPSHOT,
    heard(1),
    heard(2),
]


def good_rows():
    market = {"kind": "charge", "debit": f"merchant:{MERCHANT}", "credit": MARKET}
    pay = {"kind": "pay", "debit": MARKET, "credit": f"courier:{COURIER}"}
    lane = {"endpoint_id": ENDPOINT, "subject_id": JOB, "status": "delivered"}
    return Rows(
        market_id="lab",
        jobs=(
            JobRow(
                id=JOB,
                merchant_id=MERCHANT,
                status="delivered",
                version=8,
                reference="a",
                fee_cents=500,
                weight_g=900,
                courier_id=COURIER,
                open_for_s=None,
                is_considered=True,
            ),
        ),
        last_facts=(LastFact(job_id=JOB, status="delivered", version=8, courier_id=COURIER),),
        transfers=(
            TransferRow(job_id=JOB, amount_cents=500, **market),
            TransferRow(job_id=JOB, amount_cents=300, **pay),
        ),
        settled=(
            SettledJob(
                id=JOB, merchant_id=MERCHANT, courier_id=COURIER, fee_cents=500, pay_cents=300
            ),
        ),
        answers=(StoredAnswer(key="k", status_code=201, body=BODY.encode()),),
        deliveries=tuple(
            DeliveryRow(seq=seq, event_id=f"evt_{seq:012d}", is_due=False, **lane) for seq in (1, 2)
        ),
        tellable=tuple(
            TellableFact(endpoint_id=ENDPOINT, event_id=f"evt_{seq:012d}") for seq in (1, 2)
        ),
        events=tuple(StreamRow(owner=OWNER, seq=seq, message=b"m") for seq in (1, 2)),
        sessions=(Session(state="idle", for_s=60.0),),
        ticks=(TickEpoch(id=1, dispatch_epoch=1), TickEpoch(id=2, dispatch_epoch=2)),
    )


def good_run():
    job = JobRecord(
        id=JOB,
        merchant_id=MERCHANT,
        status=JobStatus.DELIVERED,
        last_sequence=len(_PATH),
        reference="a",
        created_at=AT,
        ready_at=AT,
        courier_id=COURIER,
        bundle_id=None,
        picked_up_at=at(2),
        delivered_at=at(3),
        offers_count=1,
        first_offered_at=AT,
    )
    facts = [
        JobFact(job_id=JOB, sequence=number, type=type_, status=status, recorded_at=at(number))
        for number, (type_, status) in enumerate(_PATH, start=1)
    ]
    load = dict.fromkeys(CourierLoad.__struct_fields__, 1) | {"id": COURIER}
    return Evidence(
        jobs=[job],
        job_facts=facts,
        assignments=[
            AssignmentRecord(
                job_id=JOB, courier_id=COURIER, offer_id=OFFER, started_at=AT, ended_at=at(3)
            )
        ],
        offers=[
            OfferRecord(
                id=OFFER,
                courier_id=COURIER,
                job_ids=(JOB,),
                status=OfferStatus.ACCEPTED,
                created_at=AT,
                answered_at=at(1),
                expires_at=at(30),
                dispatch_epoch=2,
            )
        ],
        loads=[CourierLoad(**load)],
        stream_ends={f"courier:{COURIER}": 4, OWNER: 2},
        index=IndexView(jobs_due={}, jobs_held={}, couriers_due={}, couriers_held={}),
        ledger_violations=[],
    )


@pytest.fixture
def proof():
    """Everything after a trial in which nothing went wrong."""
    stream = StreamSeen(
        owner=f"courier:{COURIER}",
        seq=4,
        is_live=True,
        restarts_count=0,
        violations=(),
        close_code=None,
    )
    return Proof(
        trial=TRIAL,
        history=HISTORY,
        rows=good_rows(),
        run=good_run(),
        witness=Witness(
            posted=(),
            refused_count_by_code={},
            unanswered_count=0,
            board_violations=(),
            streams=(stream,),
            webhooks=(),
            answered=(),
            heard=(),
            driven_m=0.0,
        ),
        receivers=[Receiver(who=SINK, endpoint_id=str(ENDPOINT), secret=SECRET)],
        watched=[Watched(who=WATCHER, owner=OWNER, is_live=True)],
        files=[OpenFiles(process="api", before_count=40, after_count=42)],
        logs={"api": '{"event": "api_started"}'},
        canaries=[KEY, SECRET],
        effect=Effect(seen={"processes killed": 1}),
        recovery_s=1.5,
        is_quiet=True,
        rested_s=1.0,
    )


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


def stream_violation(proof):
    stream = replace(proof.witness.streams[0], violations=("6 came after 4",))
    return replace(proof, witness=replace(proof.witness, streams=(stream,)))


BREAKERS = {
    "I1 jobs kept": [
        lambda p: with_rows(p, jobs=()),
        lambda p: with_first(p, "jobs", fee_cents=501),
    ],
    "I2 one courier a job": [
        two_assignments,
        lambda p: with_history(p, *accepted(9, UUID(int=77))),
    ],
    "I3 no late acceptance": [late_offer],
    "I4 facts without gap": [
        lambda p: with_run(p, job_facts=p.run.job_facts[1:]),
        lambda p: with_first(p, "last_facts", status="open"),
        lambda p: with_first(p, "last_facts", version=9),
        lambda p: with_rows(p, last_facts=()),
    ],
    "I5 allowed paths": [illegal_step],
    "I6 ledger": [
        lambda p: with_rows(p, transfers=p.rows.transfers[:1]),
        lambda p: with_rows(p, transfers=(*p.rows.transfers, p.rows.transfers[1])),
        lambda p: with_first(p, "transfers", amount_cents=501),
        lambda p: with_rows(p, settled=()),
    ],
    "I7 idempotency": [
        lambda p: with_history(p, *posted(9, is_replayed=True, body=BODY.replace("a", "b"))),
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
    ],
    "I10 capacity": [overload],
    "I11 index equals Postgres": [other_index, lambda p: replace(p, is_quiet=False)],
    "I12 nobody forgotten": [
        lambda p: with_first(p, "jobs", open_for_s=60.0, is_considered=False),
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
    broken = with_rows(proof, last_facts=(), jobs=proof.rows.jobs * 5)
    assert len(violations(broken, count_max=2)["I4 facts without gap"]) == 2


def test_a_recovery_goes_on_where_the_watcher_was(proof):
    recovered = event("heard", WATCHER, "snapshot", seq=2, is_recovered=True, epoch="e")
    assert violations(with_history(proof, recovered), count_max=10) == {}
    behind = event("heard", WATCHER, "snapshot", seq=1, is_recovered=True, epoch="e")
    assert "I9 streams without gap" in violations(with_history(proof, behind), count_max=10)


def test_a_job_that_waited_only_while_the_market_was_paused_is_not_forgotten(proof):
    waiting = with_first(proof, "jobs", open_for_s=15.0, is_considered=False)
    assert "I12 nobody forgotten" in violations(waiting, count_max=10)
    assert violations(replace(waiting, rested_s=12.0), count_max=10) == {}
