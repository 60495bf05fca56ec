"""What it means that a part of the service does its work or not."""

import pytest
from msgspec.structs import replace

from service.api.health import judge
from service.api.readiness import (
    AUDIT_S_MAX,
    DUE_S_MAX,
    TICK_S_MAX,
    UNTOLD_S_MAX,
    Ages,
    Components,
    Found,
    ages_of,
    dispatch_state,
    index_state,
    relay_state,
)
from service.clock import Anchor, Clock, real_now
from service.domain.ids import MarketId
from service.loop_lag import LoopLag
from service.store.readiness import MarketAtWork

LIFE = Clock(Anchor(at_s=0.0, market_at=real_now(), time_scale=1.0))
UP = Components(postgres="up", redis="up", index="up", dispatch="up", relay="up", webhooks="up")
AT_WORK = MarketAtWork(
    id=MarketId("vienna"),
    tick_s=1.0,
    has_dispatch=True,
    ticked_s_ago=0.4,
    has_relay=True,
    audited_s_ago=1.0,
    untold_s=None,
)


def judged(components, *, is_draining=False):
    body = judge(Found(components=components), LoopLag().window(), is_draining=is_draining)
    return body.status, body.degraded


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"postgres": "late"}, "postgres_late"),
        ({"redis": "down", "index": "unknown"}, "redis_unavailable"),
        ({"redis": "late"}, "redis_refuses_writes"),
        ({"index": "rebuilding"}, "index_rebuilding"),
        ({"index": "late"}, "index_late"),
        ({"dispatch": "down"}, "dispatch_down"),
        ({"dispatch": "late"}, "dispatch_late"),
        ({"relay": "down"}, "relay_down"),
        ({"relay": "late"}, "relay_late"),
        ({"webhooks": "late"}, "webhooks_late"),
    ],
)
def test_what_does_less_is_named_and_the_process_is_of_use_all_the_same(changes, name):
    assert judged(UP) == ("ready", ())
    assert judged(replace(UP, **changes)) == ("degraded", (name,))


def test_only_postgres_is_indispensable():
    down = Components(postgres="down", redis="up")
    assert judged(down) == ("unavailable", ("postgres_unavailable",))
    both = replace(down, redis="down")
    assert judged(both) == ("unavailable", ("postgres_unavailable", "redis_unavailable"))


def test_nobody_is_to_be_sent_to_a_process_that_ends():
    assert judged(UP, is_draining=True) == ("unavailable", ("draining",))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "up"),
        ({"has_dispatch": False}, "down"),
        ({"ticked_s_ago": None}, "late"),
        ({"ticked_s_ago": TICK_S_MAX}, "up"),
        ({"ticked_s_ago": TICK_S_MAX + 1.0}, "late"),
        ({"ticked_s_ago": 80.0, "tick_s": 30.0}, "up"),
        ({"ticked_s_ago": 91.0, "tick_s": 30.0}, "late"),
    ],
)
def test_dispatch_is_as_its_worst_market(changes, state):
    markets = [AT_WORK, replace(AT_WORK, **changes)]
    assert dispatch_state(markets, LIFE) == state


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "up"),
        ({"has_relay": False}, "down"),
        ({"untold_s": UNTOLD_S_MAX}, "up"),
        ({"untold_s": UNTOLD_S_MAX + 1.0}, "late"),
    ],
)
def test_the_relay_is_as_its_worst_market(changes, state):
    assert relay_state([AT_WORK, replace(AT_WORK, **changes)]) == state


@pytest.mark.parametrize(
    ("built", "changes", "state"),
    [
        ("up", {}, "up"),
        ("up", {"audited_s_ago": AUDIT_S_MAX}, "up"),
        ("up", {"audited_s_ago": AUDIT_S_MAX + 1.0}, "late"),
        ("up", {"audited_s_ago": None}, "up"),  # by a relay of another release
        ("up", {"audited_s_ago": 60.0, "has_relay": False}, "up"),  # `relay_down` says it
        ("rebuilding", {"audited_s_ago": 60.0}, "rebuilding"),
        ("unknown", {"audited_s_ago": 60.0}, "unknown"),
    ],
)
def test_the_index_is_as_that_of_the_worst_market(built, changes, state):
    markets = [AT_WORK, replace(AT_WORK, **changes)]
    assert index_state(built, markets, audit_interval_s=2.0) == state


def test_an_index_that_is_seldom_audited_is_late_later():
    seldom = [replace(AT_WORK, audited_s_ago=85.0)]
    assert index_state("up", seldom, audit_interval_s=30.0) == "up"
    assert index_state("up", seldom, audit_interval_s=20.0) == "late"


def test_a_database_without_markets_lacks_nothing():
    assert dispatch_state([], LIFE) == relay_state([]) == "up"
    assert ages_of([], due_s=None) == Ages()


def test_the_ages_are_those_of_whatever_has_waited_longest():
    markets = [AT_WORK, replace(AT_WORK, ticked_s_ago=3.04, untold_s=7.0)]
    assert ages_of(markets, due_s=DUE_S_MAX) == Ages(
        last_tick_s=3.0, untold_fact_s=7.0, due_webhook_s=DUE_S_MAX
    )
