"""What a tick puts on record, on real servers: open jobs, and all it takes to decide again."""

from datetime import timedelta

import msgspec
import pytest

from service.actions.change_policy import change_policy
from service.dispatch.backtest_run import Asked, run_backtest
from service.dispatch.discretion import exact
from service.dispatch.loop import Ticker
from service.dispatch.memory import Memory
from service.dispatch.record import RECORDED_EVERY_COUNT, Recorder
from service.dispatch.recording import chosen_of, unpack
from service.dispatch.redecide import redecide
from service.dispatch.tick import tick
from service.domain.errors import InvalidParamsError, NotFoundError
from service.domain.ids import MarketId
from service.domain.load import Load
from service.domain.policy import Policy
from service.domain.vocabulary import Outcome
from service.relay.retention import forget_recorded_ticks
from service.store import recorded_ticks, ticks

HOUR = timedelta(hours=1)


@pytest.fixture
def decisions_of(runtime):
    """Read what was decided about a job, newest first."""

    async def read(job_id):
        async with runtime.pool.connection() as conn:
            return await ticks.list_decisions_of_job(
                conn, job_id=job_id, before_id=None, limit_count=100
            )

    return read


@pytest.fixture
def recorded(runtime, market):
    """Read the recorded ticks, oldest first."""

    async def read():
        now = runtime.clock.now()
        async with runtime.pool.connection() as conn:
            return await recorded_ticks.list_recorded_ticks(
                conn,
                market_id=market,
                from_at=now - HOUR,
                to_at=now + HOUR,
                after_id=0,
                limit_count=100,
            )

    return read


@pytest.fixture
def backtest(runtime, market):
    """Compare the policy of then with changes to it, over the last hour."""

    async def run(changes, **asked):
        now = runtime.clock.now()
        values = {
            "from_at": now - HOUR,
            "to_at": now + HOUR,
            "changes": changes,
            "market_id": market,
            "ticks_count_max": 100,
        }
        return await run_backtest(runtime, Asked(**(values | asked)))

    return run


async def test_a_job_that_nobody_can_take_is_on_record_once(
    courier_ids, arrive_on_duty, post, run_tick, decisions_of
):
    await arrive_on_duty(courier_ids[0], capacity=Load(1_000, 60, 6))
    job_id = await post()
    summary = await run_tick()
    await run_tick()
    (decision,) = await decisions_of(job_id)
    assert (decision.outcome, decision.offer_id, decision.courier_id) == (
        Outcome.ALL_REMOVED,
        None,
        None,
    )
    assert decision.tick_id == summary.tick_id is not None
    assert summary.open_count_by_outcome == {"all_removed": 1}
    assert decision.reasons["policy_version"] == 1
    (job,) = decision.reasons["jobs"]
    assert job["removed_count_by_filter"] == {"capacity": 1}
    assert [one["courier_id"] for one in job["nearest"]] == [str(courier_ids[0])]


async def test_a_job_that_is_left_open_and_then_offered_has_both_on_record(
    courier_ids, arrive_on_duty, post, run_tick, decisions_of, open_offers
):
    job_id = await post()
    await run_tick()
    await arrive_on_duty(courier_ids[0])
    summary = await run_tick()
    (offer,) = await open_offers()
    offered, left_open = await decisions_of(job_id)
    assert (left_open.outcome, offered.outcome) == ("no_candidate", "offered")
    assert (offered.offer_id, offered.courier_id, offered.status) == (
        offer.id,
        courier_ids[0],
        "pending",
    )
    assert offered.tick_id == summary.tick_id
    assert "loop_lag_ms_max" in msgspec.to_builtins(summary)


async def test_a_record_that_cannot_be_written_stops_no_offer(
    conn, courier_ids, arrive_on_duty, post, run_tick, open_offers, database
):
    await arrive_on_duty(courier_ids[0])
    await post()
    async with conn.transaction():
        await conn.execute("LOCK TABLE recorded_tick")
        await run_tick()
    assert len(await open_offers()) == 1
    assert await conn.fetchval("SELECT count(*) FROM recorded_tick") == 0


async def test_a_recorded_tick_is_decided_again_to_the_last_bit(
    runtime, warrant, courier_ids, arrive_on_duty, post, run_tick, open_offers, recorded
):
    await arrive_on_duty(courier_ids[0])
    await arrive_on_duty(courier_ids[1], north_m=600.0)
    await post()
    await post()
    summary = await run_tick()
    (row,) = await recorded()
    assert (row.tick_id, row.policy_version) == (summary.tick_id, 1)
    then = exact(unpack(row.packed), row.exact_places)
    (proposal,) = redecide(then, warrant.market, policy_then=warrant.market.policy)
    (offer,) = await open_offers()
    assert chosen_of([proposal]) == then.chosen
    assert (proposal.courier_id, tuple(job.job_id for job in proposal.jobs)) == (
        offer.courier_id,
        offer.job_ids,
    )
    async with runtime.pool.connection() as conn:
        (decision,) = await ticks.read_decisions(conn, offer_ids=[offer.id])
    assert decision.reasons == msgspec.json.decode(msgspec.json.encode(proposal.reasons))


