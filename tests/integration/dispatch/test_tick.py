"""One tick on real servers: who is offered what, and what is written of it."""

from datetime import timedelta

import msgspec
import pytest

from service.actions.arrive_at_stop import arrive_at_stop
from service.dispatch.memory import Memory
from service.dispatch.tick import tick
from service.domain.courier import Fix
from service.domain.geo import Point
from service.domain.lifecycle import OfferMode, StopKind
from service.domain.load import Load
from service.domain.policy import Policy
from service.domain.recipient_data import opened
from service.domain.vocabulary import SizeClass
from service.live import index
from service.store import offers, ticks

GRABEN = Point(48.2089, 16.3697)


async def test_a_job_is_offered_to_the_nearest_courier(
    runtime, market, courier_ids, arrive_on_duty, post, run_tick, open_offers, read, warrant
):
    await arrive_on_duty(courier_ids[0], north_m=1_500.0)
    await arrive_on_duty(courier_ids[1], north_m=400.0)
    job = await read(await post())
    summary = await run_tick()
    (offer,) = await open_offers()
    assert (summary.offers_count, summary.jobs_count, summary.couriers_count) == (1, 1, 2)
    assert (offer.courier_id, offer.job_ids) == (courier_ids[1], (job.id,))
    assert (offer.mode, offer.bundle_id) == (OfferMode.EXCLUSIVE, None)
    assert (offer.dispatch_epoch, offer.tick_id) == (warrant.epoch, summary.tick_id)
    after = await read(job.id)
    assert (after.offer_id, after.version) == (offer.id, job.version + 1)


async def test_the_legs_tell_the_way_the_times_and_the_pay(
    runtime, courier_ids, arrive_on_duty, post, run_tick, open_offers, read
):
    await arrive_on_duty(courier_ids[0], north_m=900.0)
    job = await read(await post())
    await run_tick()
    (offer,) = await open_offers()
    pickup, dropoff = offer.legs
    assert [leg.stop_id for leg in offer.legs] == list(offer.stop_ids)
    assert [leg.stop_id for leg in offer.legs] == [
        job.latest(StopKind.PICKUP).id,
        job.latest(StopKind.DROPOFF).id,
    ]
    known = [opened(leg, runtime.recipient_keys).address for leg in (pickup, dropoff)]
    assert known == ["Graben 1", "Naschmarkt 5"]
    assert pickup.distance_m == pytest.approx(900.0 * Policy().detour_factor, rel=0.01)
    ride_s = (pickup.arrival_at - offer.created_at).total_seconds()
    assert ride_s == pytest.approx(pickup.distance_m / 4.5, abs=2.0)
    assert (pickup.due_at, dropoff.due_at) == (None, job.due_at)
    assert (pickup.pay_cents, dropoff.pay_cents) == (0, 800)
    assert offer.pay.total_cents == 800


async def test_the_reasons_are_recorded(
    runtime, market, conn, courier_ids, arrive_on_duty, post, run_tick, open_offers
):
    await arrive_on_duty(courier_ids[0])
    await arrive_on_duty(courier_ids[1], north_m=600.0)
    await arrive_on_duty(courier_ids[2], capacity=Load(1_000, 60, 6))
    job_id = await post()
    summary = await run_tick()
    (offer,) = await open_offers()
    async with runtime.pool.connection() as lent:
        decision = await ticks.read_decision(lent, offer_id=offer.id, market_id=market)
    assert decision.tick_id == summary.tick_id
    assert decision.reasons["runner_up"]["courier_id"] == str(courier_ids[1])
    (job,) = decision.reasons["jobs"]
    assert (job["job_id"], job["considered_count"]) == (str(job_id), 3)
    assert job["removed_count_by_filter"] == {"capacity": 1}
    told = {couriers["courier_id"]: couriers["removed_by"] for couriers in job["nearest"]}
    assert told == {
        str(courier_ids[0]): None,
        str(courier_ids[1]): None,
        str(courier_ids[2]): "capacity",
    }
    rows = await conn.fetch("SELECT type, body FROM fact WHERE type ~ '^(offer|tick)' ORDER BY id")
    assert sorted(row["type"] for row in rows) == ["offer.made", "tick.completed"]
    (completed,) = [row["body"] for row in rows if row["type"] == "tick.completed"]
    assert msgspec.json.decode(completed)["tick_id"] == summary.tick_id


async def test_a_declined_job_goes_to_the_next_courier_and_never_back(
    courier_ids, arrive_on_duty, post, run_tick, open_offers, decline
):
    for place, courier_id in enumerate(courier_ids):
        await arrive_on_duty(courier_id, north_m=300.0 * place)
    await post()
    asked = []
    for _ in courier_ids:
        await run_tick()
        (offer,) = await open_offers()
        asked.append(offer.courier_id)
        await decline(offer)
    assert asked == courier_ids
    assert (await run_tick()).removed_count_by_filter == {"declined": 3}
    assert await open_offers() == []


