"""Acknowledgements of many couriers in one transaction: each counts for itself."""

import pytest
from uuid_utils.compat import uuid7

from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.domain.errors import (
    InvalidStateTransitionError,
    LockContentionError,
    NotFoundError,
)
from service.domain.ids import OfferId
from service.store import offers


@pytest.fixture
def now_of(runtime):
    async def read_offers(asked):
        async with runtime.pool.connection() as conn:
            found = await offers.read_offers(conn, offer_ids=[offer.id for offer in asked])
        return {offer.id: offer for offer in found}

    return read_offers


def said_of(offer, *, by=None, is_shown=True):
    return Acknowledgement(offer_id=offer.id, by=by or offer.courier_id, is_shown=is_shown)


def kinds_of(refused):
    return {one: type(error) for one, error in refused.items()}


async def test_those_that_come_together_are_noted_together(runtime, conn, market, made, now_of):
    said = [said_of(offer) for offer in made]
    assert await acknowledge_offers(runtime, said, market_id=market) == {}
    assert {offer.status for offer in (await now_of(made)).values()} == {"seen"}
    rows = await conn.fetch("SELECT xid::text AS xid FROM fact WHERE type = 'offer.seen'")
    assert len(rows) == len(made)
    assert len({row["xid"] for row in rows}) == 1


async def test_what_is_unknown_or_anothers_harms_nobody(runtime, market, made, online, now_of):
    mine, other = made[:2]
    strange = Acknowledgement(offer_id=OfferId(uuid7()), by=online[0], is_shown=True)
    anothers = said_of(other, by=mine.courier_id)
    said = [strange, anothers, said_of(mine)]
    refused = await acknowledge_offers(runtime, said, market_id=market)
    assert kinds_of(refused) == {strange: NotFoundError, anothers: NotFoundError}
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


async def test_an_offer_that_somebody_holds_is_refused_alone_and_at_once(
    runtime, conn, market, made, now_of
):
    held, *others = made
    said = [said_of(offer) for offer in made]
    async with conn.transaction():
        await conn.execute("SELECT FROM offer WHERE id = $1 FOR UPDATE", held.id)
        refused = await acknowledge_offers(runtime, said, market_id=market)
    assert kinds_of(refused) == {said_of(held): LockContentionError}
    found = await now_of(made)
    assert found[held.id].status == "pending"
    assert {found[offer.id].status for offer in others} == {"seen"}


async def test_an_offer_that_cannot_be_acknowledged_harms_nobody(
    runtime, conn, market, made, now_of
):
    odd, other = made[:2]
    await conn.execute("UPDATE offer SET status = 'seen' WHERE id = $1", odd.id)  # but by whom?
    said = [said_of(odd), said_of(other)]
    refused = await acknowledge_offers(runtime, said, market_id=market)
    assert kinds_of(refused) == {said_of(odd): InvalidStateTransitionError}
    assert (await now_of(made))[other.id].status == "seen"
