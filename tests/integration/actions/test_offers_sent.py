"""Noting that offers were sent gets into nobody's way: it locks them as all others do, by id."""

import asyncio

import asyncpg
import pytest

from service.actions.assign_job import assign_job
from service.store import offers
from tests.integration.waiting import until_waiting


@pytest.fixture
async def offer_ids(runtime, market, online, post):
    """The ids of one offer to each courier, in order."""
    made = [
        await assign_job(runtime, job_id=await post(), courier_id=courier_id, market_id=market)
        for courier_id in online
    ]
    return sorted(offer.id for offer in made)


@pytest.fixture
def mark(runtime):
    """Note that these offers were sent now."""

    async def mark_sent(offer_ids):
        async with runtime.pool.transaction() as conn:
            sent_at = [runtime.clock.now()] * len(offer_ids)
            await offers.mark_sent(conn, offer_ids=offer_ids, sent_at=sent_at)

    return mark_sent


async def test_the_lowest_is_held_while_a_higher_one_is_waited_for(
    database, runtime, conn, offer_ids, mark
):
    *lower, highest = offer_ids
    moved = "UPDATE offer SET ttl_s = ttl_s WHERE id = ANY($1)"  # in the table, behind the highest
    await conn.execute(moved, lower)
    holder = await asyncpg.connect(database.database_url)
    holding = holder.transaction()
    await holding.start()
    await holder.execute("SELECT FROM offer WHERE id = $1 FOR UPDATE", highest)
    marking = asyncio.create_task(mark(offer_ids[::-1]))
    await until_waiting(runtime, 1)
    for offer_id in lower:
        with pytest.raises(asyncpg.LockNotAvailableError):
            await conn.execute("SELECT FROM offer WHERE id = $1 FOR UPDATE NOWAIT", offer_id)
    await holding.rollback()
    await marking
    await holder.close()
    assert await conn.fetchval("SELECT count(*) FROM offer WHERE sent_at IS NULL") == 0


async def test_the_first_time_stands(conn, offer_ids, mark):
    await mark(offer_ids[:1])
    first = await conn.fetchval("SELECT sent_at FROM offer WHERE id = $1", offer_ids[0])
    await mark(offer_ids)
    assert await conn.fetchval("SELECT sent_at FROM offer WHERE id = $1", offer_ids[0]) == first