async def test_two_near_jobs_come_as_one_offer(
    conn, courier_ids, arrive_on_duty, post, run_tick, open_offers, accept, read
):
    await arrive_on_duty(courier_ids[0])
    job_ids = [await post(), await post(pickup=Point(48.2091, 16.3699))]
    summary = await run_tick()
    (offer,) = await open_offers()
    assert sorted(offer.job_ids) == sorted(job_ids)
    assert (summary.offers_count, summary.bundled_jobs_count) == (1, 2)
    assert [leg.kind for leg in offer.legs[:2]] == [StopKind.PICKUP, StopKind.PICKUP]
    assert await conn.fetchval("SELECT status FROM bundle WHERE id = $1", offer.bundle_id) == (
        "offered"
    )
    await accept(offer)
    assert {(await read(job_id)).bundle_id for job_id in job_ids} == {offer.bundle_id}


async def test_what_is_unmixed_shares_no_ride_with_a_parcel_from_next_door(
    courier_ids, arrive_on_duty, post, run_tick, open_offers, accept, read
):
    await arrive_on_duty(courier_ids[0])
    jobs = [
        await read(job_id)
        for job_id in (await post(is_unmixed=True), await post(pickup=Point(48.2091, 16.3699)))
    ]
    job_of_stop = {stop.id: job.id for job in jobs for stop in job.stops}
    for _ in jobs:  # the same two as one offer, were they not unmixed
        await run_tick()
        (offer,) = await open_offers()
        assert len(offer.job_ids) == 1
        await accept(offer)
    first, then, *others = [job_of_stop[stop_id] for stop_id in offer.stop_ids]
    assert first == then
    assert len(set(others)) == 1


async def test_a_courier_under_way_is_offered_a_second_job_within_the_route(
    courier_ids, arrive_on_duty, post, run_tick, open_offers, accept, read
):
    await arrive_on_duty(courier_ids[0], north_m=200.0)
    first = await read(await post())
    await run_tick()
    await accept((await open_offers())[0])
    second = await read(await post(pickup=Point(48.2098, 16.3697)))  # on the way to the first
    await run_tick()
    (offer,) = await open_offers()
    assert offer.job_ids == (second.id,)
    assert set(offer.stop_ids) == {stop.id for job in (first, second) for stop in job.stops}
    assert {leg.job_id for leg in offer.legs} == {second.id}
    await accept(offer)
    stops = [*(await read(first.id)).stops, *(await read(second.id)).stops]
    stops.sort(key=lambda stop: stop.route_position)
    assert tuple(stop.id for stop in stops) == offer.stop_ids


async def test_the_stop_that_a_courier_stands_at_stays_first(
    runtime, market, conn, courier_ids, arrive_on_duty, post, run_tick, open_offers, accept, read
):
    await arrive_on_duty(courier_ids[0])
    first = await read(await post())
    await run_tick()
    await accept((await open_offers())[0])
    pickup = first.latest(StopKind.PICKUP)
    await arrive_at_stop(
        runtime,
        courier_id=courier_ids[0],
        market_id=market,
        stop_id=pickup.id,
        fix=Fix(point=GRABEN, accuracy_m=5.0, received_at=runtime.clock.now()),
        policy=Policy(),
    )
    await conn.execute("UPDATE job SET ready_at = ready_at - interval '40 s'")
    await conn.execute("UPDATE stop SET arrived_at = arrived_at - interval '40 s'")
    await post()
    await run_tick()
    (offer,) = await open_offers()
    assert offer.stop_ids[0] == pickup.id
    left_s = (offer.legs[0].arrival_at - offer.created_at).total_seconds()
    assert 10.0 < left_s < 25.0  # the rest of the minute that the first pickup takes


async def test_nobody_gets_more_live_jobs_than_the_policy_allows(
    courier_ids, arrive_on_duty, post, run_tick, open_offers, accept
):
    await arrive_on_duty(courier_ids[0])
    for _ in range(Policy().live_jobs_count_max + 1):
        await post()
    await run_tick()
    (offer,) = await open_offers()
    assert len(offer.job_ids) == Policy().live_jobs_count_max
    await accept(offer)
    assert (await run_tick()).removed_count_by_filter == {"jobs_count": 1}


async def test_nobody_is_offered_more_than_fits(
    courier_ids, arrive_on_duty, post, run_tick, open_offers
):
    await arrive_on_duty(courier_ids[0], capacity=Load(16_000, 25, 6))
    for _ in range(2):
        await post(size_class=SizeClass.MEDIUM)
    await run_tick()
    (offer,) = await open_offers()
    kinds = [leg.kind for leg in offer.legs]
    assert kinds == [StopKind.PICKUP, StopKind.DROPOFF] * len(offer.job_ids)  # never two aboard


