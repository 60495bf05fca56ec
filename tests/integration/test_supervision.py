"""A task that fails in any of the processes begins again, and is counted."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from service.api.positions import PositionWriter
from service.app import run_api
from service.dispatch.market_outlook import MarketOutlook
from service.dispatch.run import run_dispatch
from service.listeners import listen
from service.relay import run as relay_run
from service.relay.run import run_relay
from service.tasks import Stop
from service.webhooks import worker
from service.webhooks.run import run_webhooks
from tests.unit.test_tasks import restarts_count

PATIENCE_S = 30.0


def failing_once(work, again):
    """Return the work, failing the first time; `again` is set when it is begun anew."""
    calls = iter((True, False))

    async def fail_or_work(*args, **kwargs):
        if next(calls, False):
            raise RuntimeError("a fault of ours")
        again.set()
        return await work(*args, **kwargs)

    return fail_or_work


@asynccontextmanager
async def running(process):
    """Run a process meanwhile."""
    stop = Stop()
    task = asyncio.create_task(process(stop))
    try:
        yield
    finally:
        stop.hurry()
        async with asyncio.timeout(PATIENCE_S):
            await task


PROCESSES = {
    "api": lambda runtime: lambda stop: run_api(runtime, stop, listener=listen("127.0.0.1", 0)),
    "dispatch": lambda runtime: lambda stop: run_dispatch(runtime, stop),
    "relay": lambda runtime: lambda stop: run_relay(runtime, stop),
}
FAULTS = {
    "api": (PositionWriter, "run", "api:positions"),
    "dispatch": (MarketOutlook, "keep", "dispatch_outlook"),
    "relay": (relay_run, "sweep", "relay:sweep:vienna"),
}


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("kind", PROCESSES)
async def test_a_task_that_fails_begins_again_and_is_counted(runtime, monkeypatch, kind):
    owner, name, task = FAULTS[kind]
    again, before_count = asyncio.Event(), restarts_count(task)
    monkeypatch.setattr(owner, name, failing_once(getattr(owner, name), again))
    async with running(PROCESSES[kind](runtime)), asyncio.timeout(PATIENCE_S):
        await again.wait()
    assert restarts_count(task) == before_count + 1


async def test_webhooks_look_again_after_a_look_that_failed(runtime, monkeypatch):
    again = asyncio.Event()
    monkeypatch.setattr(worker, "claim", failing_once(worker.claim, again))
    async with running(lambda stop: run_webhooks(runtime, stop)), asyncio.timeout(PATIENCE_S):
        await again.wait()
