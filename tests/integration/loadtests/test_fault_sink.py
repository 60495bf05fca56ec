"""The receiver of webhooks in the fault runs: what it notes, and each of its manners."""

import asyncio

import httpx
import pytest

from loadtests.faults.history import History
from loadtests.faults.sink import Sink

HEADERS = {"webhook-id": "evt_1", "webhook-timestamp": "7", "webhook-signature": "v1,abc"}
PATIENCE_S = 10.0


@pytest.fixture
async def sink(tmp_path):
    with History(tmp_path / "history.jsonl") as history:
        async with Sink(history) as made:
            yield made, history


async def call(sink):
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        return await http.post(sink.url("0"), content=b'{"id":"evt_1"}', headers=HEADERS)


async def test_a_call_is_noted_with_all_that_proves_it(sink):
    receiver, history = sink
    assert (await call(receiver)).status_code == 204
    (event,) = history.events
    assert (event.who, event.what) == ("sink:0", "webhook")
    assert event.words == {
        "id": "evt_1",
        "timestamp": "7",
        "signature": "v1,abc",
        "body": '{"id":"evt_1"}',
    }
    assert receiver.badly_count == 0


@pytest.mark.parametrize(("manner", "status"), [("refuses", 500), ("redirects", 302)])
async def test_a_bad_manner_is_an_answer(sink, manner, status):
    receiver, history = sink
    receiver.behave(manner)
    assert (await call(receiver)).status_code == status
    assert (len(history.events), receiver.badly_count) == (1, 1)


async def test_it_may_hang_up_without_a_word(sink):
    receiver, _ = sink
    receiver.behave("resets")
    with pytest.raises(httpx.TransportError):
        await call(receiver)


async def test_who_stalls_answers_when_it_behaves_again(sink):
    receiver, _ = sink
    receiver.behave("stalls")
    calling = asyncio.create_task(call(receiver))
    async with asyncio.timeout(PATIENCE_S):
        while receiver.badly_count == 0:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
    assert not calling.done()
    receiver.behave("well")
    assert (await calling).status_code == 204


async def test_who_floods_does_not_end_before_it_behaves(sink):
    receiver, _ = sink
    receiver.behave("floods")
    async with (
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http,
        http.stream("POST", receiver.url("0"), headers=HEADERS) as answer,
    ):
        parts = answer.aiter_raw()
        assert [len(await anext(parts)) > 0 for _ in range(3)] == [True] * 3
        receiver.behave("well")
        assert sum([len(part) async for part in parts]) >= 0
