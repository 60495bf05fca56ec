"""A lease is one holder's while it lasts, and its epoch tells a late one from the next."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from service.clock import monotonic_s
from service.store import leases
from service.store.leadership import Leadership

NAME = "dispatch:vienna"
PATIENCE_S = 10.0
RENEW_S = 0.02
FAILING_S_MAX = 0.2


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


@asynccontextmanager
async def asking(runtime, holder):
    """Ask for the lease meanwhile, in a hurry."""
    leadership = Leadership(
        runtime.pool,
        name=NAME,
        holder=holder,
        ttl_s=60.0,
        renew_s=RENEW_S,
        failing_s_max=FAILING_S_MAX,
    )
    keeping = asyncio.create_task(leadership.keep())
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield leadership
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def fail_until(leadership, condition):
    """Fail again and again until the condition holds."""
    for _ in range(1_000):
        if condition():
            return
        leadership.note_failure()
        await asyncio.sleep(RENEW_S / 2.0)
    pytest.fail("it did not come true")


async def test_who_fails_at_its_work_lets_another_lead(runtime):
    async with asking(runtime, "first") as first:
        assert await first.until_leading() == 1
        async with asking(runtime, "second") as second:
            await fail_until(first, lambda: second.epoch == 2)
            second.note_failure()  # one is no reason to go
            await asyncio.sleep(2.0 * FAILING_S_MAX)
            assert (first.epoch, second.epoch) == (None, 2)


async def test_who_does_its_work_now_and_then_keeps_the_lease(runtime):
    with capture_logs() as logs:
        async with asking(runtime, "first") as first:
            await first.until_leading()
            for _ in range(10):
                first.note_failure()
                await asyncio.sleep(FAILING_S_MAX / 4.0)
                first.note_failure()
                first.note_work()
    assert [line["event"] for line in logs] == ["lease_taken"]


async def test_who_is_alone_leads_again_and_tries_twice_as_long(runtime):
    with capture_logs() as logs:
        async with asking(runtime, "only") as only:
            gaps_s = []
            for _ in range(2):
                await only.until_leading()
                began_s = monotonic_s()
                await fail_until(only, lambda: only.epoch is None)
                gaps_s.append(monotonic_s() - began_s)
            assert await only.until_leading() == 1
    assert gaps_s[0] >= FAILING_S_MAX
    assert gaps_s[1] >= 2.0 * FAILING_S_MAX
    events = [line["event"] for line in logs]
    assert events == ["lease_taken", *(["lease_given_up", "lease_taken"] * 2)]


async def test_who_follows_has_done_no_work(runtime, conn):
    async def worked():
        return await conn.fetchval("SELECT worked_at IS NOT NULL FROM lease")

    assert await take(runtime, "first") == 1
    async with asking(runtime, "second") as second:
        await asyncio.sleep(2.0 * RENEW_S)
        second.note_work()
        second.note_failure()
        async with runtime.pool.connection() as lent:
            await leases.release_lease(lent, name=NAME, holder="first")
        assert await second.until_leading() == 2
        await asyncio.sleep(5.0 * RENEW_S)
        assert not await worked()
        second.note_work()
        await asyncio.sleep(5.0 * RENEW_S)
        assert await worked()
