"""Couriers as ops see them, with where they are as far as that is known."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.api.callers import OpsCaller
from service.api.present_ops import ops_courier
from service.domain.courier import Courier
from service.domain.errors import UnavailableError
from service.live import positions
from service.live.records import LiveFix
from service.runtime import Runtime
from service.wire.rest import OpsCourier


async def seen(runtime: Runtime, caller: OpsCaller, courier: Courier) -> OpsCourier:
    """Return the courier; the position is null while the live index is away."""
    fixes = await fixes_of(runtime, caller, [courier])
    return ops_courier(courier, fixes.get(courier.id), now=runtime.clock.now())


async def fixes_of(
    runtime: Runtime, caller: OpsCaller, found: Sequence[Courier]
) -> Mapping[UUID, LiveFix]:
    """Return the last positions of these couriers; none while the live index is away."""
    try:
        return await positions.read_fixes(
            runtime.redis, caller.market_id, [courier.id for courier in found]
        )
    except UnavailableError:
        return {}
