"""Put a courier on duty, on pause or off duty."""

from datetime import datetime

from msgspec import Struct

from service.domain import courier as couriers_domain
from service.domain import offer as offers_domain
from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.courier import Courier
from service.domain.errors import (
    InvalidStateTransitionError,
    LockContentionError,
    NotFoundError,
)
from service.domain.facts import FactType
from service.domain.ids import CourierId, MarketId
from service.domain.load import Load
from service.domain.vocabulary import Actor, ReasonCode, Vehicle
from service.runtime import Runtime
from service.store import audit_log, changes, couriers, deployment, offers
from service.store.changes import Changes
from service.store.connection import Connection
from service.store.open_offers import open_offer, save_answer


class Online(Struct, frozen=True, kw_only=True):
    """What a courier says when going online."""

    vehicle: Vehicle
    capacity: Load
    shift_ends_at: datetime


class Paused(Struct, frozen=True):
    pass


class Offline(Struct, frozen=True):
    pass


class Resumed(Struct, frozen=True):
    """As before a pause that was a mistake; only ops say so, of a pause of theirs."""

    version: int  # of the courier since that pause: nobody else has wanted anything


Duty = Online | Paused | Offline | Resumed


class Order(Struct, frozen=True, kw_only=True):
    """Somebody else than the courier wants this, and says why."""

    origin: Origin
    reason: ReasonCode


async def set_status(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    duty: Duty,
    actor: Actor,
    order: Order | None = None,
) -> Courier:
    """Change the courier's duty; an order of ops is audited.

    An open offer is taken back unless the courier stays online with the same vehicle.

    Raises:
        NotFoundError: the market has no such courier.
        CourierSuspendedError, CapacityExceededError, InvalidParamsError: as `go_online` says.
        InvalidStateTransitionError: the lifecycle has no such step from the present status.
    """

    async def work(conn: Connection) -> Courier:
        seen = await couriers.read_courier(conn, courier_id=courier_id)
        if seen is None or seen.market_id != market_id:
            raise NotFoundError("there is no such courier")
        keeps_offer = isinstance(duty, Online) and duty.vehicle is seen.vehicle
        if not keeps_offer:
            await _take_back_offer(conn, courier_id, actor)
        courier = await couriers.lock_courier(conn, courier_id=courier_id)
        assert courier is not None  # couriers are never deleted
        if not keeps_offer and await offers.find_open_offer(conn, courier_id=courier_id):
            raise LockContentionError("an offer was made meanwhile")
        now = (await deployment.read_market_time(conn)).now
        after = _decide(courier, duty, now)
        told = couriers_domain.tell(after, FactType.COURIER_STATUS_CHANGED, actor=actor, now=now)
        await changes.save(conn, Changes(couriers=(after,), facts=(told,)))
        if order is not None:
            await audit_log.append(conn, _entry(courier, after, order))
        return after

    return await runtime.transact(market_id, work)


def _entry(before: Courier, after: Courier, order: Order) -> AuditEntry:
    return AuditEntry(
        market_id=after.market_id,
        origin=order.origin,
        action=AuditAction.SET_STATUS,
        subject=f"courier:{after.id}",
        before={"status": before.status},
        after={"status": after.status, "version": after.version},
        reason=order.reason,
    )


def _decide(courier: Courier, duty: Duty, now: datetime) -> Courier:
    match duty:
        case Online():
            return couriers_domain.go_online(
                courier,
                vehicle=duty.vehicle,
                capacity=duty.capacity,
                shift_ends_at=duty.shift_ends_at,
                now=now,
            )
        case Paused():
            return couriers_domain.pause(courier, now=now)
        case Offline():
            return couriers_domain.go_offline(courier, now=now)
        case Resumed(version):
            if courier.version != version:
                raise InvalidStateTransitionError("courier", courier.status, "resume")
            return couriers_domain.resume(courier, now=now)


async def _take_back_offer(conn: Connection, courier_id: CourierId, actor: Actor) -> None:
    offer = await offers.find_open_offer(conn, courier_id=courier_id)
    if offer is None:
        return
    opened = await open_offer(conn, offer_id=offer.id)
    now = (await deployment.read_market_time(conn)).now
    revoked = offers_domain.revoke(opened.offer, answer="off_duty", now=now)
    await save_answer(conn, opened, revoked, actor=actor, now=now)
