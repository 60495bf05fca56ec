"""The working life of a simulated courier: shift after shift."""

import asyncio
from collections.abc import Iterable

from msgspec import Struct

from service.client.backoff import Next, after_close
from service.clock import Clock
from service.simulation.clients.courier import CourierClient
from service.simulation.people import Span

ARRIVALS_PER_S_MAX = 150.0  # couriers who connect at the start of a run, real time


class Shift(Struct, frozen=True):
    """Times are market seconds since 1970."""

    span: Span
    dead_phone: tuple[Span, ...] = ()


async def keep_working(
    client: CourierClient, shifts: Iterable[Shift], *, clock: Clock, row: int
) -> None:
    """Work one shift after the other, until one of them ends because of the server.

    Args:
        client: of the courier.
        shifts: in order.
        clock: market time.
        row: of the courier; they arrive one after the other, not in one instant.
    """
    await asyncio.sleep(row / ARRIVALS_PER_S_MAX)
    for shift in shifts:
        await clock.sleep(shift.span.start_s - clock.now().timestamp())
        await client.work(shift.span, dead_phone=shift.dead_phone)
        if after_close(client.connection.last_close_code) is Next.STAY_AWAY:
            return
