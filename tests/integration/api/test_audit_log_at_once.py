"""Two who do the same by hand at the same time: it is done once, and in the audit log once."""

import asyncio
from uuid import UUID

import pytest

from service.actions.cancel_job import cancel_job
from service.actions.fail_stop import fail_stop
from service.actions.resolve_exception import resolve_exception
from service.actions.revoke_key import revoke_key
from service.domain.lifecycle import StopKind
from service.domain.vocabulary import Actor, ExceptionKind, ReasonCode, Severity
from service.store import deployment
from service.store import jobs as store_jobs
from service.store.told_exceptions import open_and_tell, resolve_and_tell
from tests.integration.api.test_audit_log import entries_of
from tests.integration.deliveries import deliver
from tests.integration.waiting import until_waiting


@pytest.fixture
async def undeliverable(runtime, market, ids, post):
    """The id of a job whose parcel nobody took."""
    job_id = UUID((await post())["id"])
    whose = {"market_id": market, "courier_id": ids[0]}
    await deliver(runtime, job_id=job_id, **whose, until=StopKind.PICKUP)
    async with runtime.pool.connection() as conn:
        (job,) = await store_jobs.read_jobs(conn, job_ids=[job_id])
    stop = job.latest(StopKind.DROPOFF)
    await fail_stop(runtime, **whose, stop_id=stop.id, reason=ReasonCode.RECIPIENT_REFUSED)
    return job_id


async def resolve_twice(runtime, market, exception_id, resolution):
    """Begin to resolve an exception twice, until both wait for who holds its rows."""
    both = [
        asyncio.create_task(
            resolve_exception(
                runtime,
                exception_id=UUID(exception_id),
                market_id=market,
                resolution=resolution,
            )
        )
        for _ in range(2)
    ]
    await until_waiting(runtime, 2)
    return both


@pytest.mark.parametrize("resolution", ["retry", "fail"])
async def test_who_resolves_at_the_same_time_decides_once_and_is_in_it_once(
    runtime, conn, market, ops, undeliverable, resolution
):
    (exception,) = (await ops.get("/v1/ops/exceptions?only_open=true")).json()["exceptions"]
    async with conn.transaction():
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", undeliverable)
        both = await resolve_twice(runtime, market, exception["id"], resolution)
    assert await asyncio.gather(*both) == [None, None]
    entries = await entries_of(ops, action="resolve_exception")
    subjects = [f"exception:{exception['id']}", f"job:{undeliverable}"]
    assert [entry["subject"] for entry in entries] == subjects
    attempts_count = await conn.fetchval(
        "SELECT count(*) FROM stop WHERE job_id = $1 AND kind = 'dropoff'", undeliverable
    )
    assert attempts_count == (2 if resolution == "retry" else 1)


async def test_who_dismisses_at_the_same_time_is_in_it_once(runtime, conn, market, ops, ids):
    async with runtime.pool.transaction() as opening:
        await open_and_tell(
            opening,
            exception_id=runtime.new_id(),
            market_id=market,
            kind=ExceptionKind.COURIER_SILENT,
            severity=Severity.WARNING,
            job_id=None,
            courier_id=ids[0],
            now=(await deployment.read_market_time(opening)).now,
        )
    (exception,) = (await ops.get("/v1/ops/exceptions?only_open=true")).json()["exceptions"]
    async with conn.transaction():
        await conn.execute("SELECT FROM exception FOR UPDATE")
        both = await resolve_twice(runtime, market, exception["id"], "dismiss")
    assert await asyncio.gather(*both) == [None, None]
    assert len(await entries_of(ops, action="resolve_exception")) == 1


async def test_who_cancels_at_the_same_time_is_in_it_once(runtime, conn, market, ops, post):
    job_id = UUID((await post())["id"])
    async with conn.transaction():
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", job_id)
        both = [
            asyncio.create_task(
                cancel_job(
                    runtime,
                    job_id=job_id,
                    market_id=market,
                    merchant_id=None,
                    reason=ReasonCode.DUPLICATE_JOB,
                )
            )
            for _ in range(2)
        ]
        await until_waiting(runtime, 2)
    assert [job.status for job in await asyncio.gather(*both)] == ["canceled"] * 2
    assert len(await entries_of(ops, action="cancel_job")) == 1


async def test_what_the_system_resolves_meanwhile_is_nobodys_act(
    runtime, market, ops, undeliverable
):
    (exception,) = (await ops.get("/v1/ops/exceptions?only_open=true")).json()["exceptions"]
    async with runtime.pool.transaction() as resolving:
        await store_jobs.lock_jobs(resolving, job_ids=[undeliverable])
        waiting = asyncio.create_task(
            resolve_exception(
                runtime,
                exception_id=UUID(exception["id"]),
                market_id=market,
                resolution="fail",
            )
        )
        await until_waiting(runtime, 1)
        await resolve_and_tell(
            resolving,
            kind=ExceptionKind.ATTEMPT_FAILED,
            subject_id=undeliverable,
            resolution="over",
            actor=Actor.SYSTEM,
            now=(await deployment.read_market_time(resolving)).now,
        )
    await waiting
    assert await entries_of(ops, action="resolve_exception") == []
    async with runtime.pool.connection() as conn:
        (job,) = await store_jobs.read_jobs(conn, job_ids=[undeliverable])
    assert not job.has_ended


async def test_who_revokes_at_the_same_time_is_in_it_once(runtime, conn, ops, keys):
    credential_id = keys[0].credential_id
    async with conn.transaction():
        await conn.execute("SELECT FROM credential WHERE id = $1 FOR UPDATE", credential_id)
        both = [
            asyncio.create_task(revoke_key(runtime, credential_id=credential_id)) for _ in range(2)
        ]
        await until_waiting(runtime, 2)
    assert sorted(await asyncio.gather(*both)) == [False, True]
    assert len(await entries_of(ops, action="revoke_key")) == 1
