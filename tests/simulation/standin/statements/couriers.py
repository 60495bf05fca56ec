"""Stands in for `sql/queries/couriers`."""

from tests.simulation.standin.statements.jobs import in_hand, open_offers_of, route_of, these
from tests.simulation.standin.statements.registry import columns, statements_of
from tests.simulation.standin.tables import WITHOUT_COURIER

statement = statements_of("couriers")
_NOT_ABOARD = (*WITHOUT_COURIER, "assigned", "enroute_to_pickup", "arrived_at_pickup")
_NEW = {
    "status": "offline",
    "account_status": "active",
    "version": 1,
    **dict.fromkeys(("capacity_weight_g", "capacity_volume_l", "capacity_jobs_count"), 0),
    **dict.fromkeys(("load_weight_g", "load_volume_l", "load_jobs_count", "live_jobs_count"), 0),
    **dict.fromkeys(("shift_ends_at", "status_changed_at", "suspension_reason", "suspended_until")),
}


@statement
async def create_courier(transaction, courier_id, market_id, name, vehicle, abilities):
    row = {"id": courier_id, "market_id": market_id, "name": name, "vehicle": str(vehicle)}
    await transaction.insert("courier", {**_NEW, **row, "abilities": list(map(str, abilities))})
    return []


@statement
async def lock_courier(transaction, courier_id):
    return await lock_couriers(transaction, [courier_id])


@statement
async def lock_couriers(transaction, courier_ids):
    found = [id_ for id_ in sorted(set(courier_ids)) if transaction.get("courier", id_)]
    return [await transaction.lock("courier", id_) for id_ in found]


@statement
async def lock_couriers_to_offer(transaction, courier_ids):
    return [{**courier, "name": ""} for courier in await lock_couriers(transaction, courier_ids)]


@statement
async def read_courier(transaction, courier_id):
    return await read_couriers(transaction, [courier_id])


@statement
async def read_couriers(transaction, courier_ids):
    return these(transaction, "courier", courier_ids)


@statement
async def find_work(transaction, courier_id, offer_id):
    courier, offer = transaction.get("courier", courier_id), transaction.get("offer", offer_id)
    if courier is None:
        return []
    is_theirs = offer is not None and offer["courier_id"] == courier_id
    return [
        {
            "version": courier["version"],
            "job_ids": [job["id"] for job in in_hand(transaction, courier_id)],
            "offered_job_ids": offer["job_ids"] if is_theirs else [],
        }
    ]


def _is_available(transaction, courier, market_id):
    return (
        courier["market_id"] == market_id
        and courier["status"] in ("online", "busy")
        and courier["account_status"] == "active"
        and not open_offers_of(transaction, courier["id"])
    )


@statement
async def read_available(transaction, market_id, courier_ids):
    couriers = await read_couriers(transaction, courier_ids)
    return [
        {
            **courier,
            "courier_id": courier["id"],
            "route": route_of(transaction, courier["id"]),
            "aboard": [
                columns(job, "size_class", "weight_g")
                for job in in_hand(transaction, courier["id"])
                if job["status"] not in _NOT_ABOARD
            ],
        }
        for courier in couriers
        if _is_available(transaction, courier, market_id)
    ]


@statement
async def list_available_versions(transaction, market_id):
    return [
        columns(courier, "id", "version")
        for courier in transaction.rows("courier").values()
        if _is_available(transaction, courier, market_id)
    ]


@statement
async def read_doors(transaction, courier_ids, owners):
    return [
        _door(transaction, transaction.get("courier", courier_id), owner)
        for courier_id, owner in zip(courier_ids, owners, strict=True)
        if transaction.get("courier", courier_id) is not None
    ]


def _door(transaction, courier, owner):
    stream = transaction.get("stream", owner)
    offer = next(iter(open_offers_of(transaction, courier["id"])), None)
    return {
        "courier_id": courier["id"],
        "status": courier["status"],
        "last_seq": 0 if stream is None else stream["last_seq"],
        "first_kept_seq": 1,  # nothing is forgotten within a run
        "offer_id": None if offer is None else offer["id"],
        "acknowledged_at": None if offer is None else offer["acknowledged_at"],
    }
