"""The HTTP protocol of uvicorn, with a deadline for requests, and one answer to each of them.

By itself uvicorn waits for ever: for the first byte, for the second half of the headers, and for a
body that trickles. What it cannot read in the middle of a request it refuses by itself, and lets
the application answer as well, which fails and is logged as a fault. The guard uses uvicorn's
internals: the version is pinned, and contract tests watch each upgrade.
"""

from asyncio import TimerHandle, Transport
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeAlias, cast
from uuid import uuid4
from weakref import WeakMethod

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from service.api.errors import PROBLEM_JSON, problem_text
from service.api.headers import SECURITY_HEADERS
from service.api.request_ids import HEADER
from service.domain.errors import InvalidParamsError, Problem

REQUEST_S_MAX = 5.0
_Extend: TypeAlias = Callable[[float], None]
_PATIENCE = "hexhaul.patience"  # the extension of the scope
_UNANSWERED = (h11.IDLE, h11.SEND_RESPONSE)
_UNREADABLE = Problem(code=InvalidParamsError.code, detail="this is no request of HTTP/1.1")


def wait_longer(scope: Mapping[str, object], *, wait_s_max: float) -> None:
    """Wait so long from now for the rest of a request that the guard has begun to read.

    For the application, once it knows whose request it is and that it may be a long one.
    """
    extensions = cast(
        "Mapping[str, Mapping[str, WeakMethod[_Extend]]]", scope.get("extensions", {})
    )
    if _PATIENCE in extensions:  # or it was whole at once
        extend = extensions[_PATIENCE][_PATIENCE]()
        if extend is not None:  # the connection is there
            extend(wait_s_max)


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
        elif self._cycle() is not None:  # its task has not begun yet
            extensions = self.scope.setdefault("extensions", {})
            extensions[_PATIENCE] = {_PATIENCE: WeakMethod(self._wait_longer)}

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the name is uvicorn's
        """Refuse what is no HTTP, if it can still be answered; nobody else answers it any more."""
        cycle = self._cycle()
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        if self.conn.our_state in _UNANSWERED:
            request_id = str(uuid4())
            body = problem_text(_UNREADABLE, status=HTTPStatus.BAD_REQUEST, request_id=request_id)
            headers = {
                **SECURITY_HEADERS,
                "Content-Type": PROBLEM_JSON,
                "Content-Length": str(len(body)),
                "Connection": "close",
                HEADER.decode(): request_id,
            }
            for event in (
                h11.Response(status_code=HTTPStatus.BAD_REQUEST, headers=list(headers.items())),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event))
        self.transport.close()

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

    def _wait_longer(self, wait_s_max: float) -> None:
        if self._deadline is not None:
            self._end_waiting()
            self._deadline = self.loop.call_later(wait_s_max, self.transport.abort)

    def _end_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
