"""End a courier's suspension before its time, or one that has none."""

from service.domain import account
from service.domain import courier as couriers_domain
from service.domain.audit_log import AuditAction, AuditEntry, Origin, traits_of_account
from service.domain.courier import Courier
from service.domain.errors import NotFoundError
from service.domain.facts import FactType
from service.domain.ids import CourierId, MarketId
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import audit_log, changes, couriers, deployment
from service.store.changes import Changes
from service.store.connection import Connection


async def reinstate_courier(
    runtime: Runtime, *, courier_id: CourierId, market_id: MarketId, origin: Origin
) -> Courier:
    """Let the courier work again, who goes online alone; again changes nothing.

    Raises:
        NotFoundError: the market has no such courier.
        InvalidStateTransitionError: the account was never active, or is gone.
        UndoTooLateError: it takes another back, and something else was done since.
    """

    async def work(conn: Connection) -> Courier:
        courier = await couriers.lock_courier(conn, courier_id=courier_id)
        if courier is None or courier.market_id != market_id:
            raise NotFoundError("there is no such courier")
        now = (await deployment.read_market_time(conn)).now
        after = account.reinstate(courier)
        if after is courier:
            await audit_log.check_nothing_since(
                conn, market_id=market_id, subject=f"courier:{courier_id}", origin=origin
            )
            return courier
        told = couriers_domain.tell(after, FactType.COURIER_REINSTATED, actor=Actor.OPS, now=now)
        await changes.save(conn, Changes(couriers=(after,), facts=(told,)))
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.REINSTATE_COURIER,
            subject=f"courier:{courier_id}",
            before=traits_of_account(courier),
            after=traits_of_account(after),
        )
        await audit_log.append(conn, entry)
        return after

    return await runtime.transact(market_id, work)
