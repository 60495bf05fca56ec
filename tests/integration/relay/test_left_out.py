"""A row that the live index cannot take costs nobody else: it is left out, and ops are told."""

import pytest

from service.live import index as live_index
from service.live import positions
from service.relay import index as relay_index
from service.relay import left_out
from service.relay.audit import Audit
from service.relay.indexing import Indexing
from service.relay.touched import Touched


def refuse(monkeypatch, name, is_bad):
    """Let the function of `service.relay.index` fail for some rows."""
    sound = getattr(relay_index, name)

    def convert(row):
        if is_bad(row):
            raise ValueError("poison")
        return sound(row)

    monkeypatch.setattr(relay_index, name, convert)


async def test_one_job_that_cannot_be_indexed_is_left_out_and_the_others_stay(
    runtime, market, index, online, post, report, indexed, listed, monkeypatch
):
    audit = Audit(index)
    await audit.check(lease_epoch=1)
    await report(online[0])
    job_ids = [await post() for _ in range(3)]
    refuse(monkeypatch, "open_job", lambda row: row.job_id == job_ids[1])
    for _ in range(4):
        await audit.check(lease_epoch=1)
    assert await indexed() == ({job_ids[0], job_ids[2]}, set(online))
    assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:1"
    assert set(await positions.read_fixes(runtime.redis, market, online)) == {online[0]}
    (told,) = await listed()
    assert (told.kind, told.severity, told.job_id) == ("matching_fault", "critical", job_ids[1])


async def test_after_a_flush_the_index_is_whole_but_for_a_job_that_cannot_be_indexed(
    runtime, market, index, online, post, indexed, monkeypatch
):
    job_ids = [await post() for _ in range(3)]
    refuse(monkeypatch, "open_job", lambda row: row.job_id == job_ids[1])
    for audit in (Audit(index), Audit(index)):
        await runtime.redis.execute("FLUSHALL")
        await audit.check(lease_epoch=1)
        assert await indexed() == ({job_ids[0], job_ids[2]}, set(online))
        assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:1"


async def test_one_courier_who_cannot_be_indexed_is_left_out_and_the_others_stay(
    runtime, market, index, online, post, report, indexed, listed, monkeypatch
):
    audit = Audit(index)
    await audit.check(lease_epoch=1)
    for courier_id in online[:2]:
        await report(courier_id)
    job_id = await post()
    await live_index.remove_roster(runtime.redis, market, online)
    refuse(monkeypatch, "roster_entry", lambda row: row.courier_id == online[0])
    for _ in range(4):
        await audit.check(lease_epoch=1)
    assert await indexed() == ({job_id}, set(online[1:]))
    assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:1"
    assert set(await positions.read_fixes(runtime.redis, market, online)) == set(online[:2])
    (told,) = await listed()
    assert (told.kind, told.job_id, told.courier_id) == ("matching_fault", None, online[0])


async def test_rows_that_nobody_can_read_are_left_out_until_they_are_mended(
    conn, market, index, online, post, indexed, listed
):
    """They are as a hand in the database may leave them."""
    audit = Audit(index)
    job_ids = [await post() for _ in range(3)]
    await conn.execute("UPDATE job SET opened_at = NULL WHERE id = $1", job_ids[0])
    await conn.execute("UPDATE courier SET shift_ends_at = NULL WHERE id = $1", online[1])
    for _ in range(4):
        await audit.check(lease_epoch=1)
    assert await indexed() == (set(job_ids[1:]), set(online) - {online[1]})
    assert {(one.kind, one.job_id, one.courier_id) for one in await listed()} == {
        ("matching_fault", job_ids[0], None),
        ("matching_fault", None, online[1]),
    }
    mend = "UPDATE job SET opened_at = now(), version = version + 1 WHERE id = $1"
    await conn.execute(mend, job_ids[0])
    for _ in range(2):
        await audit.check(lease_epoch=1)
    assert (await indexed())[0] == set(job_ids)


async def test_what_the_index_had_of_a_row_is_gone_when_nobody_can_read_it_any_more(
    conn, index, online, post, relay, indexed
):
    job_ids = [await post() for _ in range(2)]
    await relay()
    assert (await indexed())[0] == set(job_ids)
    await conn.execute("UPDATE job SET opened_at = NULL WHERE id = $1", job_ids[0])
    await index.apply(job_ids=job_ids, courier_ids=[])
    assert (await indexed())[0] == {job_ids[1]}


async def test_who_is_left_out_is_tried_again_after_a_while_and_is_no_drift(
    index, online, post, indexed, monkeypatch
):
    job_ids = [await post() for _ in range(2)]
    audit = Audit(index)
    with monkeypatch.context() as patch:
        refuse(patch, "open_job", lambda row: row.job_id == job_ids[0])
        await audit.check(lease_epoch=1)
        patch.setattr(left_out, "LEFT_OUT_S", 0.0)  # as if all looks were a minute apart
        for _ in range(4):
            await audit.check(lease_epoch=1)
    assert audit.take_differing_count() == 0
    for _ in range(2):
        await audit.check(lease_epoch=1)
    assert (await indexed())[0] == {job_ids[1]}  # it was tried just now
    monkeypatch.setattr(left_out, "LEFT_OUT_S", 0.0)
    for _ in range(2):
        await audit.check(lease_epoch=1)
    assert (await indexed())[0] == set(job_ids)


async def test_ops_are_told_once_of_who_stays_left_out(
    conn, index, online, post, listed, monkeypatch
):
    job_id = await post()
    refuse(monkeypatch, "open_job", lambda row: row.job_id == job_id)
    monkeypatch.setattr(left_out, "LEFT_OUT_S", 0.0)
    audit = Audit(index)
    await audit.check(lease_epoch=1)
    assert len(await listed()) == 1
    await conn.execute("UPDATE exception SET resolved_at = now(), resolution = 'dismissed'")
    for _ in range(4):
        await audit.check(lease_epoch=1)
    assert await listed() == []


async def test_one_bad_row_costs_no_other_of_its_round_the_index(
    market, index, online, post, indexed, monkeypatch
):
    job_ids = [await post() for _ in range(3)]
    refuse(monkeypatch, "open_job", lambda row: row.job_id == job_ids[0])
    woken = []

    async def wake(_, market_id):
        woken.append(market_id)

    monkeypatch.setattr("service.live.bus.publish_wake_dispatch", wake)
    indexing = Indexing(index)
    await indexing.note(
        Touched(job_ids=frozenset(job_ids), courier_ids=frozenset(online), wakes_dispatch=True)
    )
    await indexing.catch_up()
    assert await indexed() == (set(job_ids[1:]), set(online))
    assert woken == [market]


async def test_what_fails_for_nobody_at_all_is_no_rows_fault(
    index, online, post, listed, monkeypatch
):
    job_ids = [await post() for _ in range(2)]

    async def fail(*_, **__):
        raise ValueError("poison")

    monkeypatch.setattr("service.store.jobs.read_unoffered", fail)
    with pytest.raises(ValueError, match="poison"):
        await index.apply(job_ids=job_ids, courier_ids=[])
    assert await listed() == []
