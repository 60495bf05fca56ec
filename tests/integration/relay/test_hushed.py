"""What a human has decided about is not told again for a while, unless it has become worse."""

from datetime import timedelta
from typing import get_args

import pytest

from service.actions.resolve_exception import Resolution, resolve_exception
from service.domain.ids import ExceptionId
from service.domain.trouble import DECIDED_S, RULES
from service.domain.vocabulary import ExceptionKind, Severity
from service.store import exceptions

LATE = ExceptionKind.LATE_RISK


@pytest.fixture
def resolve(runtime, market):
    async def resolve_one(exception_id, resolution):
        await resolve_exception(
            runtime, exception_id=exception_id, market_id=market, resolution=resolution
        )

    return resolve_one


@pytest.fixture
def late_job(post, give, online, now, lookout, later):
    """A job that cannot be in time, with a courier; told already. Return its id."""

    async def make_late():
        job_id = await post(due_at=await now() + timedelta(seconds=600))
        await give(job_id, online[0])
        await later(800)
        for _ in range(2):
            await lookout.look(1)
            await later(31)
        return job_id

    return make_late


async def test_a_late_job_that_was_given_to_others_is_not_told_again_at_once(
    late_job, lookout, later, listed, resolve
):
    job_id = await late_job()
    (told,) = [one for one in await listed() if one.kind is LATE]
    await resolve(told.id, "reassign")
    for _ in range(3):
        await lookout.look(1)
        await later(31)
    assert LATE not in [one.kind for one in await listed()]
    await later(DECIDED_S)
    await lookout.look(1)
    (again,) = [one for one in await listed() if one.kind is LATE]
    assert again.job_id == job_id


async def test_what_has_become_worse_since_is_told(late_job, lookout, later, listed, resolve):
    await late_job()
    (told,) = [one for one in await listed() if one.kind is LATE]
    assert told.severity is Severity.WARNING
    await resolve(told.id, "dismiss")
    await later(700)
    await lookout.look(1)
    (worse,) = [one for one in await listed() if one.kind is LATE]
    assert worse.severity is Severity.CRITICAL
    await resolve(worse.id, "dismiss")
    await lookout.look(1)
    assert LATE not in [one.kind for one in await listed()]


@pytest.mark.parametrize("resolution", get_args(Resolution))
async def test_whatever_a_human_decides_is_watched_and_what_ends_by_itself_is_not(
    runtime, market, lookout, drift, now, listed, resolution
):
    async def watched():
        async with runtime.pool.transaction() as conn:
            for told in await listed():
                await exceptions.resolve_exceptions(
                    conn,
                    kind=told.kind,
                    subject_id=told.id,
                    resolved_at=await now(),
                    resolution=resolution,
                )
            return await exceptions.list_watched(
                conn,
                market_id=market,
                kinds=list(RULES),
                decided_since=await now() - timedelta(seconds=DECIDED_S),
            )

    drift[0] = 1
    await lookout.look(1)
    (found,) = await watched()
    assert (found.resolution, found.id) == (resolution, ExceptionId(found.id))
