"""Stands in for `sql/queries/jobs`, `assignments` and `bundles`."""

import itertools

from tests.simulation.standin.statements.registry import columns, statements_of
from tests.simulation.standin.tables import OPEN

_KINDS = ("pickup", "dropoff", "return")
_UNTOLD = ("contact_name", "contact_phone", "instructions", "recipient_instructions", "safe_place")
_REFUSALS = ("accepted", "declined", "expired")


def with_stops(transaction, jobs):
    """Return jobs as the view of the same name has them, by id."""
    found = [{**job, "stops": stops_of(transaction, job["id"])} for job in jobs]
    return sorted(found, key=lambda job: job["id"])


def stops_of(transaction, job_id):
    stops = transaction.having("stop", "job_id", job_id)
    stops.sort(key=lambda stop: (_KINDS.index(stop["kind"]), stop["attempt"]))
    return stops


def in_hand(transaction, courier_id):
    jobs = transaction.having("job", "courier_id", courier_id)
    return [job for job in jobs if job["ended_at"] is None]


def these(transaction, table, keys):
    """Return the rows with these keys that are there, in the order of the keys."""
    found = (transaction.get(table, key) for key in sorted(set(keys)))
    return [row for row in found if row is not None]


# ------------------------------------------------------------------ jobs
statement = statements_of("jobs")


@statement
async def lock_jobs(transaction, job_ids):
    found = [job_id for job_id in sorted(set(job_ids)) if transaction.get("job", job_id)]
    return [columns(await transaction.lock("job", job_id), "id") for job_id in found]


@statement
async def read_jobs(transaction, job_ids):
    return with_stops(transaction, these(transaction, "job", job_ids))


@statement
async def read_jobs_to_offer(transaction, job_ids):
    found = await read_jobs(transaction, job_ids)
    return [
        {**job, "stops": [{**stop, **dict.fromkeys(_UNTOLD)} for stop in job["stops"]]}
        for job in found
    ]


@statement
async def read_job_of_merchant(transaction, job_id, merchant_id):
    job = transaction.get("job", job_id)
    is_theirs = job is not None and job["merchant_id"] == merchant_id
    return with_stops(transaction, [job]) if is_theirs else []


@statement
async def read_job_of_market(transaction, job_id, market_id):
    job = transaction.get("job", job_id)
    is_here = job is not None and job["market_id"] == market_id
    return with_stops(transaction, [job]) if is_here else []


@statement
async def find_completed_stop(transaction, stop_id, courier_id):
    stop = transaction.get("stop", stop_id)
    is_found = (
        stop is not None and stop["courier_id"] == courier_id and stop["status"] == "completed"
    )
    return [columns(stop, "id")] if is_found else []


@statement
async def find_failed_stop(transaction, stop_id, courier_id):
    stop = transaction.get("stop", stop_id)
    if stop is None:
        return []
    is_found = stop["status"] == "failed" and stop["courier_id"] == courier_id
    if stop["kind"] == "pickup" and not is_found:
        ended = {
            (row["job_id"], row["ended_at"])
            for row in transaction.having("assignment", "job_id", stop["job_id"])
            if row["courier_id"] == courier_id
        }
        is_found = any(
            (fact["job_id"], fact["at"]) in ended
            for fact in transaction.having("fact", "job_id", stop["job_id"])
            if fact["type"] in ("job.reassigned", "job.canceled") and fact["actor"] == "courier"
        )
    return [columns(stop, "id")] if is_found else []


@statement
async def list_live_jobs_of_couriers(transaction, courier_ids):
    jobs = (in_hand(transaction, courier_id) for courier_id in set(courier_ids))
    return with_stops(transaction, itertools.chain.from_iterable(jobs))


@statement
async def list_job_ids_of_courier(transaction, courier_id):
    return [{"id": id_} for id_ in sorted(job["id"] for job in in_hand(transaction, courier_id))]


@statement
async def save_searches(transaction, job_ids, versions, last_sequences, search_rounds):
    rows = zip(job_ids, versions, last_sequences, search_rounds, strict=True)
    for job_id, version, last_sequence, search_round in rows:
        await transaction.update(
            "job",
            job_id,
            version=version,
            last_sequence=last_sequence,
            search_round=search_round,
        )
    return []


@statement
async def read_unoffered(transaction, market_id, job_ids):
    return [
        _unoffered(transaction, job)
        for job in these(transaction, "job", job_ids)
        if _is_unoffered(job, market_id)
    ]


