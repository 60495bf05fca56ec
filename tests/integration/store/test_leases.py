"""A lease is one holder's while it lasts, and its epoch tells a late one from the next."""

import asyncio

from service.store import leases
from service.store.leadership import Leadership

NAME = "dispatch:vienna"


async def take(runtime, holder):
    """Return the epoch under which the holder has the lease now; None while it is another's."""
    async with runtime.pool.connection() as conn:
        lease = await leases.take_lease(conn, name=NAME, holder=holder, ttl_s=60.0)
    return None if lease is None else lease.epoch


async def in_force(runtime):
    """Return which of the first epochs are in force."""
    async with runtime.pool.transaction() as conn:
        return [
            epoch
            for epoch in (1, 2, 3)
            if await leases.check_lease(conn, name=NAME, epoch=epoch) is not None
        ]


async def test_while_it_lasts_it_is_nobody_elses(runtime):
    assert await take(runtime, "first") == 1
    assert await take(runtime, "second") is None
    assert await take(runtime, "first") == 1
    assert await in_force(runtime) == [1]


async def test_who_takes_over_does_so_under_the_next_epoch(runtime, conn):
    await take(runtime, "first")
    await conn.execute("UPDATE lease SET expires_at = clock_timestamp()")
    assert await take(runtime, "second") == 2
    assert await in_force(runtime) == [2]
    assert await take(runtime, "first") is None


async def test_who_lets_go_lets_the_next_one_in_at_once(runtime):
    await take(runtime, "first")
    async with runtime.pool.connection() as conn:
        await leases.release_lease(conn, name=NAME, holder="second")  # it is not the holder
    assert await take(runtime, "second") is None
    async with runtime.pool.connection() as conn:
        await leases.release_lease(conn, name=NAME, holder="first")
    assert await take(runtime, "second") == 2


async def test_who_waits_to_lead_is_told_as_soon_as_it_does_and_told_nothing_late(runtime):
    assert await take(runtime, "first") == 1
    second = Leadership(runtime.pool, name=NAME, holder="second", ttl_s=60.0, renew_s=0.01)
    keeping = asyncio.create_task(second.keep())
    waiting = [asyncio.create_task(second.until_leading()) for _ in range(2)]
    async with runtime.pool.connection() as conn:
        await leases.release_lease(conn, name=NAME, holder="first")
    async with asyncio.timeout(10.0):
        assert await asyncio.gather(*waiting) == [2, 2]
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await second.release()
    late = asyncio.create_task(second.until_leading())
    await asyncio.sleep(0)
    assert not late.done()  # what was renewed once is not for ever
    late.cancel()