async def test_after_a_day_the_record_has_only_the_cells_of_who_had_no_job(
    runtime, market, conn, courier_ids, arrive_on_duty, post, run_tick, recorded, backtest
):
    await arrive_on_duty(courier_ids[0])
    await post()
    await run_tick()
    assert (await backtest({})).coarse_count == 0
    await forget_recorded_ticks(runtime, market)
    (fresh,) = await recorded()
    await conn.execute("UPDATE recorded_tick SET at = at - interval '25 hours'")
    await forget_recorded_ticks(runtime, market)
    await conn.execute("UPDATE recorded_tick SET at = at + interval '25 hours'")
    (old,) = await recorded()
    assert (fresh.exact_places is None, old.exact_places) == (False, None)
    assert old.packed == fresh.packed
    (seen,) = unpack(old.packed).gathered.couriers
    assert seen.place != exact(unpack(old.packed), fresh.exact_places).gathered.couriers[0].place
    assert (await backtest({})).coarse_count == 1


async def test_of_ticks_that_offer_nothing_one_in_many_is_recorded(post, run_tick, recorded):
    await post()
    for _ in range(RECORDED_EVERY_COUNT - 1):
        await run_tick()
    assert await recorded() == []
    await run_tick()
    (row,) = await recorded()
    assert unpack(row.packed).chosen == ()


@pytest.mark.parametrize("bytes_max", [0, 100])
async def test_a_tick_that_is_too_large_is_not_recorded(
    bytes_max, runtime, conn, warrant, show, quarantine, courier_ids, arrive_on_duty, post
):
    tight = msgspec.structs.replace(runtime.settings, recorded_tick_bytes_max=bytes_max)
    sparing = msgspec.structs.replace(runtime, settings=tight)
    await arrive_on_duty(courier_ids[0])
    await post()
    await show()
    summary = await tick(
        sparing,
        warrant,
        tick_s=1.0,
        quarantine=quarantine,
        recorder=Recorder(),
        memory=Memory(),
    )
    assert summary.offers_count == 1
    assert await conn.fetchval("SELECT count(*) FROM recorded_tick") == 0


async def test_a_new_policy_is_followed_from_the_next_tick_on(
    runtime, market, leadership, courier_ids, arrive_on_duty, post, show, open_offers
):
    ticker = Ticker(runtime, market, leadership)
    await arrive_on_duty(courier_ids[0])
    await post()
    await post()
    await show()
    changed = await change_policy(
        runtime,
        market_id=market,
        policy=Policy(bundle_jobs_count_max=1),
        based_on_version=1,
        operator_id=None,
    )
    summary = await ticker.attempt()
    (offer,) = await open_offers()
    assert summary.policy_version == offer.policy_version == changed.version == 2
    assert len(offer.job_ids) == 1


async def test_a_backtest_tells_what_another_policy_would_have_offered(
    courier_ids, arrive_on_duty, post, run_tick, backtest
):
    await arrive_on_duty(courier_ids[0])
    await post()
    await post()
    await run_tick()
    report = await backtest({"bundle_jobs_count_max": 1})
    found = report.comparison
    assert (found.ticks_count, found.as_recorded_count) == (1, 1)
    assert (found.before.bundled_jobs_count, found.after.bundled_jobs_count) == (2, 0)
    assert found.changes.jobs_only_before_count == 1
    assert not report.is_cut
    same = (await backtest({})).comparison
    assert same.before == same.after


async def test_a_backtest_refuses_what_it_cannot_do(
    conn, courier_ids, arrive_on_duty, post, run_tick, backtest
):
    with pytest.raises(NotFoundError, match="no recorded ticks"):
        await backtest({})
    with pytest.raises(InvalidParamsError, match="detour"):
        await backtest({"detour_factor": 0.5})
    with pytest.raises(NotFoundError, match="no such market"):
        await backtest({}, market_id=MarketId("graz"))
    await arrive_on_duty(courier_ids[0])
    await post()
    await run_tick()
    assert (await backtest({}, market_id=None)).market_id == "vienna"
    await conn.execute("UPDATE recorded_tick SET packed = 'x'")
    with pytest.raises(NotFoundError, match="no recorded ticks"):
        await backtest({})


async def test_a_backtest_says_when_there_are_more_ticks_than_it_may_read(
    conn, courier_ids, arrive_on_duty, post, run_tick, backtest
):
    for courier_id in courier_ids[:2]:
        await arrive_on_duty(courier_id)
        await post()
        await run_tick()
    report = await backtest({}, ticks_count_max=1)
    assert (report.is_cut, report.comparison.ticks_count) == (True, 1)
