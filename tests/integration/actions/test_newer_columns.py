"""A process that runs on while a newer migration changes tables still writes its rows."""

from uuid import uuid4

from service.actions.accept_offer import accept_offer
from service.actions.assign_job import assign_job
from service.domain.vocabulary import ExceptionKind, Severity
from service.store import exceptions

# As the release before the one with endpoints says it.
OPEN_EXCEPTION = """
INSERT INTO exception (id, market_id, kind, severity, job_id, courier_id, opened_at)
VALUES ($1, $2, 'attempt_failed', 'warning', $3, NULL, now())
ON CONFLICT (kind, coalesce(job_id, courier_id)) WHERE resolved_at IS NULL DO NOTHING
RETURNING id
"""
TABLES = ("job", "stop", "offer", "bundle", "courier", "assignment", "fact", "transfer")


async def test_columns_that_it_does_not_know_have_their_defaults(
    runtime, conn, market, online, post
):
    for table in TABLES:
        await conn.execute(f"ALTER TABLE {table} ADD COLUMN newer_count int NOT NULL DEFAULT 7")
    job_id = await post()
    made = await assign_job(runtime, job_id=job_id, courier_id=online[0], market_id=market)
    await conn.execute("UPDATE offer SET newer_count = 8")
    await accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market)
    assert await conn.fetchval("SELECT newer_count FROM job WHERE id = $1", job_id) == 7
    assert await conn.fetchval("SELECT newer_count FROM assignment") == 7
    assert await conn.fetchval("SELECT newer_count FROM offer WHERE id = $1", made.id) == 8


async def test_an_exception_is_opened_once_by_the_release_before_too(runtime, conn, market, post):
    job_id = await post()
    opened = await conn.fetchval(OPEN_EXCEPTION, uuid4(), market, job_id)
    assert opened is not None
    assert await conn.fetchval(OPEN_EXCEPTION, uuid4(), market, job_id) is None
    async with runtime.pool.connection() as ours:
        again = await exceptions.open_exception(
            ours,
            exception_id=uuid4(),
            market_id=market,
            kind=ExceptionKind.ATTEMPT_FAILED,
            severity=Severity.WARNING,
            job_id=job_id,
            courier_id=None,
            merchant_id=None,
            endpoint_id=None,
            opened_at=runtime.clock.now(),
            due_at=None,
        )
    assert again is None
