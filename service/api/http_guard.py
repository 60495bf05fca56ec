"""The HTTP protocol of uvicorn, with a deadline for a request to arrive whole.

By itself uvicorn waits for ever: for the first byte, for the second half of the headers, and for a
body that trickles. It uses uvicorn's internals: the version is pinned, and contract tests watch
each upgrade.
"""

from asyncio import TimerHandle, Transport
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

REQUEST_S_MAX = 5.0


class GuardedHttp(H11Protocol):
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._begin_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline with the connection."""
        self._end_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; a request that is whole is no longer waited for."""
        if self._deadline is None and self._is_between_requests():
            self._begin_waiting()
        super().data_received(data)
        if self._has_whole_request():
            self._end_waiting()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over, to a protocol with deadlines of its own."""
        self._end_waiting()
        super().handle_websocket_upgrade(event)

    def _is_between_requests(self) -> bool:
        cycle = self._cycle()
        return cycle is None or cycle.response_complete

    def _has_whole_request(self) -> bool:
        cycle = self._cycle()
        return cycle is not None and not cycle.more_body

    def _cycle(self) -> RequestResponseCycle | None:
        """Return the latest request; there is none at first, whatever its type says."""
        return cast("RequestResponseCycle | None", self.cycle)

    def _begin_waiting(self) -> None:
        self._deadline = self.loop.call_later(REQUEST_S_MAX, self.transport.abort)

    def _end_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