def _is_unoffered(job, market_id):
    return job["market_id"] == market_id and job["status"] == "open" and job["offer_id"] is None


def _unoffered(transaction, job):
    first = {
        stop["kind"]: stop
        for stop in transaction.having("stop", "job_id", job["id"])
        if stop["attempt"] == 1
    }
    refused_by = {
        one["courier_id"]
        for one in transaction.having("offer_job", "job_id", job["id"])
        if _is_refusal(transaction.get("offer", one["offer_id"]), one, job)
    }
    return {
        **job,
        "job_id": job["id"],
        "due_at": job["extended_until"] or job["due_at"],
        "refused_by": sorted(refused_by),
        **{
            f"{kind}_{column}": first[kind][column]
            for kind in ("pickup", "dropoff")
            for column in ("lat_deg", "lng_deg", "service_s")
        },
    }


def _is_refusal(offer, one, job):
    is_unreached = offer["status"] == "unreachable" and one["attempt"] == job["attempt"]
    return offer["status"] in _REFUSALS or is_unreached


@statement
async def list_unoffered_versions(transaction, market_id):
    return [
        columns(job, "id", "version")
        for job in transaction.rows("job").values()
        if _is_unoffered(job, market_id)
    ]


@statement
async def list_jobs_to_release(transaction, market_id, limit_count):
    return _due(transaction, market_id, "scheduled", "release_at", limit_count)


@statement
async def list_jobs_to_expire(transaction, market_id, limit_count):
    return _due(transaction, market_id, "open", "search_until", limit_count)


def _due(transaction, market_id, status, column, limit_count):
    now = transaction.database.market_now()
    due = transaction.where(
        "job",
        lambda job: (
            job["market_id"] == market_id and job["status"] == status and job[column] <= now
        ),
    )
    due.sort(key=lambda job: (job[column], job["id"]))
    return [columns(job, "id") for job in due[:limit_count]]


# ------------------------------------------------------------------ assignments
statement = statements_of("assignments")


@statement
async def end_assignment(transaction, job_id, ended_at):
    ended = []
    for row in transaction.having("assignment", "job_id", job_id):
        if row["ended_at"] is not None:
            continue
        transaction.number()  # an UPDATE takes it before it waits
        newest = await transaction.lock("assignment", row["id"])
        if newest["ended_at"] is None:
            end = max(newest["started_at"], ended_at)
            await transaction.update("assignment", row["id"], ended_at=end)
            ended.append({"pay_cents": agreed_pay_cents(transaction, newest["offer_id"], job_id)})
    return ended


def agreed_pay_cents(transaction, offer_id, job_id):
    legs = transaction.get("offer", offer_id)["legs"]
    return sum(leg["pay_cents"] for leg in legs if leg["job_id"] == job_id)


# ------------------------------------------------------------------ bundles
statement = statements_of("bundles")


@statement
async def lock_bundle(transaction, bundle_id):
    """Count before the wait: a subquery sees what its statement saw at first."""
    if transaction.get("bundle", bundle_id) is None:
        return []
    jobs = transaction.having("job", "bundle_id", bundle_id)
    live_jobs_count = sum(job["ended_at"] is None for job in jobs)
    bundle = await transaction.lock("bundle", bundle_id)
    return [{**columns(bundle, "market_id", "status"), "live_jobs_count": live_jobs_count}]


# ------------------------------------------------------------------ the courier's view of it
def route_of(transaction, courier_id):
    """Return the unfinished stops of a courier with what the engine wants of their jobs."""
    stops = [
        stop
        for stop in transaction.having("stop", "courier_id", courier_id)
        if stop["status"] in ("pending", "enroute", "arrived")
    ]
    stops.sort(key=lambda stop: (stop["status"] != "arrived", stop["route_position"] or 0))
    return [_of_route(stop, transaction.get("job", stop["job_id"])) for stop in stops]


def _of_route(stop, job):
    of_stop = ("job_id", "kind", "status", "lat_deg", "lng_deg", "service_s", "arrived_at")
    of_job = ("ready_at", "size_class", "weight_g", "is_unmixed")
    due_at = {"due_at": job["extended_until"] or job["due_at"]}
    return {"stop_id": stop["id"], **columns(stop, *of_stop), **columns(job, *of_job), **due_at}


def open_offers_of(transaction, courier_id):
    offers = transaction.having("offer", "courier_id", courier_id)
    return [offer for offer in offers if offer["status"] in OPEN]
