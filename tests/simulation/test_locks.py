"""The locks of the stand-in: who waits for whom, how long, and what becomes of a ring."""

import asyncio
import random

import pytest

from tests.simulation.loop import VirtualLoop
from tests.simulation.standin.database import AbortedError, Database, UniqueError
from tests.simulation.standin.locks import LOCK_TIMEOUT_S, DeadlockError, LockTimeoutError
from tests.simulation.trace import Trace


def run(main):
    loop = VirtualLoop(rng=random.Random(1), trace=Trace())
    database = Database(loop.time)
    loop.run_until_complete(main(database))
    return loop.time()


def lease(name, *, epoch=1):
    return {"name": name, "epoch": epoch, "holder": "x", "expires_at": None}


def test_who_comes_second_sees_what_the_first_wrote():
    async def main(database):
        first, second = database.begin(), database.begin()
        await first.insert("lease", lease("a"))
        waiting = asyncio.ensure_future(second.lock("lease", "a"))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        assert second.get("lease", "a") is None
        first.commit()
        assert (await waiting)["epoch"] == 1

    run(main)


def test_what_is_rolled_back_was_never_there():
    async def main(database):
        first, second = database.begin(), database.begin()
        await first.insert("lease", lease("a"))
        first.abort()
        with pytest.raises(AbortedError):
            first.commit()
        await second.insert("lease", lease("a", epoch=7))
        second.commit()
        assert database.committed["lease"]["a"]["epoch"] == 7

    run(main)


def test_nobody_waits_longer_than_the_lock_timeout():
    async def main(database):
        first, second = database.begin(), database.begin()
        await first.insert("lease", lease("a"))
        with pytest.raises(LockTimeoutError):
            await second.lock("lease", "a")

    assert run(main) == pytest.approx(LOCK_TIMEOUT_S)


def test_those_who_wait_for_one_another_are_found_out_after_a_second():
    async def main(database):
        first, second = database.begin(), database.begin()
        await first.insert("lease", lease("a"))
        await second.insert("lease", lease("b"))
        waits = asyncio.ensure_future(first.lock("lease", "b"))
        with pytest.raises(DeadlockError):
            await asyncio.gather(waits, second.lock("lease", "a"))
        assert len(database.locks.deadlocks) == 1

    assert run(main) == pytest.approx(1.0)


def test_who_is_cut_off_just_as_the_lock_comes_does_not_keep_it():
    async def main(database):
        first, second, third = database.begin(), database.begin(), database.begin()
        await first.insert("lease", lease("a"))
        waiting = asyncio.ensure_future(second.lock("lease", "a"))
        await asyncio.sleep(0.1)
        first.commit()
        second.abort("the connection was cut")
        with pytest.raises(AbortedError):
            await waiting
        await third.lock("lease", "a")

    assert run(main) == pytest.approx(0.1)


def test_those_who_share_do_not_wait_for_one_another_and_a_writer_waits_for_all():
    async def main(database):
        first, second, third = (database.begin() for _ in range(3))
        await first.lock("lease", "a", "share")
        await second.lock("lease", "a", "share")
        writer = asyncio.ensure_future(third.lock("lease", "a"))
        first.commit()
        await asyncio.sleep(0.1)
        assert not writer.done()
        second.commit()
        await writer

    run(main)


def test_a_unique_key_that_may_be_given_up_is_waited_for():
    def offer(id_, status="pending"):
        return {"id": id_, "courier_id": "anna", "status": status}

    async def main(database):
        first, second, third = (database.begin() for _ in range(3))
        await first.insert("offer", offer(1))
        first.commit()
        with pytest.raises(UniqueError):
            await third.insert("offer", offer(3))
        closing = database.begin()
        await closing.update("offer", 1, status="revoked")
        making = asyncio.ensure_future(second.insert("offer", offer(2)))
        await asyncio.sleep(0.1)
        assert not making.done()
        closing.commit()
        await making
        second.commit()
        assert database.committed["offer"][2]["status"] == "pending"

    run(main)


def test_a_unique_key_of_a_row_that_another_changes_is_waited_for_though_the_key_stays():
    """Postgres cannot know yet that it stays; who only holds the row is in nobody's way."""

    def offer(id_, **others):
        return {"id": id_, "courier_id": "anna", "status": "pending", "sent_at": None, **others}

    async def main(database):
        first, holding, changing, making = (database.begin() for _ in range(4))
        await first.insert("offer", offer(1))
        first.commit()
        await holding.lock("offer", 1)
        with pytest.raises(UniqueError):
            await making.insert("offer", offer(2))
        making.abort()
        holding.abort()
        await changing.update("offer", 1, sent_at=7)
        waiting = asyncio.ensure_future(database.begin().insert("offer", offer(3)))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        changing.commit()
        with pytest.raises(UniqueError):
            await waiting

    run(main)


def test_the_oldest_that_runs_bounds_what_may_be_read():
    async def main(database):
        first, second = database.begin(), database.begin()
        await first.insert("lease", lease("a"))
        await second.insert("lease", lease("b"))
        second.commit()
        assert database.xmin == first.xid
        first.commit()
        assert database.xmin > second.xid

    run(main)
