"""Everything a courier's app needs to draw its screen from nothing, read from the rows."""

from collections.abc import Sequence

from msgspec import Struct

from service.domain.courier import Courier
from service.domain.errors import NotFoundError
from service.domain.ids import CourierId, JobId
from service.domain.message import TOLD_COUNT_MAX
from service.domain.offer import Offer
from service.domain.policy import Policy
from service.domain.work import Work
from service.runtime import Runtime, read_market
from service.store import couriers, jobs, messages, offers
from service.store.connection import Connection
from service.wire.assignment import assignment_of
from service.wire.courier_stream import Capacity, CourierState, OpenOffer
from service.wire.messages import MessageBody, message_body
from service.wire.opening import opened_assignment, opened_legs
from service.wire.stamping import offer_made, stamp_offer


class Standing(Struct, frozen=True, kw_only=True):
    """The courier, and the offer that waits for an answer."""

    courier: Courier
    offer: Offer | None


async def read_standing(conn: Connection, *, courier_id: CourierId) -> Standing:
    """Return how the courier stands.

    Raises:
        NotFoundError: there is no such courier.
    """
    courier = await couriers.read_courier(conn, courier_id=courier_id)
    if courier is None:
        raise NotFoundError("there is no such courier")
    offer = await offers.find_open_offer(conn, courier_id=courier_id)
    return Standing(courier=courier, offer=offer)


async def read_courier_state(
    conn: Connection, runtime: Runtime, standing: Standing
) -> CourierState:
    """Return the courier's whole state."""
    courier = standing.courier
    in_hand = await jobs.list_job_ids_of_courier(conn, courier_id=courier.id)
    found = await jobs.read_jobs(conn, job_ids=[key.id for key in in_hand])
    market = await read_market(conn, courier.market_id)
    work = Work(courier=courier, jobs={job.id: job for job in found})
    return CourierState(
        status=courier.status,
        vehicle=courier.vehicle,
        capacity=Capacity(
            weight_g=courier.capacity_weight_g,
            volume_l=courier.capacity_volume_l,
            jobs_count=courier.capacity_jobs_count,
        ),
        shift_ends_at=courier.shift_ends_at,
        assignment=opened_assignment(
            assignment_of(work, policy=market.policy), runtime.recipient_keys
        ),
        offer=_open_offer(runtime, standing.offer, market.policy),
        suspension=courier.suspension_at(runtime.clock.now()),
        messages=await _said(conn, courier.id, [job.id for job in found]),
    )


async def _said(
    conn: Connection, courier_id: CourierId, job_ids: Sequence[JobId]
) -> tuple[MessageBody, ...]:
    """Return what was said last about these jobs, in order; who has none in hand costs no query."""
    if not job_ids:
        return ()
    found = await messages.list_latest_of_courier(
        conn, courier_id=courier_id, job_ids=job_ids, limit_count=TOLD_COUNT_MAX
    )
    return tuple(message_body(message) for message in reversed(found))


def _open_offer(runtime: Runtime, offer: Offer | None, policy: Policy) -> OpenOffer | None:
    if offer is None:
        return None
    clock = runtime.clock
    made = offer_made(offer, policy=policy, time_scale=clock.time_scale)
    stamped = stamp_offer(
        made,
        now=clock.now(),
        time_scale=clock.time_scale,
        acknowledged_at=offer.acknowledged_at,
    )
    return OpenOffer(
        offer_id=stamped.offer_id,
        bundle_id=stamped.bundle_id,
        mode=stamped.mode,
        job_ids=stamped.job_ids,
        legs=opened_legs(stamped.legs, runtime.recipient_keys),
        pay=stamped.pay,
        expires_in_ms=stamped.expires_in_ms,
        expires_at=stamped.expires_at,
    )
