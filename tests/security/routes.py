"""The route table of the application, read from the application itself."""

import re
from typing import NamedTuple

from service.api.callers import Audience
from service.app import build_app
from service.settings import Settings

OF_THE_FRAMEWORK = ("/schema", "/schema/openapi.json", "/schema/{path:str}")
PARAMETERS = {"uuid": "01a1fd9f-0000-7000-8000-000000000000", "str": "00000000", "path": "/none.js"}


class RouteEntry(NamedTuple):
    method: str  # "SOCKET" for a websocket
    path: str
    audience: Audience
    permission: object  # None for public routes

    @property
    def url(self):
        """The path with its parameters set to something that nobody has."""
        return re.sub(r"\{\w+:(\w+)\}", lambda match: PARAMETERS[match[1]], self.path)


def routes_app():
    """Return the application, that no server asks."""
    return build_app(Settings(database_url="", redis_url=""))


def route_table():
    """Return every route but the framework's own; a route that declares nothing is an error."""
    return list(_entries(routes_app()))


def _entries(app):
    for route in app.routes:
        if route.path in OF_THE_FRAMEWORK:
            continue
        handlers = getattr(route, "route_handler_map", None)
        if handlers is None:
            yield _entry("SOCKET", route.path, route.route_handler)
        else:
            for method, (handler, _) in handlers.items():
                if method != "OPTIONS":
                    yield _entry(method, route.path, handler)


def _entry(method, path, handler):
    audience = Audience(handler.opt["audience"])
    permission = None if audience is Audience.PUBLIC else handler.opt["permission"]
    return RouteEntry(method, path, audience, permission)
