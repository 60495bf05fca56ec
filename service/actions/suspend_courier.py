"""Suspend a courier, which only people decide: off duty, told why, and kept from going online."""

from msgspec.structs import replace

from service.actions.leaving import entries_of, open_leaving, save_leaving
from service.domain import account
from service.domain import courier as couriers_domain
from service.domain.audit_log import AuditAction, AuditEntry, Origin, traits_of_account
from service.domain.courier import Courier
from service.domain.drop_out import (
    JobsInHand,
    check_nothing_aboard,
    drop_out,
    fates,
    fates_if_finished,
)
from service.domain.facts import FactType
from service.domain.ids import CourierId, MarketId
from service.domain.suspension import Suspension
from service.domain.vocabulary import Actor, ReasonCode
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection

_WHY_JOBS_LEAVE = ReasonCode.COURIER_ISSUE


async def suspend_courier(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    suspension: Suspension,
    jobs_in_hand: JobsInHand | None,
    origin: Origin,
) -> Courier:
    """Suspend the courier; who is suspended already has the new reason and end.

    What is not picked up goes to others; parcels on board are brought, or decided as when a courier
    drops out. While there are none that need not be said.

    Raises:
        NotFoundError: the market has no such courier.
        ParcelsAboardError: something has been picked up, and nobody says what becomes of it.
        InvalidParamsError, InvalidStateTransitionError: as `account.suspend` says.
    """

    async def work(conn: Connection) -> Courier:
        opened = await open_leaving(conn, courier_id=courier_id, market_id=market_id)
        before = opened.work
        now = (await deployment.read_market_time(conn)).now
        if jobs_in_hand is None:
            check_nothing_aboard(before)
        is_finished = jobs_in_hand is JobsInHand.FINISH
        decided = fates_if_finished(before) if is_finished else fates(before)
        left = drop_out(before, reason=_WHY_JOBS_LEAVE, now=now, decided=decided)
        courier = account.suspend(left.courier, suspension, now=now)
        told = couriers_domain.tell(courier, FactType.COURIER_SUSPENDED, actor=Actor.OPS, now=now)
        after = replace(left, courier=courier, facts=(*left.facts, told))
        await save_leaving(conn, runtime, opened, after, now=now)
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.SUSPEND_COURIER,
            subject=f"courier:{courier_id}",
            before=traits_of_account(before.courier),
            after=traits_of_account(courier),
            reason=suspension.reason,
        )
        of_jobs = entries_of(
            before, after, decided, action=entry.action, origin=origin, reason=_WHY_JOBS_LEAVE
        )
        await audit_log.append(conn, *of_jobs, entry)
        return courier

    return await runtime.transact(market_id, work)
