"""A simulated courier: the app, its phone, and the connection between them and the service."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from msgspec.structs import replace

from service.client.rest import RefusedError, Rest, UnansweredError
from service.client.streams import courier_connection
from service.clock import real_now
from service.domain.ids import CourierId
from service.simulation.clients.courier_app import CourierApp
from service.simulation.clients.proving import Spoken, prove
from service.simulation.people import Span
from service.wire.courier_stream import CompleteStop, ServerMessage

PAUSE_S_MAX = 5.0  # real time between two looks at the clock, at most


class CourierClient:
    """One courier from the first shift on; `run` it once per shift, one after the other."""

    def __init__(
        self, app: CourierApp, rest: Rest, *, rng: random.Random, spoken: Spoken | None = None
    ) -> None:
        self.app = app
        self._rest = rest
        self._spoken = Spoken() if spoken is None else spoken
        self.connection = courier_connection(rest, hear=self._hear, rng=rng)
        self._stirred = asyncio.Event()

    @property
    def id(self) -> CourierId:
        """The courier's id, as the service said hello."""
        return CourierId(UUID(self.connection.owner_id))

    async def work(self, shift: Span, *, dead_phone: Sequence[Span] = ()) -> None:
        """Work from now to the end of the shift, and until the jobs in hand are done.

        Args:
            shift: market time, seconds since 1970.
            dead_phone: when the phone sends and hears nothing; market time, in order.
        """
        async with asyncio.TaskGroup() as group:
            link = group.create_task(self.connection.run())
            worker = group.create_task(self._live(shift, list(dead_phone)))
            await asyncio.wait((link, worker), return_when=asyncio.FIRST_COMPLETED)
            link.cancel()
            worker.cancel()

    def rest(self) -> None:
        """Stop working, but go on listening."""
        self.app.is_resting = True
        self._stirred.set()

    def finish(self) -> None:
        """End the shift now; the jobs in hand are still brought."""
        if self.connection.clock is not None:
            self.app.end_shift(now_s=self.connection.clock.now().timestamp())
        self._stirred.set()

    async def _hear(self, message: ServerMessage) -> None:
        clock = self.connection.clock
        assert clock is not None, "hello is the first message of every connection"
        self.app.hear(message, now_s=clock.now().timestamp(), heard_at=real_now())
        self._stirred.set()

    async def _live(self, shift: Span, dead_phone: list[Span]) -> None:
        connection, app = self.connection, self.app
        while connection.clock is None or not connection.is_live:
            await self._pause(PAUSE_S_MAX)
        clock = connection.clock
        app.begin_shift(ends_s=shift.end_s, now_s=clock.now().timestamp())
        while True:
            now_s = clock.now().timestamp()
            if app.is_done(now_s):
                return
            while dead_phone and dead_phone[0].start_s <= now_s:
                span = dead_phone.pop(0)
                connection.cut(silent_s=max(0.0, clock.real_s(span.end_s - now_s)))
            if connection.is_live:
                await self._say(now_s)
                pause_s = clock.real_s(app.wakes_s(now_s) - clock.now().timestamp())
                await self._pause(min(max(pause_s, 0.0), PAUSE_S_MAX))
            else:
                await self._pause(PAUSE_S_MAX)
            clock = connection.clock

    async def _say(self, now_s: float) -> None:
        for message in self.app.say(now_s=now_s):
            if isinstance(message, CompleteStop):
                await self.connection.send(await self._proven(message))
            else:
                await self.connection.send(message)

    async def _proven(self, message: CompleteStop) -> CompleteStop:
        """Return the message with what the stop asks for; without, it is refused and said again."""
        stop = self.app.trip.stop
        if stop is None or stop.stop_id != message.stop_id or not stop.required_proofs:
            return message
        with suppress(RefusedError, UnansweredError):
            return replace(message, proof=await prove(stop, self._rest, self._spoken))
        return message

    async def _pause(self, pause_s: float) -> None:
        """Wait, but no longer than until something is heard; cheaper than a timeout."""
        waking = asyncio.get_running_loop().call_later(pause_s, self._stirred.set)
        try:
            await self._stirred.wait()
        finally:
            waking.cancel()
        self._stirred.clear()
