"""All that the service reads without a lock, as one look: sorted where no query does it."""

from uuid import UUID

from msgspec.structs import replace

from service.domain.facts import owner_of_courier
from service.domain.ids import MerchantId
from service.store import (
    couriers,
    deployment,
    exceptions,
    facts,
    jobs,
    markets,
    messages,
    offers,
    relay,
    streams,
    ticks,
)
from tests.unit.domain.makers import MERCHANT, NOW


async def look(conn, *, market_id, job_ids, courier_ids, owners, number):
    """Return what each query says, by its name; `number` chooses an offer and an exception."""
    return {
        **await _jobs(conn, market_id, job_ids, courier_ids),
        **await _couriers(conn, market_id, courier_ids),
        **await _offers(conn, market_id, job_ids, courier_ids, UUID(int=5_000 + number)),
        **await _others(conn, market_id, owners, UUID(int=7_000 + number)),
    }


async def _jobs(conn, market_id, job_ids, courier_ids):
    one, here = job_ids[0], {"market_id": market_id, "limit_count": 9}
    read = await jobs.read_jobs(conn, job_ids=job_ids)
    return {
        "read_jobs": read,
        "to_offer": await jobs.read_jobs_to_offer(conn, job_ids=job_ids),
        "completed": [
            await jobs.find_completed_stop(conn, stop_id=stop.id, courier_id=courier_id)
            for job in read
            for stop in job.stops
            for courier_id in courier_ids
        ],
        "failed": [
            await jobs.find_failed_stop(conn, stop_id=stop.id, courier_id=courier_id)
            for job in read
            for stop in job.stops
            for courier_id in courier_ids
        ],
        "read_job_of_market": await jobs.read_job_of_market(conn, job_id=one, market_id=market_id),
        "read_job_of_merchant": await jobs.read_job_of_merchant(
            conn, job_id=one, merchant_id=MerchantId(MERCHANT)
        ),
        "of_couriers": await jobs.list_live_jobs_of_couriers(conn, courier_ids=courier_ids),
        "of_courier": await jobs.list_job_ids_of_courier(conn, courier_id=courier_ids[0]),
        "said": await messages.list_latest_of_courier(
            conn, courier_id=courier_ids[0], job_ids=job_ids, limit_count=9
        ),
        "unoffered": await jobs.read_unoffered(conn, market_id=market_id, job_ids=job_ids),
        "versions": by_id(await jobs.list_unoffered_versions(conn, market_id=market_id)),
        "to_release": by_id(await jobs.list_jobs_to_release(conn, **here)),
        "to_expire": len(await jobs.list_jobs_to_expire(conn, **here)),
    }


async def _couriers(conn, market_id, courier_ids):
    owners = [owner_of_courier(id_) for id_ in courier_ids]
    found = [await couriers.find_work(conn, courier_id=id_, offer_id=None) for id_ in courier_ids]
    doors = await couriers.read_doors(conn, courier_ids=courier_ids, owners=owners)
    return {
        "courier": await couriers.read_courier(conn, courier_id=courier_ids[0]),
        "couriers": await couriers.read_couriers(conn, courier_ids=courier_ids),
        "available": await couriers.read_available(
            conn, market_id=market_id, courier_ids=courier_ids
        ),
        "available_versions": by_id(
            await couriers.list_available_versions(conn, market_id=market_id)
        ),
        "works": [in_order(one) for one in found if one is not None],
        "doors": sorted(doors, key=lambda one: one.courier_id),
    }


async def _offers(conn, market_id, job_ids, courier_ids, offer_id):
    due = await offers.list_offers_to_expire(conn, market_id=market_id, limit_count=9)
    counts = await offers.count_offers_of_jobs(conn, job_ids=job_ids)
    decided = await ticks.read_decisions(conn, offer_ids=[offer_id])
    return {
        "offer": await offers.read_offer(conn, offer_id=offer_id),
        "offers": await offers.read_offers(conn, offer_ids=[offer_id]),
        "open_offer": await offers.find_open_offer(conn, courier_id=courier_ids[0]),
        "to_expire": by_id(due),
        "counts": sorted(counts, key=lambda one: one.job_id),
        "decisions": decided,
    }


async def _others(conn, market_id, owners, exception_id):
    at_work = await markets.read_market_at_work(conn, market_id=market_id)
    ends = await streams.list_last_seqs(conn, owners=owners)
    new = await facts.read_new_facts(conn, market_id=market_id, limit_count=9)
    return {
        "market": await markets.read_market(conn, market_id=market_id),
        "market_at_work": replace(at_work, now=NOW),
        "deployment": (await deployment.find_deployment(conn)).has_live_market,
        "running_time": (await deployment.read_running_time(conn)).time_scale,
        "time": (await deployment.read_market_time(conn)).now.tzinfo is not None,
        "exception": await exceptions.read_exception(
            conn, exception_id=exception_id, market_id=market_id
        ),
        "stream": await streams.read_stream(conn, owner=owners[0]),
        "events": await streams.read_events(conn, owner=owners[0], after_seq=1, limit_count=5),
        "ends": sorted(ends, key=lambda one: one.owner),
        "cursor": (await relay.find_cursor(conn, market_id=market_id)).id,
        "facts": [(one.id, one.type, one.job_id, one.sequence) for one in new],
    }


def by_id(rows):
    return sorted(rows, key=lambda row: row.id)


def in_order(one, **others):
    """Return the row with the ids in order, which no query promises."""
    ids = {
        name: tuple(sorted(getattr(one, name)))
        for name in ("job_ids", "offered_job_ids", "held_job_ids")
        if hasattr(one, name)
    }
    return replace(one, **ids, **others)
