"""The live index is what the rows say, whatever happened to it."""

import pytest
from msgspec.structs import replace

from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.actions.assign_job import assign_job
from service.actions.decline_offer import decline_offer
from service.actions.set_status import Offline, set_status
from service.domain.geo import Point
from service.domain.vocabulary import Actor
from service.live import index as live_index
from service.live import keys, positions
from service.live.connections import draw_numbers
from service.relay.audit import Audit
from service.relay.drift import find_drift


async def test_open_jobs_and_couriers_on_duty_are_indexed(online, post, relay, indexed):
    job_id = await post()
    await relay()
    assert await indexed() == ({job_id}, set(online))


async def test_an_offer_takes_job_and_courier_out_until_it_is_declined(
    runtime, market, online, post, relay, indexed
):
    job_id = await post()
    made = await assign_job(runtime, job_id=job_id, courier_id=online[0], market_id=market)
    await relay()
    assert await indexed() == (set(), set(online[1:]))
    said = Acknowledgement(offer_id=made.id, by=online[0], is_shown=True)
    await acknowledge_offers(runtime, [said], market_id=market)
    await decline_offer(runtime, answer="", offer_id=made.id, by=online[0], market_id=market)
    await relay()
    assert await indexed() == ({job_id}, set(online))
    (job,) = await live_index.read_jobs(runtime.redis, market)
    assert job.refused_by == (online[0],)


async def test_a_courier_under_way_is_indexed_with_the_route(
    runtime, market, online, post, give, pick_up, relay
):
    job_id = await post()
    await give(job_id, online[0])
    await pick_up(job_id, online[0])
    await relay()
    roster = await live_index.read_roster(runtime.redis, market, online[:1])
    entry = roster[online[0]]
    assert [stop.kind for stop in entry.route] == ["dropoff"]
    assert (entry.live_jobs_count, entry.aboard.weight_g) == (1, 2_000)


async def test_off_duty_the_position_is_forgotten(runtime, market, online, relay, report, indexed):
    await report(online[0])
    await report(online[1])
    await set_status(
        runtime,
        courier_id=online[0],
        market_id=market,
        duty=Offline(),
        actor=Actor.COURIER,
    )
    await relay()
    assert (await indexed())[1] == set(online[1:])
    assert set(await positions.read_fixes(runtime.redis, market, online)) == {online[1]}


async def test_after_a_flush_the_index_is_rebuilt_whole(
    runtime, market, online, post, relay, index, indexed
):
    job_ids = {await post() for _ in range(3)}
    await relay()
    await runtime.redis.execute("FLUSHALL")
    await Audit(index).check(lease_epoch=1)
    assert await indexed() == (job_ids, set(online))
    assert (await find_drift(runtime, market)).count == 0
    assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:1"


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_flush_while_it_is_rebuilt_leaves_no_mark(
    runtime, market, online, post, index, indexed, monkeypatch, is_first
):
    job_id = await post()
    audit = Audit(index)
    if not is_first:
        await audit.check(lease_epoch=1)
    apply = index.apply

    async def apply_in_vain(**ids):
        await apply(**ids)
        await runtime.redis.execute("FLUSHALL")

    with monkeypatch.context() as patch:
        patch.setattr(index, "apply", apply_in_vain)
        await audit.check(lease_epoch=2)
    assert await live_index.index_epoch(runtime.redis, market) is None
    await audit.check(lease_epoch=2)
    assert await indexed() == ({job_id}, set(online))
    assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:2"


async def test_what_is_left_without_a_mark_is_not_trusted(
    runtime, market, online, post, relay, index, make_job
):
    await post()
    await relay()
    stranger = make_job(7)
    await live_index.put_jobs(runtime.redis, market, [stranger])
    await Audit(index).check(lease_epoch=1)
    assert (await find_drift(runtime, market)).count == 0


async def test_a_relay_that_takes_over_mends_the_index_and_marks_it_as_its_own(
    runtime, market, online, post, relay, index
):
    await Audit(index).check(lease_epoch=1)
    await post()  # nobody relays it
    await Audit(index).check(lease_epoch=2)
    assert (await find_drift(runtime, market)).count == 0
    assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:2"


