"""Whatever a server does, a link keeps its promises."""

import json
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from service.client.link import NEVER_MS, NUMBERED, Deliver, HangUp, Link, Transmit
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import Hello, ServerMessage, Snapshot
from service.wire.watcher_stream import (
    MerchantMessage,
    MerchantSnapshot,
    OpsEvent,
    OpsMessage,
    OpsSnapshot,
    WatchHello,
    decode_ops_message,
)

AT = "2026-11-21T12:00:00Z"


def hello(session_ms):
    return {
        "type": "hello",
        "stream": "ops",
        "owner_id": "vienna",
        "epoch": "a",
        "seq": 0,
        "server_time": AT,
        "time_scale": 1.0,
        "resume_within_ms": 1_000,
        "session_ms": session_ms,
    }


def snapshot(seq, epoch, recovered):
    return {"type": "snapshot", "epoch": epoch, "seq": seq, "recovered": recovered}


def event(seq):
    body = {
        "id": f"evt_{seq}",
        "type": "market.paused",
        "created_at": AT,
        "actor": "ops",
        "market_id": "vienna",
        "sequence": None,
        "data": {"type": "market", "id": "vienna", "is_paused": True},
    }
    return {"type": "event", "seq": seq, "event": body}


seqs = st.integers(0, 6)
frames = st.one_of(
    st.builds(hello, st.integers(0, 100_000)),
    st.builds(snapshot, seqs, st.sampled_from("ab"), st.booleans()),
    st.builds(event, seqs),
    st.builds(lambda ms: {"type": "drain", "reconnect_in_ms": ms}, st.integers(0, 20_000)),
    st.just({"type": "something_new"}),
    st.builds(lambda seq: {"type": "something_numbered", "seq": seq}, seqs),
).map(lambda message: json.dumps(message).encode())
happenings = st.one_of(
    st.tuples(st.just("frame"), st.one_of(frames, st.binary(max_size=8))),
    st.tuples(st.just("wait"), st.integers(0, 30_000)),
    st.tuples(st.just("close"), st.sampled_from([None, 1006, *CloseCode])),
    st.tuples(st.just("cut"), st.integers(0, 30_000)),
    st.tuples(st.just("ticket"), st.just("t")),
)


class World:
    """A link, its time, and what its app was given."""

    def __init__(self):
        self.link = Link(decode=decode_ops_message, jitter=lambda: 0.5)
        self.now_ms = 0.0
        self.is_open = False
        self.delivered = []
        self.sent_count = 0

    def happen(self, kind, value):
        if not self.is_open and self.link.dials_at_ms != NEVER_MS:
            assert self.link.dials_at_ms >= 0.0
            self.now_ms = max(self.now_ms, self.link.dials_at_ms)
            self.link.opened(now_ms=self.now_ms)
            self.is_open = True
        match kind:
            case "frame":
                self.carry_out(self.link.received(value, now_ms=self.now_ms))
            case "wait":
                self.now_ms += value
                self.carry_out(self.link.tick(now_ms=self.now_ms))
            case "close":
                self.close(value)
            case "cut":
                self.link.cut(silent_ms=value, now_ms=self.now_ms)
                assert self.link.dials_at_ms >= self.now_ms + value
                if self.is_open:
                    self.close(None)
            case "ticket":
                self.carry_out(self.link.renew(value))

    def close(self, code):
        self.link.closed(code, now_ms=self.now_ms)
        self.is_open = False
        assert self.link.dials_at_ms >= self.now_ms
        assert not self.link.is_live

    def carry_out(self, effects):
        for effect in effects:
            match effect:
                case Deliver():
                    self.delivered.append(effect.message)
                case Transmit():
                    self.sent_count += 1
                    assert self.is_open
                case HangUp():
                    assert self.link.wakes_at_ms == NEVER_MS
                    assert self.link.send(effect) == ()


@settings(max_examples=300)
@given(st.lists(happenings, max_size=40))
def test_an_app_is_never_given_an_event_out_of_order(story):
    world = World()
    for kind, value in story:
        world.happen(kind, value)
    seq = None
    for message in world.delivered:
        match message:
            case OpsSnapshot() if seq is None or not message.recovered:
                seq = message.seq
            case OpsEvent():
                assert seq is not None
                assert message.seq > seq
                seq = message.seq


@given(st.lists(happenings, max_size=40))
def test_who_is_told_to_stay_away_never_dials_again(story):
    world = World()
    world.link.opened(now_ms=0.0)
    world.link.closed(CloseCode.REPLACED, now_ms=0.0)
    for kind, value in story:
        if kind != "close":
            world.happen(kind, value)
    assert world.link.dials_at_ms == NEVER_MS
    assert world.sent_count == 0


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=10))
def test_no_bytes_are_a_crash(texts):
    link = Link(decode=decode_ops_message, jitter=lambda: 0.0)
    for text in texts:
        link.opened(now_ms=0.0)
        assert all(isinstance(effect, HangUp) for effect in link.received(text, now_ms=0.0))


def test_every_message_of_the_numbered_stream_is_counted():
    """One that is not would be a gap before the next, and the link would come back for ever."""
    kinds = {*get_args(ServerMessage), *get_args(MerchantMessage), *get_args(OpsMessage)}
    say_where_it_is = {Hello, WatchHello, Snapshot, MerchantSnapshot, OpsSnapshot}
    with_a_number = {kind for kind in kinds if "seq" in kind.__struct_fields__}
    assert set(NUMBERED) == with_a_number - say_where_it_is
