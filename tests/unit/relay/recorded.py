"""Facts as they come out of the log, and what is read beside them."""

from itertools import count

from service.domain import courier as couriers_domain
from service.domain import job as jobs_domain
from service.domain import offer as offers_domain
from service.domain.facts import (
    ExceptionSnapshot,
    Fact,
    FactType,
    MarketSnapshot,
    MessageSnapshot,
    TickSummary,
)
from service.domain.message import Message
from service.domain.vocabulary import Actor, ExceptionKind, Severity
from service.domain.work import Work
from service.relay.project import Context
from service.store.facts import RecordedFact
from tests.unit.domain.makers import ANNA, NOW, make_courier, make_job, make_market, make_offer

_ids = count(1)


def recorded(fact, *, id=None):
    """Return the fact with its place in the log."""
    values = {name: getattr(fact, name) for name in fact.__struct_fields__}
    return RecordedFact(id=next(_ids) if id is None else id, xid="1", **values)


def job_fact(type, job=None, **changes):
    _, fact = jobs_domain.tell(job or make_job(**changes), type, actor=Actor.SYSTEM, now=NOW)
    return recorded(fact)


def offer_fact(offer):
    return recorded(offers_domain.tell(offer, actor=Actor.SYSTEM, now=NOW))


def courier_fact(type, courier=None):
    return recorded(
        couriers_domain.tell(courier or make_courier(), type, actor=Actor.COURIER, now=NOW)
    )


def exception_fact(type):
    body = ExceptionSnapshot(
        id=ANNA,
        kind=ExceptionKind.COURIER_SILENT,
        severity=Severity.CRITICAL,
        job_id=None,
        courier_id=ANNA,
        opened_at=NOW,
        resolved_at=None,
        resolution=None,
    )
    return _market_fact(type, body)


def market_fact(type):
    return _market_fact(type, MarketSnapshot(id="vienna", is_paused=True))


def make_message():
    return Message(
        id=ANNA,
        job_id=make_job().id,
        number=1,
        merchant_id=make_job().merchant_id,
        courier_id=ANNA,
        sender=Actor.OPS,
        text="Where are you?",
        quick_reply=None,
        sent_at=NOW,
    )


def message_fact(id=ANNA, *, actor=Actor.OPS, **changes):
    body = MessageSnapshot(id=id, job_id=make_job().id, number=1, courier_id=ANNA)
    about = {"courier_id": ANNA, "merchant_id": make_job().merchant_id} | changes
    return _market_fact(FactType.MESSAGE_SENT, body, actor=actor, **about)


def tick_fact():
    numbers = dict.fromkeys(
        (name for name in TickSummary.__struct_fields__ if name.endswith(("_count", "_ms"))), 1
    )
    body = TickSummary(tick_id=1, policy_version=1, removed_count_by_filter={}, **numbers)
    return _market_fact(FactType.TICK_COMPLETED, body)


def _market_fact(type, body, *, actor=Actor.SYSTEM, **about):
    fact = Fact(type=type, market_id="vienna", actor=actor, at=NOW, body=body, **about)
    return recorded(fact)


def make_context(*, offers=(), works=(), **changes):
    values = {
        "offers": {offer.id: offer for offer in offers or (make_offer(),)},
        "works": {
            work.courier.id: work for work in works or (Work(courier=make_courier(), jobs={}),)
        },
        "reasons": {},
        "messages": {ANNA: make_message()},
        "policy": make_market().policy,
        "time_scale": 1.0,
        "livemode": False,
    }
    return Context(**(values | changes))
