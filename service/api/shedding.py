"""Requests stand in the line of their class; who finds no place is told so, and nothing is read.

A place is held from the last byte of the body to the first of the answer: whoever sends or reads
slowly holds none, and no stranger does. A request without a body takes its place behind the other
guards, when it is known whose it is.
"""

from typing import cast

from litestar.handlers import BaseRouteHandler, WebsocketRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.types.asgi_types import HTTPReceiveMessage, WebSocketReceiveMessage

from service.api.doorkeeper import Connection
from service.api.line import Line
from service.api.priority import IN_NO_LINE, Priority, priority_of
from service.api.serving import process_of

_VISIT = "visit"  # in the state of the request


class Shedding:
    """ASGI, behind the routing, which says what is asked for; websockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it is its turn.

        Raises:
            OverloadedError: there was none; the request was not begun.
        """
        handler: BaseRouteHandler = scope["route_handler"]
        lines = process_of(scope).lines
        line = lines.get(class_of(handler)) if stands_in_line(handler) else None
        if line is None:
            await self._app(scope, receive, send)
            return
        visit = _Visit(line)

        async def receive_and_enter() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            message = await receive()
            if message["type"] == "http.request" and not message["more_body"]:
                await visit.enter()
            return message

        async def leave_and_send(message: Message) -> None:
            visit.leave()
            await send(message)

        visit.check()
        scope["state"][_VISIT] = visit
        try:
            await self._app(scope, receive_and_enter, leave_and_send)
        finally:
            visit.leave()


async def take_place(connection: Connection, handler: BaseRouteHandler) -> None:
    """Guard, the last one: wait for a place, unless that is done when the body is whole.

    Raises:
        OverloadedError: there was none; the request was not begun.
    """
    visit = cast("_Visit | None", connection.scope["state"].get(_VISIT))
    if visit is not None and not reads_body(handler):
        await visit.enter()


def reads_body(handler: BaseRouteHandler) -> bool:
    """Return whether the route waits for a body: declared as data, or read as it comes."""
    is_declared = "data" in handler.parsed_fn_signature.parameters
    return is_declared or bool(handler.opt.get("reads_body"))


def stands_in_line(handler: BaseRouteHandler) -> bool:
    """Return whether the route waits; to refuse what lies in memory costs as much as to give it."""
    return not handler.opt.get("is_in_memory") and operation_of(handler) not in IN_NO_LINE


def class_of(handler: BaseRouteHandler) -> Priority:
    """Return the class of a route."""
    if isinstance(handler, WebsocketRouteHandler):
        return Priority.WATCH
    return priority_of(operation_of(handler))


def operation_of(handler: BaseRouteHandler) -> str | None:
    """Return the name of a route; pages, documents and sockets have none."""
    return cast("str | None", getattr(handler, "operation_id", None))


class _Visit:
    """Of one request: it is let in once, and leaves once."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._is_in = False
        self.check = line.check

    async def enter(self) -> None:
        if not self._is_in:
            await self._line.enter()
            self._is_in = True

    def leave(self) -> None:
        if self._is_in:
            self._is_in = False
            self._line.leave()
