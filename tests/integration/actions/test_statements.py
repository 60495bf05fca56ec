"""How many statements a transaction takes: each is a round trip, made while locks are held."""

from contextlib import asynccontextmanager

import msgspec
import pytest

from service.actions.accept_offer import accept_offer
from service.actions.accept_offers import Acceptance, accept_offers
from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.actions.complete_stop import complete_stop
from service.domain.lifecycle import StopKind


class Counted:
    """A connection that counts the statements that it executes: all that the store may use."""

    def __init__(self, conn, pool):
        self._conn = conn
        self._pool = pool

    async def execute(self, query, *args):
        self._pool.statements_count += 1
        return await self._conn.execute(query, *args)

    async def fetch(self, query, *args):
        self._pool.statements_count += 1
        return await self._conn.fetch(query, *args)

    async def fetchrow(self, query, *args):
        self._pool.statements_count += 1
        return await self._conn.fetchrow(query, *args)

    async def copy_records_to_table(self, table_name, *, records, columns):
        self._pool.statements_count += 1
        return await self._conn.copy_records_to_table(table_name, records=records, columns=columns)


class CountingPool:
    """The pool, and how many statements its transactions took, without BEGIN and COMMIT."""

    def __init__(self, pool):
        self._pool = pool
        self.statements_count = 0

    def __getattr__(self, name):
        return getattr(self._pool, name)

    @asynccontextmanager
    async def transaction(self):
        async with self._pool.transaction() as conn:
            yield Counted(conn, self)


@pytest.fixture
def counting(runtime):
    return msgspec.structs.replace(runtime, pool=CountingPool(runtime.pool))


async def test_an_acceptance_takes_three_locks_three_reads_and_one_write(counting, market, made):
    offer = made[0]
    await accept_offer(counting, offer_id=offer.id, by=offer.courier_id, market_id=market)
    assert counting.pool.statements_count == 7


async def test_any_number_of_acceptances_takes_three_statements(counting, market, made):
    asked = [Acceptance(offer_id=offer.id, by=offer.courier_id) for offer in made]
    assert await accept_offers(counting, asked, market_id=market) == {}
    assert counting.pool.statements_count == 3


async def test_any_number_of_acknowledgements_takes_three_statements(counting, market, made):
    said = [
        Acknowledgement(offer_id=offer.id, by=offer.courier_id, is_shown=True) for offer in made
    ]
    assert await acknowledge_offers(counting, said, market_id=market) == {}
    assert counting.pool.statements_count == 3


async def test_a_delivery_takes_two_locks_three_reads_and_two_writes(
    counting, market, online, accepted, complete, arrive, read
):
    job = await read(await accepted())
    await complete(online[0], job.latest(StopKind.PICKUP))
    dropoff = job.latest(StopKind.DROPOFF)
    await arrive(online[0], dropoff)
    await complete_stop(counting, courier_id=online[0], market_id=market, stop_id=dropoff.id)
    assert counting.pool.statements_count == 7  # the assignment's end tells the pay
