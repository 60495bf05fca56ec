"""An id for every request, the caller's own or a new one, in the answer and in the log."""

import re
from collections.abc import Callable
from uuid import UUID

from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
_ACCEPTABLE = re.compile(rb"[0-9A-Za-z._-]{1,64}")


class RequestIds:
    """ASGI, around everything, so that answers to unknown routes bear an id as well."""

    def __init__(self, app: ASGIApp, *, new_id: Callable[[], UUID]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._id_of(scope["headers"])
        scope.setdefault("state", {})["request_id"] = request_id.decode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, request_id)]
            await send(message)

        await self._app(scope, receive, send_with_id)

    def _id_of(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        for name, value in headers:
            if name == HEADER and _ACCEPTABLE.fullmatch(value):
                return value
        return str(self._new_id()).encode()
