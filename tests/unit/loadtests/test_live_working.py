"""Which stop a courier of the load tests works on, and what a refusal of it counts as."""

import asyncio

import msgspec
import pytest

from loadtests.live import working
from loadtests.live.courier import Courier
from loadtests.live.renewals import Renewals
from loadtests.live.tallies import Counts, Heard
from loadtests.live.working import Work, WorkingPeer

DONE, NOT_NEXT = {"type": "done"}, {"type": "refused", "code": "invalid_state_transition"}


class Phone(WorkingPeer):
    """Says into a list."""

    def say(self, text: bytes) -> None:
        self.said.append(msgspec.json.decode(text))

    def reply(self, reply):
        self.heard(msgspec.json.encode({**reply, "ref": "work"}))

    def route(self, *stop_ids):
        self._courier.seq = (self._courier.seq or 0) + 1
        stops = [{"stop_id": stop_id} for stop_id in stop_ids]
        event = {"type": "assignment_changed", "seq": self._courier.seq}
        self.heard(msgspec.json.encode({**event, "assignment": {"stops": stops}}))


@pytest.fixture
async def phone(monkeypatch):
    monkeypatch.setattr(working, "PAUSE_S_MAX", 0.0)
    made = Phone(
        Courier(0, "key", "id"),
        host="host:1",
        counts=Counts(),
        heard=Heard(),
        renewals=Renewals(host="host", port=1),
        accepts=True,
        gone=lambda _: None,
    )
    made.work, made.said, made.is_resumed = Work(), [], True
    made.opened()
    return made


async def said(phone):
    await asyncio.sleep(0.01)
    return [(message["type"], message["stop_id"]) for message in phone.said]


async def test_each_stop_is_arrived_at_and_completed_once(phone):
    phone.route("a000", "b000")
    for _ in range(4):
        await said(phone)
        phone.reply(DONE)
        phone.route("a000", "b000")  # of before
    assert await said(phone) == [
        (step, stop) for stop in ("a000", "b000") for step in ("arrive_at_stop", "complete_stop")
    ]
    assert len(phone.work.done) == 4


async def test_a_stop_that_comes_before_it_meanwhile_is_gone_to_first(phone):
    phone.route("b000")
    phone.route("a000", "b000")
    assert await said(phone) == [("arrive_at_stop", "a000")]


async def test_a_refusal_before_the_new_route_is_heard_of_is_none(phone):
    phone.route("b000")
    await said(phone)
    phone.reply(NOT_NEXT)
    assert phone.work.refusals == {"invalid_state_transition": 1}
    phone.route("a000", "b000")
    assert phone.work.refusals == {}
    assert phone.work.overtaken_count == 1
    assert (await said(phone))[-1] == ("arrive_at_stop", "a000")


async def test_a_refusal_of_what_is_next_stays_one(phone):
    phone.route("b000")
    await said(phone)
    phone.reply(NOT_NEXT)
    phone.route("b000", "c000")
    assert phone.work.refusals == {"invalid_state_transition": 1}
    assert len(await said(phone)) == 1
