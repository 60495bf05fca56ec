"""Take back what one has just done by hand, while nothing else has happened to it."""

from msgspec.structs import replace

from service.actions.assign_job import assign_job
from service.actions.extend_deadline import extend_deadline
from service.actions.pause_market import pause_market
from service.actions.reinstate_courier import reinstate_courier
from service.actions.set_status import Order, Resumed, set_status
from service.actions.waive_proof import waive_proof
from service.actions.withdraw_offer import withdraw_offer
from service.domain import undo as undo_domain
from service.domain.audit_log import Origin, SealedEntry
from service.domain.errors import (
    AlreadyAssignedError,
    CourierSuspendedError,
    InvalidParamsError,
    InvalidStateTransitionError,
    UndoTooLateError,
)
from service.domain.ids import MarketId
from service.domain.undo import (
    Inverse,
    MoveBack,
    OfferAgain,
    Reinstate,
    Resume,
    SetPaused,
    Waive,
    Withdraw,
)
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import audit_log
from service.store.connection import Connection

# What the inverse may be refused for: something else has happened meanwhile.
_TOO_LATE = (
    AlreadyAssignedError,
    CourierSuspendedError,
    InvalidParamsError,
    InvalidStateTransitionError,
)


async def undo(
    runtime: Runtime, *, request_id: str, market_id: MarketId, origin: Origin
) -> SealedEntry:
    """Carry out the inverse of what this principal did by that request; return the entry of it.

    The inverse is an act like any other: it is told, and audited with the number of what it undoes.
    Again changes nothing.

    Raises:
        UndoTooLateError: it is too long ago or nothing of theirs, it cannot be undone, or
            something else has happened since.
    """
    async with runtime.pool.connection() as conn:
        act = await audit_log.find_act(
            conn,
            market_id=market_id,
            request_id=request_id,
            principal_id=origin.principal_id,
            age_s_max=undo_domain.UNDO_S_MAX,
        )
        if act is None:
            raise UndoTooLateError("you did nothing by this request, or too long ago")
        inverse = undo_domain.inverse_of(act, now=runtime.clock.now())
        if await _is_undone(conn, act):
            return act
    try:
        await _carry_out(runtime, inverse, market_id, replace(origin, undoes=act.number))
    except _TOO_LATE as error:
        raise UndoTooLateError(str(error)) from error
    return act


async def _is_undone(conn: Connection, act: SealedEntry) -> bool:
    """Return whether the act was taken back already.

    Raises:
        UndoTooLateError: something else was done to its subject since.
    """
    last = await audit_log.find_last(conn, market_id=act.market_id, subject=act.subject)
    if last is None or last.number == act.number:
        return False
    if undo_domain.undoes(last) != act.number:
        raise UndoTooLateError("something else was done since")
    return True


async def _carry_out(
    runtime: Runtime, inverse: Inverse, market_id: MarketId, origin: Origin
) -> None:
    match inverse:
        case Withdraw(offer_id):
            await withdraw_offer(runtime, offer_id=offer_id, market_id=market_id, origin=origin)
        case OfferAgain(job_id, courier_id, attempt):
            await assign_job(
                runtime,
                job_id=job_id,
                courier_id=courier_id,
                market_id=market_id,
                origin=origin,
                attempt=attempt,
            )
        case MoveBack(job_id, deadline_at, reason, holder_id):
            await extend_deadline(
                runtime,
                job_id=job_id,
                market_id=market_id,
                deadline_at=deadline_at,
                reason=reason,
                origin=origin,
                holder_id=holder_id,
            )
        case Waive(job_id, stop_id, kinds, reason):
            await waive_proof(
                runtime,
                job_id=job_id,
                stop_id=stop_id,
                market_id=market_id,
                kinds=kinds,
                reason=reason,
                origin=origin,
            )
        case SetPaused(is_paused):
            await pause_market(runtime, market_id=market_id, is_paused=is_paused, origin=origin)
        case Resume(courier_id, reason, version):
            await set_status(
                runtime,
                courier_id=courier_id,
                market_id=market_id,
                duty=Resumed(version),
                actor=Actor.OPS,
                order=Order(origin=origin, reason=reason),
            )
        case Reinstate(courier_id):
            await reinstate_courier(
                runtime, courier_id=courier_id, market_id=market_id, origin=origin
            )