async def test_a_courier_has_one_offer_at_a_time(
    courier_ids, arrive_on_duty, post, run_tick, open_offers
):
    await arrive_on_duty(courier_ids[0])
    await post()
    assert (await run_tick()).offers_count == 1
    await post()
    assert (await run_tick()).offers_count == 0
    assert len(await open_offers()) == 1


async def test_an_offer_that_need_not_be_made_yet_is_held(
    runtime, courier_ids, arrive_on_duty, post, run_tick, open_offers
):
    await arrive_on_duty(courier_ids[0])
    await post(ready_at=runtime.clock.now() + timedelta(minutes=10))
    summary = await run_tick()
    assert (summary.held_count, summary.offers_count) == (1, 0)
    assert await open_offers() == []


async def test_a_search_widens_and_the_merchant_is_told(
    conn, courier_ids, arrive_on_duty, post, run_tick, read, open_offers
):
    await arrive_on_duty(courier_ids[0], north_m=3_200.0)
    job_id = await post()
    assert (await run_tick()).couriers_count == 0 or await open_offers() == []
    await conn.execute("UPDATE job SET opened_at = opened_at - interval '5 s'")
    await run_tick()
    assert (await read(job_id)).search_round == 0  # still the first round
    # who would be in reach by now
    await conn.execute("UPDATE courier SET status = 'paused' WHERE status = 'online'")
    await conn.execute("UPDATE job SET opened_at = opened_at - interval '7 s'")
    await run_tick()
    job = await read(job_id)
    assert (job.search_round, job.offer_id) == (1, None)
    fact = await conn.fetchrow(
        "SELECT sequence, body FROM fact WHERE type = 'job.search_updated' AND job_id = $1", job_id
    )
    assert fact["sequence"] == job.last_sequence
    assert msgspec.json.decode(fact["body"])["search"] == {
        "search_round": 1,
        "radius_m": 3_500.0,
        "offers_count": 0,
        "declined_count": 0,
        "candidates_count": 0,
        "pickup_s_best": None,
    }
    await run_tick()
    assert (await read(job_id)).last_sequence == job.last_sequence  # told once a round
    await conn.execute("UPDATE courier SET status = 'online' WHERE status = 'paused'")
    await run_tick()
    assert [offer.courier_id for offer in await open_offers()] == [courier_ids[0]]


async def test_the_news_count_the_offers_of_the_present_attempt(
    conn, courier_ids, arrive_on_duty, post, run_tick, open_offers, decline
):
    await arrive_on_duty(courier_ids[0])
    job_id = await post()
    await run_tick()
    await decline((await open_offers())[0])
    await conn.execute("UPDATE job SET opened_at = opened_at - interval '25 s'")
    await run_tick()
    body = await conn.fetchval(
        "SELECT body FROM fact WHERE type = 'job.search_updated' AND job_id = $1", job_id
    )
    search = msgspec.json.decode(body)["search"]
    assert (search["search_round"], search["offers_count"], search["declined_count"]) == (2, 1, 1)


async def test_an_empty_market_ticks_without_writing(conn, run_tick):
    summary = await run_tick()
    assert (summary.jobs_count, summary.couriers_count, summary.tick_id) == (0, 0, None)
    assert summary.commit_ms == 0.0
    assert await conn.fetchval("SELECT count(*) FROM fact") == 0


async def test_without_a_whole_index_there_is_no_tick(
    runtime, market, courier_ids, arrive_on_duty, post, show, warrant, quarantine, recorder
):
    await arrive_on_duty(courier_ids[0])
    await post()
    await show()
    await runtime.redis.execute("DEL", f"{{{market}}}:index_epoch")
    assert await index.index_epoch(runtime.redis, market) is None
    found = await tick(
        runtime,
        warrant,
        tick_s=1.0,
        quarantine=quarantine,
        recorder=recorder,
        memory=Memory(),
    )
    assert found is None


async def test_many_offers_are_written_at_once(
    runtime, market, courier_ids, arrive_on_duty, post, run_tick, open_offers, conn
):
    places = [Point(48.2089 + 0.02 * place, 16.3697) for place in range(3)]
    for courier_id, place in zip(courier_ids, places, strict=True):
        await arrive_on_duty(courier_id, north_m=(place.lat_deg - GRABEN.lat_deg) * 111_195.0)
    job_ids = [await post(pickup=place) for place in places]
    assert (await run_tick()).offers_count == 3
    made = await open_offers()
    assert sorted(job_id for offer in made for job_id in offer.job_ids) == sorted(job_ids)
    async with runtime.pool.connection() as lent:
        (first, *_) = await offers.read_offers(lent, offer_ids=[made[0].id])
        counts = await offers.count_offers_of_jobs(lent, job_ids=job_ids)
    assert first == made[0]
    assert [count.offers_count for count in counts] == [1, 1, 1]
    assert await conn.fetchval("SELECT count(*) FROM decision") == 3
