"""Acceptances of many couriers in one transaction: each counts for itself."""

from datetime import timedelta

from uuid_utils.compat import uuid7

from service.actions.accept_offers import Acceptance, accept_offers
from service.domain.errors import LockContentionError, NotFoundError, OfferExpiredError
from service.domain.ids import CourierId, OfferId


def acceptance_of(offer, *, by=None):
    return Acceptance(offer_id=offer.id, by=by or offer.courier_id)


def kinds_of(refused):
    return {one: type(error) for one, error in refused.items()}


async def takers_of(conn):
    rows = await conn.fetch("SELECT job_id, courier_id FROM assignment WHERE ended_at IS NULL")
    return {row["job_id"]: row["courier_id"] for row in rows}


def jobs_of(offers):
    return {job_id: offer.courier_id for offer in offers for job_id in offer.job_ids}


async def test_those_that_come_together_are_accepted_together(runtime, conn, market, made):
    asked = [acceptance_of(offer) for offer in made]
    assert await accept_offers(runtime, asked, market_id=market) == {}
    assert await takers_of(conn) == jobs_of(made)
    rows = await conn.fetch("SELECT xid::text AS xid FROM fact WHERE type = 'job.assigned'")
    assert len(rows) == len(made)
    assert len({row["xid"] for row in rows}) == 1


async def test_repeating_them_changes_nothing(runtime, conn, market, made):
    asked = [acceptance_of(offer) for offer in made]
    await accept_offers(runtime, asked, market_id=market)
    facts_count = await conn.fetchval("SELECT count(*) FROM fact")
    assert await accept_offers(runtime, asked, market_id=market) == {}
    assert await conn.fetchval("SELECT count(*) FROM fact") == facts_count
    assert await takers_of(conn) == jobs_of(made)


async def test_who_is_too_late_or_strange_harms_nobody(runtime, conn, market, made):
    late, mine, *others = made
    await conn.execute(
        "UPDATE offer SET expires_at = expires_at - $2::interval WHERE id = $1",
        late.id,
        timedelta(days=1),
    )
    nobody = Acceptance(offer_id=mine.id, by=CourierId(uuid7()))
    asked = [acceptance_of(late), nobody, acceptance_of(mine), *map(acceptance_of, others)]
    refused = await accept_offers(runtime, asked, market_id=market)
    assert kinds_of(refused) == {acceptance_of(late): OfferExpiredError, nobody: NotFoundError}
    assert await takers_of(conn) == jobs_of([mine, *others])


async def test_anothers_offer_is_not_to_be_found_and_stays_to_be_had(runtime, conn, market, made):
    first, second, *_ = made
    thief = acceptance_of(second, by=first.courier_id)
    asked = [thief, acceptance_of(second)]
    refused = await accept_offers(runtime, asked, market_id=market)
    assert kinds_of(refused) == {thief: NotFoundError}
    assert await takers_of(conn) == jobs_of([second])


async def test_what_somebody_holds_is_left_alone_and_at_once(runtime, conn, market, made):
    asked = [acceptance_of(offer) for offer in made]
    async with conn.transaction():
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", made[0].job_ids[0])
        await conn.execute("SELECT FROM offer WHERE id = $1 FOR UPDATE", made[1].id)
        await conn.execute("SELECT FROM courier WHERE id = $1 FOR UPDATE", made[2].courier_id)
        refused = await accept_offers(runtime, asked, market_id=market)
    assert kinds_of(refused) == dict.fromkeys(asked[:3], LockContentionError)
    assert await takers_of(conn) == jobs_of(made[3:])


async def test_an_offer_that_is_not_there_is_asked_for_alone(runtime, conn, market, made):
    unknown = Acceptance(offer_id=OfferId(uuid7()), by=made[0].courier_id)
    other = acceptance_of(made[1])
    refused = await accept_offers(runtime, [unknown, other], market_id=market)
    assert kinds_of(refused) == {unknown: LockContentionError}
    assert await takers_of(conn) == jobs_of([made[1]])


async def test_a_courier_gets_one_answer_at_a_time(runtime, conn, market, made):
    mine, others = acceptance_of(made[0]), acceptance_of(made[1], by=made[0].courier_id)
    refused = await accept_offers(runtime, [mine, others], market_id=market)
    assert kinds_of(refused) == {others: LockContentionError}
    assert await takers_of(conn) == jobs_of([made[0]])
