"""A look that is cut at its bound still closes what it has seen to be over."""

from datetime import timedelta

import pytest

from service.actions.cancel_job import cancel_job
from service.domain.geo import Point
from service.domain.vocabulary import ExceptionKind, ReasonCode

NORTH = Point(48.2189, 16.3697)


@pytest.fixture
def cancel(runtime, market):
    async def cancel_one(job_id):
        await cancel_job(
            runtime,
            job_id=job_id,
            market_id=market,
            merchant_id=None,
            reason=ReasonCode.DUPLICATE_JOB,
        )

    return cancel_one


@pytest.mark.parametrize("bound", ["SEARCHES_COUNT_MAX", "ENDPOINTS_COUNT_MAX"])
async def test_what_is_told_of_jobs_is_closed_however_much_else_there_is(
    post, cancel, now, lookout, later, listed, monkeypatch, bound
):
    jobs = [await post(due_at=await now() + timedelta(seconds=600)) for _ in range(3)]
    await later(700)
    for _ in range(2):
        await lookout.look(1)
        await later(31)
    assert [one.job_id for one in await listed()] == jobs
    monkeypatch.setattr(f"service.relay.lookout.{bound}", 0)
    for _ in range(3):
        await lookout.look(1)
    assert [one.job_id for one in await listed()] == jobs  # they still search
    await cancel(jobs[1])
    for _ in range(2):
        await lookout.look(1)
    assert [one.job_id for one in await listed()] == [jobs[0], jobs[2]]


async def test_of_couriers_whom_a_look_has_not_reached_nothing_is_closed(
    online, post, give, see, lookout, later, listed, monkeypatch
):
    for courier_id in online:
        await give(await post(), courier_id)
    for wait_s in (0, 301):
        await later(wait_s)
        for courier_id in online:
            await see(courier_id, NORTH)
        await lookout.look(1)
    told = await listed()
    assert {one.kind for one in told} == {ExceptionKind.COURIER_NOT_MOVING}
    monkeypatch.setattr("service.relay.lookout.COURIERS_COUNT_MAX", 1)
    monkeypatch.setattr("service.relay.lookout.COURIERS_PER_PART_COUNT_MAX", 1)
    for _ in range(3):
        await lookout.look(1)
    assert await listed() == told
