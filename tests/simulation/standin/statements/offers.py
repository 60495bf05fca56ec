"""Stands in for `sql/queries/offers`."""

from tests.simulation.standin.statements.jobs import in_hand, open_offers_of, these
from tests.simulation.standin.statements.registry import columns, plain, statements_of
from tests.simulation.standin.tables import OPEN

statement = statements_of("offers")


@statement
async def lock_offer(transaction, offer_id):
    if transaction.get("offer", offer_id) is None:
        return []
    return [await transaction.lock("offer", offer_id)]


@statement
async def lock_free_offers(transaction, offer_ids):
    found = these(transaction, "offer", offer_ids)
    return [offer for offer in found if transaction.try_lock("offer", offer["id"])]


@statement
async def hold_answered(transaction, courier_ids, offer_ids):
    """Decide on what is seen before the locks; nobody is waited for."""
    asked = [
        _asked(transaction, courier_id, offer_id)
        for courier_id, offer_id in zip(courier_ids, offer_ids, strict=True)
        if transaction.get("courier", courier_id) is not None
    ]
    job_ids = sorted({id_ for one in asked for id_ in (*one["job_ids"], *one["offered_job_ids"])})
    jobs = {id_ for id_ in job_ids if transaction.try_lock("job", id_)}
    offers = {one["offer_id"] for one in asked if _is_held(transaction, "offer", one["offer_id"])}
    couriers = {
        one["courier_id"] for one in asked if _is_held(transaction, "courier", one["courier_id"])
    }
    now = transaction.database.market_now()
    return [
        {
            **columns(one, "courier_id", "version", "job_ids", "offered_job_ids"),
            "held_job_ids": [id_ for id_ in job_ids if id_ in jobs and id_ in _wanted_by(one)],
            "offer": transaction.get("offer", one["offer_id"])
            if one["offer_id"] in offers
            else None,
            "courier": transaction.get("courier", one["courier_id"])
            if one["courier_id"] in couriers
            else None,
            "now": now,
        }
        for one in asked
    ]


def _asked(transaction, courier_id, offer_id):
    offer = transaction.get("offer", offer_id)
    is_theirs = offer is not None and offer["courier_id"] == courier_id
    return {
        "courier_id": courier_id,
        "offer_id": offer_id,
        "version": transaction.get("courier", courier_id)["version"],
        "job_ids": [job["id"] for job in in_hand(transaction, courier_id)],
        "offered_job_ids": offer["job_ids"] if is_theirs else [],
    }


def _wanted_by(one):
    return (*one["job_ids"], *one["offered_job_ids"])


def _is_held(transaction, table, key):
    return transaction.get(table, key) is not None and transaction.try_lock(table, key)


@statement
async def read_offer(transaction, offer_id):
    offer = transaction.get("offer", offer_id)
    return [] if offer is None else [offer]


@statement
async def read_offers(transaction, offer_ids):
    return these(transaction, "offer", offer_ids)


@statement
async def find_open_offer(transaction, courier_id):
    return open_offers_of(transaction, courier_id)


@statement
async def list_open_offers(transaction, courier_ids):
    return [
        columns(offer, "courier_id")
        for courier_id in sorted(set(courier_ids))
        for offer in open_offers_of(transaction, courier_id)
    ]


@statement
async def insert_offers(transaction, offers):
    """A new offer has columns of its own only; what has happened to it later is null."""
    for offer in map(plain, offers):
        if offer["bundle_id"] is not None:
            bundle = {"id": offer["bundle_id"], "market_id": offer["market_id"]}
            await transaction.insert("bundle", {**bundle, "status": "offered"})
        later = ("sent_at", "acknowledged_at", "seen_at", "answered_at", "answer")
        row = {**offer, **dict.fromkeys(later), "status": "pending"}
        await transaction.insert("offer", row)
        for job_id in sorted(offer["job_ids"]):
            job = await transaction.lock("job", job_id)
            await transaction.update(
                "job", job_id, offer_id=offer["id"], version=job["version"] + 1
            )
            under = {"offer_id": offer["id"], "job_id": job_id, "attempt": job["attempt"]}
            await transaction.insert("offer_job", {**under, "courier_id": offer["courier_id"]})
    return []


@statement
async def mark_sent(transaction, offer_ids, sent_at):
    for offer_id, at in sorted(zip(offer_ids, sent_at, strict=True)):
        seen = transaction.get("offer", offer_id)
        if seen is not None and seen["sent_at"] is None:
            newest = await transaction.lock("offer", offer_id)
            if newest["sent_at"] is None:
                await transaction.update("offer", offer_id, sent_at=at)
    return []


@statement
async def list_offers_to_expire(transaction, market_id, limit_count):
    now = transaction.database.market_now()
    due = transaction.where(
        "offer",
        lambda offer: (
            offer["market_id"] == market_id
            and offer["status"] in OPEN
            and offer["expires_at"] <= now
        ),
    )
    due.sort(key=lambda offer: (offer["expires_at"], offer["id"]))
    return [columns(offer, "id", "job_ids") for offer in due[:limit_count]]


@statement
async def count_offers_of_jobs(transaction, job_ids):
    return [_counted(transaction, transaction.get("job", job_id)) for job_id in sorted(job_ids)]


def _counted(transaction, job):
    statuses = [
        transaction.get("offer", one["offer_id"])["status"]
        for one in transaction.having("offer_job", "job_id", job["id"])
        if one["attempt"] == job["attempt"]
    ]
    return {
        "job_id": job["id"],
        "offers_count": len(statuses),
        "declined_count": statuses.count("declined"),
    }
