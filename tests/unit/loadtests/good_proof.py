"""Everything after a trial in which nothing went wrong, for the checks to look at."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zlib import crc32

import msgspec

from loadtests.faults.history import Event
from loadtests.faults.plan import draw_trials
from loadtests.faults.posted import Contact, Item, Place, Posted, PostedRow
from loadtests.faults.proof import Carrier, Effect, OpenFiles, Proof, Receiver, Watched
from loadtests.faults.recorded import hand_text
from loadtests.faults.rows import (
    DeliveryRow,
    InHand,
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
from service.domain.job import snapshot
from service.domain.lifecycle import JobStatus, OfferStatus
from service.simulation.run.evidence import Evidence, IndexView
from service.simulation.run.witness import StreamSeen, Witness
from service.store.audit import AssignmentRecord, CourierLoad, JobFact, JobRecord, OfferRecord
from tests.unit.domain.makers import make_job

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
JOB, MERCHANT, COURIER, OFFER, ENDPOINT = (UUID(int=number) for number in range(1, 6))
MARKET = "market:lab"
OWNER, WATCHER, SINK = MARKET, f"{MARKET}#1", "sink:0"
SEED = b"s" * 32
SECRET = "whsec_" + base64.b64encode(SEED).decode()
KEY = "hxl_test_secret"
_MADE = msgspec.structs.replace(
    make_job(), id=JOB, status=JobStatus.DELIVERED, courier_id=COURIER, version=8
)
KEPT = snapshot(_MADE)
POSTED = Posted(
    id=JOB,
    reference="a",
    item=Item(size_class="medium", weight_g=900, items_count=1),
    requirements=(),
    vehicles=("bike",),
    is_unmixed=False,
    fee_cents=500,
    currency="EUR",
    created_at=AT,
    ready_at=AT,
    due_at=AT + timedelta(hours=1),
    stops=tuple(
        Place(
            id=stop.id,
            kind=stop.kind,
            attempt=1,
            lat_deg=48.2,
            lng_deg=16.4,
            address="Graben 1",
            contact=Contact(name="Ida", phone=None),
            instructions=None,
            required_proofs=(),
        )
        for stop in _MADE.stops
    ),
)
BODY = msgspec.json.encode(POSTED).decode()
HAND = hand_text([(JOB, JobStatus.PICKED_UP)])
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
    name = f"evt_{number:012d}"
    body = f'{{"id":"{name}","sequence":{number},"data":{{"id":"{JOB}"}}}}'
    due = hmac.digest(key, f"{name}.7.{body}".encode(), hashlib.sha256)
    signature = f"v1,{base64.b64encode(due).decode()}"
    words = {"id": name, "timestamp": "7", "signature": signature, "body": body}
    return event("heard", SINK, "webhook", **words)


def heard(seq, *, message=b"m"):
    return event("heard", WATCHER, "event", seq=seq, crc32=crc32(message))


def told(seq, *, hand=HAND):
    """An event of the courier's that tells what is in hand."""
    return event("heard", "courier:0", "event", seq=seq, hand=hand)


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
    event("heard", "courier:0", "snapshot", seq=2, is_recovered=False, epoch="e", hand=""),
    event("heard", "courier:0", "event", seq=3),
    told(4),
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
                courier_id=COURIER,
                open_for_s=None,
                considered_s_ago=None,
            ),
        ),
        posted=(PostedRow(job=POSTED),),
        last_facts=(LastFact(job_id=JOB, body=KEPT),),
        kept=(KEPT,),
        in_hand=(InHand(courier_id=COURIER, job_id=JOB, status="picked_up"),),
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


def good_proof():
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
        carriers=[Carrier(who="courier:0", courier_id=COURIER, is_live=True)],
        files=[OpenFiles(process="api", before_count=40, after_count=42)],
        logs={"api": '{"event": "api_started"}'},
        canaries=[KEY, SECRET],
        effect=Effect(seen={"processes killed": 1}),
        recovery_s=1.5,
        is_quiet=True,
        rested_s=1.0,
    )
