"""Acknowledgements of many couriers in one transaction: each counts for itself."""

import pytest
from uuid_utils.compat import uuid7

from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.actions.assign_job import assign_job
from service.domain.ids import OfferId
from service.store import offers


@pytest.fixture
async def made(runtime, market, online, post):
    """One offer to each courier."""
    return [
        await assign_job(runtime, job_id=await post(), courier_id=courier_id, market_id=market)
        for courier_id in online
    ]


@pytest.fixture
def now_of(runtime):
    async def read_offers(asked):
        async with runtime.pool.connection() as conn:
            found = await offers.read_offers(conn, offer_ids=[offer.id for offer in asked])
        return {offer.id: offer for offer in found}

    return read_offers


def said_of(offer, *, by=None, is_shown=True):
    return Acknowledgement(offer_id=offer.id, by=by or offer.courier_id, is_shown=is_shown)


async def test_those_that_come_together_are_noted_together(runtime, conn, market, made, now_of):
    said = [said_of(offer) for offer in made]
    assert await acknowledge_offers(runtime, said, market_id=market) == set(said)
    assert {offer.status for offer in (await now_of(made)).values()} == {"seen"}
    rows = await conn.fetch("SELECT xid::text AS xid FROM fact WHERE type = 'offer.seen'")
    assert len(rows) == len(made)
    assert len({row["xid"] for row in rows}) == 1


async def test_what_is_unknown_or_anothers_harms_nobody(runtime, market, made, online, now_of):
    mine, other = made[:2]
    strange = Acknowledgement(offer_id=OfferId(uuid7()), by=online[0], is_shown=True)
    anothers = said_of(other, by=mine.courier_id)
    said = [strange, anothers, said_of(mine)]
    assert await acknowledge_offers(runtime, said, market_id=market) == {said_of(mine)}
    found = await now_of(made)
    assert (found[mine.id].status, found[other.id].status) == ("seen", "pending")


async def test_an_offer_that_is_there_and_then_shown_is_both(runtime, conn, market, made, now_of):
    offer = made[0]
    said = [said_of(offer, is_shown=False), said_of(offer)]
    await acknowledge_offers(runtime, said, market_id=market)
    await acknowledge_offers(runtime, said, market_id=market)  # the answer was lost
    found = (await now_of(made))[offer.id]
    assert found.acknowledged_at == found.seen_at is not None
    rows = await conn.fetch("SELECT FROM fact WHERE type = 'offer.seen'")
    assert len(rows) == 2
