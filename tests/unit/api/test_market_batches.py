"""Requests that share transactions: none is begun that has waited too long."""

import asyncio

from service.api import market_batches
from service.api.market_batches import WAIT_S_MAX, MarketBatches
from service.domain.errors import OverloadedError
from service.domain.ids import MarketId

MARKET_ID = MarketId("vienna")


async def test_who_has_waited_too_long_is_told_so_and_the_rest_is_carried_out(monkeypatch):
    now_s = 1_000.0
    monkeypatch.setattr(market_batches, "monotonic_s", lambda: now_s)
    began, go_on = asyncio.Event(), asyncio.Event()
    carried_out = []

    async def carry_out(_, requests, *, market_id):
        carried_out.append((market_id, list(requests)))
        began.set()
        await go_on.wait()
        return {}

    batches = MarketBatches(None, carry_out, name="numbers")
    running = asyncio.create_task(batches.run())

    async def ask(number):
        task = asyncio.create_task(batches.ask(MARKET_ID, number))
        await asyncio.sleep(0)
        return task

    first = await ask(1)
    await began.wait()
    late = await ask(2)
    now_s += WAIT_S_MAX + 0.1
    in_time = await ask(3)
    go_on.set()
    assert await first is None
    assert isinstance(await late, OverloadedError)
    assert await in_time is None
    assert carried_out == [(MARKET_ID, [1]), (MARKET_ID, [3])]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
