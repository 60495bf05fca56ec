"""What ops were told of wrong codes is over when nobody stands at that door any more."""

import pytest
from msgspec.structs import replace

from service.actions.cancel_job import cancel_job
from service.actions.complete_stop import complete_stop
from service.actions.evidence import Shown
from service.actions.fail_job import fail_job
from service.actions.reassign_all import Once, reassign_all
from service.actions.reassign_job import reassign_job
from service.domain.audit_log import SHELL
from service.domain.errors import ProofMismatchError
from service.domain.lifecycle import JobStatus, StopKind
from service.domain.proof import CODE_TRIES_COUNT_MAX
from service.domain.vocabulary import Actor, ProofKind, ReasonCode
from tests.integration.actions.conftest import request

CODE = "4711"
TOLD = "SELECT resolution FROM exception WHERE kind = 'proof_attempts_exhausted'"


@pytest.fixture
def exhausted(runtime, market, online, accepted, arrive, complete, read):
    """Have the first courier at a door of this kind, where too many wrong codes were said."""

    async def exhaust(kind):
        place = replace(getattr(request(), kind), required_proofs=(ProofKind.CODE,), code=CODE)
        job = await read(await accepted(**{kind: place}))
        if kind is StopKind.DROPOFF:
            await complete(online[0], job.latest(StopKind.PICKUP))
        stop = job.latest(kind)
        await arrive(online[0], stop)
        for number in range(CODE_TRIES_COUNT_MAX):
            with pytest.raises(ProofMismatchError):
                await complete_stop(
                    runtime,
                    courier_id=online[0],
                    market_id=market,
                    stop_id=stop.id,
                    shown=Shown(code=f"{number:04}"),
                )
        return job.id

    return exhaust


async def resolutions(conn):
    return [row["resolution"] for row in await conn.fetch(TOLD)]


async def test_when_the_job_has_failed(runtime, market, conn, exhausted):
    job_id = await exhausted(StopKind.DROPOFF)
    assert await resolutions(conn) == [None]
    await fail_job(runtime, job_id=job_id, market_id=market, reason=ReasonCode.PACKAGE_DAMAGED)
    assert await resolutions(conn) == ["cleared"]


async def test_when_the_job_was_canceled(runtime, market, conn, exhausted):
    job_id = await exhausted(StopKind.PICKUP)
    await cancel_job(
        runtime, job_id=job_id, market_id=market, merchant_id=None, reason=ReasonCode.DUPLICATE_JOB
    )
    assert await resolutions(conn) == ["cleared"]


async def test_when_the_job_goes_to_others(runtime, market, conn, exhausted):
    job_id = await exhausted(StopKind.PICKUP)
    await reassign_job(
        runtime,
        job_id=job_id,
        market_id=market,
        actor=Actor.OPS,
        reason=ReasonCode.COURIER_ISSUE,
    )
    assert await resolutions(conn) == ["cleared"]


async def test_when_the_courier_drops_out_at_the_door(
    runtime, market, conn, online, read, exhausted
):
    job_id = await exhausted(StopKind.DROPOFF)
    once = Once(
        courier_id=online[0],
        market_id=market,
        reason=ReasonCode.COURIER_ISSUE,
        key="once",
        origin=SHELL,
    )
    await reassign_all(runtime, once)
    assert (await read(job_id)).status is JobStatus.UNDELIVERABLE
    assert await resolutions(conn) == ["cleared"]
