"""What is held is held for who would change it, and free for who only refers to it."""

import asyncpg
import pytest

from service.store import couriers, jobs, offers, policies


async def hold_job(conn, offer):
    await jobs.lock_jobs(conn, job_ids=offer.job_ids)
    return "job", offer.job_ids[0]


async def hold_offer(conn, offer):
    assert await offers.lock_offer(conn, offer_id=offer.id) is not None
    return "offer", offer.id


async def hold_free_offer(conn, offer):
    assert len(await offers.lock_free_offers(conn, offer_ids=[offer.id])) == 1
    return "offer", offer.id


async def hold_courier(conn, offer):
    assert await couriers.lock_courier(conn, courier_id=offer.courier_id) is not None
    return "courier", offer.courier_id


async def hold_couriers(conn, offer):
    assert len(await couriers.lock_couriers(conn, courier_ids=[offer.courier_id])) == 1
    return "courier", offer.courier_id


async def hold_market(conn, offer):
    await policies.lock_market(conn, market_id=offer.market_id)
    return "market", offer.market_id


@pytest.mark.parametrize(
    "hold", [hold_job, hold_offer, hold_free_offer, hold_courier, hold_couriers, hold_market]
)
async def test_what_is_held_can_be_referred_to_and_not_changed(runtime, conn, made, hold):
    async with runtime.pool.transaction() as held:
        table, id_ = await hold(held, made[0])
        row = f"SELECT FROM {table} WHERE id = $1"
        await conn.execute(f"{row} FOR KEY SHARE NOWAIT", id_)  # as a foreign key asks
        with pytest.raises(asyncpg.LockNotAvailableError):
            await conn.execute(f"{row} FOR NO KEY UPDATE NOWAIT", id_)


async def test_jobs_are_posted_while_a_policy_is_changed(runtime, market, post):
    async with runtime.pool.transaction() as held:
        await policies.lock_market(held, market_id=market)
        await post()  # its facts refer to the market
