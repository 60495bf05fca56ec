"""Answers are counted, by whom the route is for and by status: once each, whoever has answered."""

from collections.abc import Mapping
from typing import cast

from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Counter

from service.api.callers import Audience
from service.metrics import REQUESTS

NOBODY = "none"  # no route, or a page of the reference


class RequestCounts:
    """ASGI, around the application; websockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._counters: dict[tuple[str, int], Counter] = {}  # audiences times statuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count the answer when it begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._counter(audience_of_route(scope), message["status"]).inc()
            await send(message)

        await self._app(scope, receive, send_counted)

    def _counter(self, audience: str, status: int) -> Counter:
        key = audience, status
        if key not in self._counters:
            self._counters[key] = REQUESTS.labels(audience=audience, status=status)
        return self._counters[key]


def audience_of_route(scope: Scope) -> str:
    """Return whom the route that was found is for."""
    handler = cast("Mapping[str, object]", scope).get("route_handler")  # if one was found
    if not isinstance(handler, BaseRouteHandler):
        return NOBODY
    audience = handler.opt.get("audience")
    return audience if isinstance(audience, Audience) else NOBODY
