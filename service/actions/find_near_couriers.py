"""Find whom ops could ask for a job now: who takes offers and was seen near its pickup just now."""

from msgspec import Struct

from service.actions.find_free_couriers import fixes_near
from service.actions.find_job import find_job
from service.domain.courier import Courier
from service.domain.errors import NotFoundError
from service.domain.geo import Point, distance_m
from service.domain.ids import JobId, MarketId
from service.domain.job import Job
from service.domain.lifecycle import StopKind
from service.live.records import LiveFix
from service.runtime import Runtime
from service.store import couriers, jobs, markets, offers

NEAR_COUNT_MAX = 40
SEEN_COUNT_MIN = 200  # looked at, if there are as many: some are paused, or have another offer
SEEN_COUNT_MAX = 600  # asked of Postgres


class NearCourier(Struct, frozen=True, kw_only=True):
    """Somebody whom the service would let be asked for the job."""

    courier: Courier
    fix: LiveFix
    distance_m: float  # from the pickup, as the crow flies
    has_refused: bool  # declined it, or let it run out
    can_carry: bool  # with this vehicle and these abilities, and nothing else aboard


async def find_near_couriers(
    runtime: Runtime, *, job_id: JobId, market_id: MarketId
) -> list[NearCourier]:
    """Return at most `NEAR_COUNT_MAX` of them, the nearest first.

    Raises:
        NotFoundError: there is no such job in the market.
        LiveUnavailableError: Redis is away, so nobody knows where they are.
    """
    async with runtime.pool.connection() as conn:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        market = await markets.read_market_at_work(conn, market_id=market_id)
        refusers = await jobs.list_refusers(conn, job_id=job_id)
    if market is None:
        raise NotFoundError("there is no such market")
    pickup = job.latest(StopKind.PICKUP).point
    fixes = await fixes_near(
        runtime.redis,
        market_id,
        pickup,
        policy=market.policy,
        now=market.now,
        couriers_count_min=SEEN_COUNT_MIN,
    )
    away_m = {fix.courier_id: distance_m(Point(fix.lat_deg, fix.lng_deg), pickup) for fix in fixes}
    nearest = sorted(fixes, key=lambda fix: (away_m[fix.courier_id], fix.courier_id))
    seen = {fix.courier_id: fix for fix in nearest[:SEEN_COUNT_MAX]}
    async with runtime.pool.connection() as conn:
        known = await couriers.read_couriers(conn, courier_ids=list(seen))
        asked = await offers.list_open_offers(conn, courier_ids=list(seen))
    asked_ids = {one.courier_id for one in asked}
    open_to_it = {
        one.id: one
        for one in known
        if one.market_id == market_id and one.is_open_to_offers and one.id not in asked_ids
    }
    refused_ids = {one.courier_id for one in refusers}
    found = [
        NearCourier(
            courier=open_to_it[courier_id],
            fix=fix,
            distance_m=away_m[courier_id],
            has_refused=courier_id in refused_ids,
            can_carry=_can_carry(open_to_it[courier_id], job),
        )
        for courier_id, fix in seen.items()
        if courier_id in open_to_it
    ]
    return found[:NEAR_COUNT_MAX]


def _can_carry(courier: Courier, job: Job) -> bool:
    return (
        courier.vehicle in job.vehicles
        and set(job.requirements) <= set(courier.abilities)
        and job.load.fits(courier.capacity)
    )
