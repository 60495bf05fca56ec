"""The consoles that watch a market's map from this process, and the one reader for all of them.

What is not looked at is not read: each round reads the cells of the views that are due, once.
"""

import asyncio
from collections.abc import Callable

import msgspec

from service.api.census import Census
from service.api.rounds import look_around
from service.api.sockets import Socket
from service.api.turns import in_turns
from service.api.view import View
from service.api.viewport import Viewport
from service.clock import monotonic_s
from service.domain.ids import MarketId
from service.live import positions
from service.runtime import Runtime

_LANE = "view"


class Viewing:
    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self._runtime = runtime
        self._market_id = market_id
        self._views: dict[Socket, View] = {}
        self._somebody = asyncio.Event()
        self._census = Census(runtime, market_id)

    def watch(self, socket: Socket, viewport: Viewport) -> None:
        """Send the console what is in this part of the map, instead of what it watched before."""
        self._views[socket] = View(viewport, now_s=monotonic_s())
        self._somebody.set()

    def unwatch(self, socket: Socket) -> None:
        """Send the console nothing of the map any more."""
        self._views.pop(socket, None)
        if not self._views:
            self._somebody.clear()

    async def show(self) -> None:
        """Send frames to the consoles, each at its own pace; never returns."""
        await look_around(
            "map",
            self._market_id,
            somebody=self._somebody,
            interval_s=self._runtime.settings.view_round_s,
            look=self._look,
            forget=self._forget,
        )

    def _forget(self) -> None:
        for view in self._views.values():
            view.forget()

    async def _look(self) -> None:
        now_s = monotonic_s()
        due = [
            (socket, view)
            for socket, view in self._views.items()
            if view.is_due(now_s=now_s) and not socket.is_waiting(_LANE)
        ]
        if not due:
            return
        couriers_count_of = await self._census.couriers_count_of(now_s=now_s)
        close, far = list[tuple[Socket, View]](), list[tuple[Socket, View]]()
        async for socket, view in in_turns(due):
            (close if view.is_close(couriers_count_of) else far).append((socket, view))
        cells = sorted({cell for _, view in close for cell in view.cells})
        fixes_in = await positions.read_cells(self._runtime.redis, self._market_id, cells)
        async for socket, view in in_turns(close):
            self._show(socket, view, lambda view: view.tell_positions(fixes_in, now_s=now_s))
        if far:
            loads = await self._census.loads(now_s=now_s)
            async for socket, view in in_turns(far):
                self._show(socket, view, lambda view: view.tell_loads(loads, now_s=now_s))

    def _show(
        self, socket: Socket, view: View, tell: Callable[[View], msgspec.Struct | None]
    ) -> None:
        if self._views.get(socket) is not view:
            return  # it is gone, or looks elsewhere by now
        frame = tell(view)
        if frame is not None:
            socket.replace(_LANE, msgspec.json.encode(frame))
