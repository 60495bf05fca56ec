"""Which process serves: the routes are the same for all, and each server says whose they are."""

from collections.abc import Mapping
from typing import cast

from litestar.types import ASGIApp, Receive, Scope, Send

from service.api.priority import Priority
from service.api.process import ApiProcess

_PROCESS = "process"  # in the state of the connection


class Serving:
    """ASGI, in front of the routes: what it passes on is served by this process."""

    def __init__(self, app: ASGIApp, api: ApiProcess) -> None:
        self._app = app
        self._process = {priority: api.serving(priority) for priority in Priority}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say so, and pass it on."""
        scope["state"][_PROCESS] = self._process
        await self._app(scope, receive, send)


def process_of(scope: Scope, priority: Priority = Priority.WATCH) -> ApiProcess:
    """Return the process that serves, as who serves that class sees it."""
    return cast("Mapping[Priority, ApiProcess]", scope["state"][_PROCESS])[priority]
