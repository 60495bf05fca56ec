"""Whom a batch of facts is told, of those who listen."""

from itertools import count
from uuid import UUID, uuid4

import msgspec

from service.domain.facts import FactType
from service.relay.telling import tell
from service.store.webhook_endpoints import Listener
from service.wire.webhooks import WebhookBody, with_gap
from tests.unit.domain.makers import make_job
from tests.unit.relay.recorded import exception_fact, job_fact, market_fact

JOB = make_job()


def listener(*events, merchant_id=JOB.merchant_id):
    return Listener(id=uuid4(), merchant_id=merchant_id, events=events)


def told(facts, listeners):
    ids = count(1)
    grouped = {}
    for one in listeners:
        grouped.setdefault(one.merchant_id, []).append(one)
    return list(tell(facts, grouped, livemode=False, new_id=lambda: UUID(int=next(ids))))


def test_each_listener_is_told_each_fact_of_a_job_in_order():
    facts = [job_fact(FactType.JOB_CREATED, JOB), job_fact(FactType.JOB_OPENED, JOB)]
    everything, only_opened = listener(), listener("job.opened")
    found = told(facts, [everything, only_opened])
    assert [(one.endpoint_id, one.type) for one in found] == [
        (everything.id, "job.created"),
        (everything.id, "job.opened"),
        (only_opened.id, "job.opened"),
    ]
    assert {one.job_id for one in found} == {JOB.id}
    assert len({one.id for one in found}) == 3
    assert len({one.event_id for one in found}) == 2


def test_other_merchants_and_other_facts_are_not_told():
    facts = [
        job_fact(FactType.JOB_CREATED, JOB),
        market_fact(FactType.MARKET_PAUSED),
        exception_fact(FactType.EXCEPTION_OPENED),
    ]
    assert told(facts, [listener(merchant_id=uuid4()), listener("job.failed")]) == []


def test_the_body_is_the_event_with_the_version_of_the_job():
    (one,) = told([job_fact(FactType.JOB_OPENED, JOB)], [listener()])
    body = msgspec.json.decode(one.body, type=WebhookBody)
    assert (body.id, body.type, body.data.id) == (one.event_id, "job.opened", JOB.id)
    assert (body.job_version, body.gap) == (body.data.version, False)


def test_a_job_is_told_by_its_numbers_whichever_transaction_began_first():
    first, second = JOB, msgspec.structs.replace(JOB, last_sequence=JOB.last_sequence + 1)
    other = make_job(2)
    facts = [
        job_fact(FactType.JOB_ASSIGNED, second),
        job_fact(FactType.JOB_CREATED, other),
        job_fact(FactType.JOB_OPENED, first),
    ]
    found = told(facts, [listener()])
    assert [(one.job_id, one.type) for one in found] == [
        (JOB.id, "job.opened"),
        (JOB.id, "job.assigned"),
        (other.id, "job.created"),
    ]


def test_a_gap_changes_nothing_of_what_another_release_has_said():
    body = (
        b'{"id":"evt_1","b":1.50,"gap":false,"data":{"status":"teleported","x":[1, 2]},"new":null}'
    )
    assert with_gap(body) == body.replace(b"false", b"true")


def test_a_gap_changes_nothing_else():
    (one,) = told([job_fact(FactType.JOB_OPENED, JOB)], [listener()])
    before = msgspec.json.decode(one.body)
    assert msgspec.json.decode(with_gap(one.body)) == before | {"gap": True}