async def test_drift_is_repaired_both_ways(runtime, market, online, post, relay, index, make_job):
    missing, stale = await post(), await post()
    await relay()
    (old,) = [
        job for job in await live_index.read_jobs(runtime.redis, market) if job.job_id == stale
    ]
    await live_index.remove_jobs(runtime.redis, market, [missing])
    left_over = make_job(7)
    outdated = replace(old, version=old.version - 1)
    await live_index.put_jobs(runtime.redis, market, [left_over, outdated])
    await live_index.remove_roster(runtime.redis, market, online[:1])
    audit = Audit(index)
    assert (await audit.repair()).count == 0  # the relay may be about to write it
    repaired = await audit.repair()
    assert repaired.job_ids == {missing, stale, left_over.job_id}
    assert repaired.courier_ids == {online[0]}
    assert (await find_drift(runtime, market)).count == 0


async def test_an_index_that_is_right_is_left_alone(index, online, post, relay):
    await post()
    await relay()
    audit = Audit(index)
    assert [(await audit.repair()).count for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("kind", ["cell", "roster", "epoch", "position", "connections"])
async def test_keys_of_another_type_are_gone_and_the_index_is_whole(
    runtime, market, index, online, post, relay, report, indexed, kind
):
    job_id = await post()
    await report(online[0])
    await draw_numbers(runtime.redis, market, online, now=runtime.clock.now())
    audit = Audit(index)
    await audit.check(lease_epoch=1)
    found = await runtime.redis.execute("KEYS", f"*{kind}*")
    assert found
    for key in found:
        await runtime.redis.execute("DEL", key)
        await runtime.redis.execute("RPUSH", key, "poison")
    for _ in range(2):
        await audit.check(lease_epoch=1)
    assert await indexed() == ({job_id}, set(online))
    assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:1"
    await report(online[0])
    assert set(await positions.read_fixes(runtime.redis, market, online)) == {online[0]}


async def test_records_that_do_not_decode_are_gone_and_the_index_is_whole(
    runtime, market, index, online, post, relay, indexed
):
    job_id = await post()
    audit = Audit(index)
    await audit.check(lease_epoch=1)
    await runtime.redis.execute("HSET", keys.roster(market), online[0].bytes, "poison")
    for _ in range(2):
        await audit.check(lease_epoch=1)
    assert await indexed() == ({job_id}, set(online))


async def test_a_job_that_nobody_can_take_out_of_its_cell_does_not_stay(
    runtime, market, index, online, post, relay, make_job
):
    """Where it stands is lost, so that it is read, and removed in vain."""
    job_id = await post()
    audit = Audit(index)
    await audit.check(lease_epoch=1)
    (job,) = await live_index.read_jobs(runtime.redis, market)
    stranger = replace(job, job_id=make_job(7).job_id)
    await live_index.put_jobs(runtime.redis, market, [stranger])
    await runtime.redis.execute("HDEL", keys.job_cells(market), stranger.job_id.bytes)
    for _ in range(5):
        await audit.check(lease_epoch=1)
    assert [one.job_id for one in await live_index.read_jobs(runtime.redis, market)] == [job_id]


async def test_what_differs_otherwise_than_before_is_left_to_the_relay(
    runtime, market, index, online, post, relay
):
    job_id = await post()
    await relay()
    audit = Audit(index)
    await live_index.remove_jobs(runtime.redis, market, [job_id])
    await audit.repair()
    await index.apply(job_ids=[job_id], courier_ids=[])
    await post()  # nobody has relayed it yet
    assert (await audit.repair()).count == 0


async def test_after_minutes_without_a_relay_only_positions_of_the_silent_are_gone(
    runtime, market, index, online, report, see, later, monkeypatch
):
    """The key of a cell expires when nobody there reports; what is about all cells does not."""
    monkeypatch.setattr(positions, "BATCH_COUNT_MAX", 1)
    audit = Audit(index)
    await audit.check(lease_epoch=1)
    await report(online[0])
    await report(online[1])
    (silent_key,) = await runtime.redis.execute("KEYS", "*:couriers")
    await later(keys.POSITIONS_TTL_S + 1)
    await see(online[2], Point(48.25, 16.45))
    await runtime.redis.execute("DEL", silent_key)
    await audit.check(lease_epoch=1)
    assert set(await positions.read_fixes(runtime.redis, market, online)) == {online[2]}
    assert await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:1"
    assert sum((await positions.read_counts(runtime.redis, market)).values()) == 1
