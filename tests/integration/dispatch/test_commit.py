"""What is written when the world has changed since the tick looked, or when writing fails."""

from functools import partial

import msgspec
import pytest

from service.actions.cancel_job import cancel_job
from service.actions.pause_market import pause_market
from service.actions.set_status import Paused, set_status
from service.dispatch.commit import commit
from service.dispatch.decide import decide
from service.dispatch.gather import gather
from service.dispatch.memory import Memory
from service.dispatch.quarantine import FAILURES_COUNT_MAX
from service.dispatch.tick import summary_of, tick
from service.dispatch.travel import StraightLine
from service.domain.geo import Point
from service.domain.vocabulary import Actor, ReasonCode
from service.runtime import open_runtime
from service.store.leadership import LostLeaseError

FAR = Point(48.2489, 16.3697)  # 4.4 km north of the Graben: out of reach for who is there


@pytest.fixture
def look(runtime, warrant, show):
    """Decide on what the rows say now; return what would write it."""

    async def decide_now():
        await show()
        market, now = warrant.market, runtime.clock.now()
        gathered = await gather(
            runtime.redis,
            market,
            settings=runtime.settings,
            memory=Memory(),
            now=now,
        )
        travel = StraightLine(market.policy)
        decided = await decide(gathered, market, travel=travel, tick_s=1.0, left_out=())
        draft = summary_of(gathered, decided, market, gather_ms=0.0, solve_ms=0.0)
        return partial(commit, runtime, warrant, decided, travel=travel, draft=draft)

    return decide_now


@pytest.fixture
async def two_pairs(courier_ids, arrive_on_duty, post):
    """Two jobs, each with a courier beside it and none other in reach; their ids."""
    await arrive_on_duty(courier_ids[0])
    await arrive_on_duty(courier_ids[1], north_m=4_400.0)
    return await post(), await post(pickup=FAR)


async def test_a_canceled_job_is_skipped_without_harm_to_the_others(
    runtime, market, courier_ids, two_pairs, look, open_offers
):
    write = await look()
    await cancel_job(
        runtime,
        job_id=two_pairs[0],
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    committed = await write()
    assert (committed.offers_count, committed.refused_count) == (1, 1)
    assert [offer.courier_id for offer in await open_offers()] == [courier_ids[1]]


async def test_a_courier_who_takes_a_break_is_skipped(
    runtime, market, courier_ids, two_pairs, look, open_offers
):
    write = await look()
    await set_status(
        runtime,
        courier_id=courier_ids[1],
        market_id=market,
        duty=Paused(),
        actor=Actor.COURIER,
    )
    assert (await write()).refused_count == 1
    assert [offer.courier_id for offer in await open_offers()] == [courier_ids[0]]


async def test_a_market_that_was_paused_while_the_tick_decided_gets_no_offers(
    runtime, market, two_pairs, look, open_offers
):
    write = await look()
    await pause_market(runtime, market_id=market, is_paused=True)
    assert (await write()).offers_count == 0
    assert await open_offers() == []
    await pause_market(runtime, market_id=market, is_paused=False)
    assert (await write()).offers_count == 2


async def test_a_decision_written_twice_makes_its_offers_once(two_pairs, look, open_offers):
    write = await look()
    assert (await write()).offers_count == 2
    again = await write()
    assert (again.offers_count, again.refused_count, again.tick_id) == (0, 2, None)
    assert len(await open_offers()) == 2


async def test_who_declined_is_not_asked_again_by_an_index_that_has_not_heard_of_it(
    two_pairs, look, open_offers, decline
):
    write = await look()
    await write()
    for offer in await open_offers():
        await decline(offer)
    assert (await write()).refused_count == 2
    assert await open_offers() == []


async def test_a_route_that_changed_meanwhile_is_not_offered(
    runtime, market, courier_ids, arrive_on_duty, post, run_tick, look, open_offers, accept
):
    await arrive_on_duty(courier_ids[0], north_m=200.0)
    first_id = await post()
    await run_tick()
    await accept((await open_offers())[0])
    await post(pickup=Point(48.2098, 16.3697))  # on the way to the first
    write = await look()
    await cancel_job(
        runtime,
        job_id=first_id,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    committed = await write()
    assert (committed.offers_count, committed.refused_count) == (0, 1)


async def test_a_dispatcher_that_wakes_late_writes_nothing(
    conn, lead, warrant, two_pairs, look, open_offers
):
    write = await look()
    await conn.execute("UPDATE lease SET expires_at = clock_timestamp()")  # it slept that long
    async with lead() as successor:
        assert successor.epoch == warrant.epoch + 1
        with pytest.raises(LostLeaseError):
            await write()
    assert await open_offers() == []
    assert await conn.fetchval("SELECT count(*) FROM tick") == 0


async def test_news_of_a_job_that_changed_are_not_told(runtime, market, conn, post, look):
    job_id = await post()
    await conn.execute("UPDATE job SET opened_at = opened_at - interval '12 s'")
    write = await look()
    await cancel_job(
        runtime,
        job_id=job_id,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    await write()
    told = await conn.fetch("SELECT type FROM fact WHERE job_id = $1 ORDER BY sequence", job_id)
    assert [row["type"] for row in told] == ["job.created", "job.opened", "job.canceled"]


POISON = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poison'; END $$;
CREATE TRIGGER poison BEFORE INSERT ON offer FOR EACH ROW
  WHEN (NEW.courier_id = '{courier_id}') EXECUTE FUNCTION refuse();
"""


async def test_a_poison_pair_stops_nobody_and_is_left_out_after_a_while(
    conn, courier_ids, two_pairs, arrive_on_duty, run_tick, open_offers
):
    await conn.execute(POISON.format(courier_id=courier_ids[0]))
    assert (await run_tick()).offers_count == 1
    assert [offer.courier_id for offer in await open_offers()] == [courier_ids[1]]
    for _ in range(FAILURES_COUNT_MAX - 1):
        assert (await run_tick()).offers_count == 0
    assert (await run_tick()).removed_count_by_filter == {"declined": 1}
    await arrive_on_duty(courier_ids[2], north_m=900.0)
    await run_tick()
    assert {offer.courier_id for offer in await open_offers()} == set(courier_ids[1:])


async def test_a_job_that_somebody_holds_stops_nobody_else(
    database, conn, two_pairs, warrant, show, quarantine, recorder, open_offers, courier_ids
):
    impatient = msgspec.structs.replace(database, lock_timeout_ms=50)
    await show()
    async with open_runtime(impatient) as other, conn.transaction():
        await conn.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", two_pairs[0])
        summary = await tick(
            other,
            warrant,
            tick_s=1.0,
            quarantine=quarantine,
            recorder=recorder,
            memory=Memory(),
        )
    assert summary.offers_count == 1
    assert [offer.courier_id for offer in await open_offers()] == [courier_ids[1]]
