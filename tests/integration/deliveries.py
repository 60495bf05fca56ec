"""A job from the offer to the door in a few calls, for tests of what comes after."""

from datetime import timedelta

from service.actions.accept_offer import accept_offer
from service.actions.arrive_at_stop import arrive_at_stop
from service.actions.assign_job import assign_job
from service.actions.complete_stop import complete_stop
from service.actions.set_status import Online, set_status
from service.domain.courier import Fix
from service.domain.lifecycle import StopKind
from service.domain.load import Load
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, Vehicle
from service.store import jobs


async def take(runtime, *, job_id, courier_id, market_id):
    """Put the courier on duty, and offer the job until it is taken; return it."""
    duty = Online(
        vehicle=Vehicle.BIKE,
        capacity=Load(16_000, 60, 6),
        shift_ends_at=runtime.clock.now() + timedelta(hours=4),
    )
    whose = {"courier_id": courier_id, "market_id": market_id}
    await set_status(runtime, **whose, duty=duty, actor=Actor.COURIER)
    offer = await assign_job(runtime, job_id=job_id, **whose)
    await accept_offer(runtime, offer_id=offer.id, by=courier_id, market_id=market_id)
    async with runtime.pool.connection() as conn:
        (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
    return job


async def deliver(runtime, *, job_id, courier_id, market_id, until=StopKind.DROPOFF):
    """Have the courier take the job, and do its stops up to this one."""
    whose = {"courier_id": courier_id, "market_id": market_id}
    job = await take(runtime, job_id=job_id, **whose)
    for kind in (StopKind.PICKUP, StopKind.DROPOFF):
        stop = job.latest(kind)
        fix = Fix(point=stop.point, accuracy_m=5.0, received_at=runtime.clock.now())
        await arrive_at_stop(runtime, **whose, stop_id=stop.id, fix=fix, policy=Policy())
        await complete_stop(runtime, **whose, stop_id=stop.id)
        if kind is until:
            return
