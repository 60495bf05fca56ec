"""How much a caller may still ask, said in the headers of each answer that was counted."""

from collections.abc import Mapping
from typing import cast

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.domain.rate import Allowance

_ALLOWANCE = "allowance"


def note_allowance(scope: Scope, left: Allowance) -> None:
    """Keep it for the answer to this request."""
    state = cast("dict[str, object]", scope["state"])
    state[_ALLOWANCE] = left


class RateHeaders:
    """ASGI, around the application; websockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with what was noted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_allowance(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(scope["state"])]
            await send(message)

        await self._app(scope, receive, send_with_allowance)


def _headers(state: Mapping[str, object]) -> list[tuple[bytes, bytes]]:
    left = state.get(_ALLOWANCE)
    if not isinstance(left, Allowance):
        return []
    return [
        (b"ratelimit-limit", str(left.limit_count).encode()),
        (b"ratelimit-remaining", str(left.remaining_count).encode()),
        (b"ratelimit-reset", str(left.reset_s).encode()),
    ]
