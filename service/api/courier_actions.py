"""What a courier's message asks for, as the action that does it."""

from service.actions.arrive_at_stop import Recalled, arrive_at_stop
from service.actions.complete_stop import complete_stop, has_completed
from service.actions.decline_offer import decline_offer
from service.actions.evidence import Shown
from service.actions.fail_stop import fail_stop, has_failed
from service.actions.send_message import send_message
from service.actions.set_status import Duty, Offline, Online, Paused
from service.api.callers import CourierCaller
from service.domain.courier import Fix
from service.domain.errors import (
    InvalidParamsError,
    InvalidStateTransitionError,
    NotFoundError,
)
from service.domain.geo import Point
from service.domain.load import Load
from service.domain.message import said
from service.domain.stop import Stop
from service.domain.vocabulary import Actor
from service.runtime import Runtime, read_market
from service.wire.courier_stream import (
    ArriveAtStop,
    CompleteStop,
    DeclineOffer,
    FailStop,
    PastFix,
    SendMessage,
    SetStatus,
)

ActionMessage = DeclineOffer | ArriveAtStop | CompleteStop | FailStop | SendMessage


async def carry_out(
    runtime: Runtime, courier: CourierCaller, message: ActionMessage, *, fix: Fix | None
) -> Stop | None:
    """Do what the message asks for; return the stop that it completed, if it did.

    Raises:
        DomainError: it was refused; nothing changed.
    """
    id_, market_id = courier.id, courier.market_id
    match message:
        case DeclineOffer():
            await decline_offer(
                runtime,
                offer_id=message.offer_id,
                by=id_,
                market_id=market_id,
                answer=message.reason,
            )
        case ArriveAtStop():
            await _arrive(runtime, courier, message, fix=fix)
        case CompleteStop():
            return await _complete(runtime, courier, message, fix=fix)
        case FailStop():
            await _fail(runtime, courier, message)
        case SendMessage():
            assert message.ref is not None  # it was checked when it was read
            await send_message(
                runtime,
                job_id=message.job_id,
                market_id=market_id,
                what=said(
                    sender=Actor.COURIER,
                    key=message.ref,
                    text=message.text,
                    quick_reply=message.quick_reply,
                ),
                courier_id=id_,
            )
    return None


def _recalled(fix: PastFix | None) -> Recalled | None:
    if fix is None:
        return None
    point = Point(fix.lat_deg, fix.lng_deg)
    return Recalled(point=point, accuracy_m=fix.accuracy_m, age_s=fix.age_ms / 1_000.0)


async def _arrive(
    runtime: Runtime, courier: CourierCaller, message: ArriveAtStop, *, fix: Fix | None
) -> None:
    """Note the arrival; at a stop that is done by now, at ops' word, it is true all the same."""
    async with runtime.pool.connection() as conn:
        policy = (await read_market(conn, courier.market_id)).policy
    try:
        await arrive_at_stop(
            runtime,
            courier_id=courier.id,
            market_id=courier.market_id,
            stop_id=message.stop_id,
            fix=fix,
            policy=policy,
            recalled=_recalled(message.fix),
        )
    except (NotFoundError, InvalidStateTransitionError):
        if not await has_completed(runtime, courier_id=courier.id, stop_id=message.stop_id):
            raise


async def _complete(
    runtime: Runtime, courier: CourierCaller, message: CompleteStop, *, fix: Fix | None
) -> Stop | None:
    """Complete the stop and return it; said again after a lost answer, it is done all the same."""
    given = message.proof
    try:
        return await complete_stop(
            runtime,
            courier_id=courier.id,
            market_id=courier.market_id,
            stop_id=message.stop_id,
            shown=Shown(code=given.code, proof_ids=tuple(given.ids)),
            fix=fix,
        )
    except (NotFoundError, InvalidStateTransitionError):
        if not await has_completed(runtime, courier_id=courier.id, stop_id=message.stop_id):
            raise
        return None


async def _fail(runtime: Runtime, courier: CourierCaller, message: FailStop) -> None:
    """Fail the stop; said again after a lost answer, it has failed all the same."""
    try:
        await fail_stop(
            runtime,
            courier_id=courier.id,
            market_id=courier.market_id,
            stop_id=message.stop_id,
            reason=message.reason,
        )
    except (NotFoundError, InvalidStateTransitionError):
        if not await has_failed(runtime, courier_id=courier.id, stop_id=message.stop_id):
            raise


def duty_of(message: SetStatus) -> Duty:
    """Return the duty that the courier asks for.

    Raises:
        InvalidParamsError: going online needs a vehicle, a capacity and an end.
    """
    if message.status == "paused":
        return Paused()
    if message.status == "offline":
        return Offline()
    if message.vehicle is None:
        raise InvalidParamsError("going online needs a vehicle", field="/vehicle")
    if message.capacity is None:
        raise InvalidParamsError("going online needs a capacity", field="/capacity")
    if message.shift_ends_at is None:
        raise InvalidParamsError("going online needs an end", field="/shift_ends_at")
    capacity = message.capacity
    return Online(
        vehicle=message.vehicle,
        capacity=Load(capacity.weight_g, capacity.volume_l, capacity.jobs_count),
        shift_ends_at=message.shift_ends_at,
    )
