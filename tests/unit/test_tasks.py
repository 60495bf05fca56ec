"""What must not end begins again, and each time is counted."""

import asyncio

from service import tasks
from service.metrics import REGISTRY
from service.tasks import keep_running

PATIENCE_S = 10.0


def restarts_count(task):
    value = REGISTRY.get_sample_value("hexhaul_task_restarts_total", {"task": task})
    return 0.0 if value is None else value


async def test_a_task_that_fails_or_ends_begins_again_and_is_counted(monkeypatch):
    monkeypatch.setattr(tasks, "RESTART_S_MIN", 0.0)
    monkeypatch.setattr(tasks, "RESTART_S_MAX", 0.0)
    runs, goes_on = iter(range(4)), asyncio.Event()

    async def work():
        number = next(runs)
        if number == 1:
            raise RuntimeError("once")
        if number == 3:
            goes_on.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(keep_running("of a test", work))
    async with asyncio.timeout(PATIENCE_S):
        await goes_on.wait()
    assert restarts_count("of a test") == 3
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    assert restarts_count("of a test") == 3
