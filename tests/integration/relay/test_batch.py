"""Facts leave Postgres in commit order, each exactly once, whoever relays."""

import asyncio

import asyncpg
import msgspec
import pytest

from service.domain.sealing import unseal
from service.relay.batch import Batch, MissingCursorError, relay_batch
from service.relay.indexing import Indexing
from service.relay.loop import caution_of, relay_facts, relay_waiting
from service.store.leadership import LostLeaseError
from tests.integration.relay.conftest import PATIENCE_S, eventually, leading
from tests.integration.relay.streams import (
    check_each_fact_told_once,
    check_gapless,
    events_of,
)

RECORD = """
INSERT INTO fact (market_id, type, actor, at, body)
VALUES ('vienna', $1, 'ops', now(), '{"type": "market", "id": "vienna", "is_paused": true}')
"""


async def told_types(conn, market):
    return [event["event"]["type"] for event in await events_of(conn, f"market:{market}")]


async def test_a_fact_that_commits_late_is_never_skipped(conn, database, market, relay):
    other = await asyncpg.connect(database.database_url)
    slow = conn.transaction()
    await slow.start()
    await conn.execute(RECORD, "market.paused")  # the lower transaction number ...
    await other.execute(RECORD, "market.resumed")  # ... commits after the higher one
    await relay()
    assert await told_types(other, market) == []
    await slow.commit()
    await relay()
    assert await told_types(other, market) == ["market.paused", "market.resumed"]
    await other.close()


async def test_transaction_numbers_count_as_numbers_and_not_as_text(
    runtime, conn, market, leadership, index
):
    of_xid = {"9": "market.paused", "10": "market.resumed", "100": "market.paused"}
    for xid in ("100", "9", "10"):
        await conn.execute(RECORD, of_xid[xid])
        await conn.execute("UPDATE fact SET xid = $1::text::xid8 WHERE id = lastval()", xid)
    settings = msgspec.structs.replace(runtime.settings, relay_batch_count_max=1)
    index.runtime = msgspec.structs.replace(runtime, settings=settings)
    indexing = Indexing(index)
    await relay_waiting(indexing, leadership, caution_of(indexing.index.runtime.settings))
    await indexing.catch_up()
    assert await told_types(conn, market) == list(of_xid.values())


async def test_what_a_transaction_rolled_back_is_not_told(conn, database, market, relay):
    other = await asyncpg.connect(database.database_url)
    failing = other.transaction()
    await failing.start()
    await other.execute(RECORD, "market.paused")
    await conn.execute(RECORD, "market.resumed")
    await failing.rollback()
    await relay()
    assert await told_types(conn, market) == ["market.resumed"]
    await other.close()


async def test_a_job_is_told_to_its_merchant_its_courier_and_ops(
    runtime, conn, market, people, online, post, give, relay
):
    job_id = await post()
    await give(job_id, online[0])
    await relay()
    merchant = await events_of(conn, f"merchant:{people[0].merchant_id}")
    assert [(event["event"]["type"], event["event"]["sequence"]) for event in merchant] == [
        ("job.created", 1),
        ("job.opened", 2),
        ("job.assigned", 3),
        ("job.enroute_to_pickup", 4),
    ]
    courier = await events_of(conn, f"courier:{online[0]}")
    assert [event["type"] for event in courier] == [
        "notice",  # online
        "offer_made",
        "job_updated",  # assigned
        "job_updated",  # enroute_to_pickup
        "assignment_changed",
        "notice",  # busy
    ]
    made, changed = courier[1], courier[4]
    for told, field, texts in (
        (made["legs"], "address", ["Graben 1", "Naschmarkt 5"]),
        (changed["assignment"]["stops"], "contact_name", ["Ida", "Max"]),
    ):
        kept = [one[field] for one in told]
        assert all(text.startswith("sealed:") for text in kept)
        assert [unseal(text, runtime.recipient_keys, field=field) for text in kept] == texts
    await check_gapless(conn)
    await check_each_fact_told_once(conn, market)


async def test_more_facts_than_a_batch_holds_all_come_out(
    runtime, conn, market, post, leadership, index
):
    for _ in range(5):
        await post()
    settings = msgspec.structs.replace(runtime.settings, relay_batch_count_max=3)
    index.runtime = msgspec.structs.replace(runtime, settings=settings)
    indexing = Indexing(index)
    await relay_waiting(indexing, leadership, caution_of(indexing.index.runtime.settings))
    await indexing.catch_up()
    await check_gapless(conn)
    await check_each_fact_told_once(conn, market)


async def test_batches_at_the_same_time_tell_each_fact_once(
    runtime, conn, market, post, leadership
):
    for _ in range(5):
        await post()
    outcomes = await asyncio.gather(
        *(
            relay_batch(runtime, market, leadership=leadership, epoch=leadership.epoch)
            for _ in range(5)
        ),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} <= {Batch, LostLeaseError}
    await check_gapless(conn)
    await check_each_fact_told_once(conn, market)


@pytest.fixture
def told_by_now(conn, market):
    """Wait until something was told."""

    async def wait():
        async def is_told():
            return bool(await events_of(conn, f"market:{market}"))

        await eventually(is_told)

    return wait


async def test_a_relay_that_lost_its_lease_writes_nothing(runtime, conn, market, post):
    async with leading(runtime, market, holder="first") as first:
        lost_epoch = first.epoch
    await post()
    async with leading(runtime, market, holder="second") as second:
        assert second.epoch > lost_epoch
        with pytest.raises(LostLeaseError):
            await relay_batch(runtime, market, leadership=first, epoch=lost_epoch)
        assert await events_of(conn, f"market:{market}") == []


async def test_a_market_without_a_place_to_relay_from_is_an_error_and_not_silence(
    conn, index, leadership
):
    await conn.execute("DELETE FROM relay_cursor")
    with pytest.raises(MissingCursorError, match="market vienna has no row"):
        async with asyncio.timeout(PATIENCE_S):
            await relay_facts(Indexing(index), leadership, asyncio.Event())


async def test_a_place_that_goes_while_facts_are_relayed_is_noticed(
    conn, index, leadership, post, told_by_now
):
    wake = asyncio.Event()
    relaying = asyncio.create_task(relay_facts(Indexing(index), leadership, wake))
    await post()
    await told_by_now()
    await conn.execute("DELETE FROM relay_cursor")
    async with asyncio.timeout(PATIENCE_S):
        while not relaying.done():
            wake.set()  # somebody records facts all the time
            await asyncio.wait({relaying}, timeout=0.05)
    assert isinstance(relaying.exception(), MissingCursorError)
