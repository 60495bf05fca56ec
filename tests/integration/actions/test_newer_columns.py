"""A process that runs on while a newer migration adds columns still writes its rows."""

from service.actions.accept_offer import accept_offer
from service.actions.assign_job import assign_job

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
