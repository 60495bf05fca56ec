"""How each script begins: a market with its people, and jobs that wait."""

from uuid import UUID

from service.domain.ids import MerchantId
from service.domain.lifecycle import CourierStatus
from service.domain.policy import Policy
from service.domain.vocabulary import Vehicle
from service.store import changes, couriers, deployment, markets, merchants, tracking
from service.store.changes import Changes, job_changes
from tests.simulation.standin.sessions import COURIERS, MARKET
from tests.unit.domain.makers import MERCHANT, make_courier, make_job


async def prepare(pool):
    """Make a market with a merchant, three couriers on duty and four open jobs."""
    async with pool.transaction() as conn:
        await deployment.create_deployment(conn, epoch=UUID(int=1), time_scale=1.0)
        await markets.create_market(
            conn,
            market_id=MARKET,
            name="Vienna",
            currency="EUR",
            timezone="Europe/Vienna",
            center_lat_deg=48.2,
            center_lng_deg=16.4,
            service_radius_m=15_000.0,
            policy=Policy(),
            livemode=False,
        )
        await merchants.create_merchant(
            conn, merchant_id=MerchantId(MERCHANT), market_id=MARKET, name="Bakery"
        )
        for id_ in COURIERS:
            await couriers.create_courier(
                conn, courier_id=id_, market_id=MARKET, name="A", vehicle=Vehicle.BIKE, abilities=()
            )
        on_duty = tuple(make_courier(id=id_, status=CourierStatus.ONLINE) for id_ in COURIERS)
        await changes.save(conn, Changes(couriers=on_duty))
        for number in range(1, 5):
            job = make_job(number)
            await changes.save(conn, job_changes(None, job))
            await tracking.create_tracking(
                conn, job_id=job.id, token_sha256=bytes([number]) * 32, seed=bytes(16), key_id=None
            )
