"""The guard of all routes: nothing is read of a request before it is known whose it is.

Every route declares, in its `opt`, one audience and the permission that it asks for; a public one
may say there by which class of callers it is counted.
"""

from functools import partial
from typing import TypeAlias, cast

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import HttpMethod
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope

from service.actions.authenticate import Principal, at_market
from service.api.addresses import address_of_request, exact_address_of_request
from service.api.callers import (
    Audience,
    Caller,
    audience_of,
    bearer_of,
    caller_of,
    check_permitted,
    market_of,
)
from service.api.cookies import check_own_page, cookie_of
from service.api.failed_keys import count_failure, shown_by
from service.api.rate_headers import note_allowance
from service.api.rates import RateClass
from service.api.recipients import find_recipient
from service.api.serving import process_of
from service.domain.errors import NotFoundError, UnauthenticatedError
from service.domain.permission import Permission
from service.domain.vocabulary import CredentialKind

Connection: TypeAlias = ASGIConnection[BaseRouteHandler, object, Caller, State]

RATE_OF_AUDIENCE = {
    Audience.MERCHANT: RateClass.MERCHANT,
    Audience.COURIER: RateClass.COURIER,
    Audience.OPS: RateClass.OPS,
}


async def let_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """Guard: let the request pass, with whose it is, or refuse it; nobody asks by OPTIONS.

    That is the framework's own handler: it declares no permission, and leaves out the methods of a
    path that has more than one of our handlers.
    """
    if cast("HTTPScope", connection.scope)["method"] == HttpMethod.OPTIONS:
        raise MethodNotAllowedException(headers={"Allow": _methods_of(connection)})
    audience = Audience(handler.opt["audience"])
    if audience is Audience.PUBLIC:
        class_ = cast("RateClass | None", handler.opt.get("rate"))
        if class_ is not None:
            await _count_address(connection, class_)
        return
    if audience is Audience.RECIPIENT:
        await _let_in_recipient(connection)
        return
    try:
        principal = await _identify(connection, audience)
    except UnauthenticatedError:
        await _count_failure(connection)
        raise
    caller = caller_of(principal)
    await _count(connection, RATE_OF_AUDIENCE[audience_of(caller)], str(caller.id))
    if audience is Audience.OPS and (market_id := market_of(connection.headers)):
        caller = caller_of(at_market(principal, market_id))
    check_permitted(caller, audience, permission_of(handler))
    connection.scope["auth"] = caller


async def _let_in_recipient(connection: Connection) -> None:
    """Let in whoever has a link that is good; for others there is nothing behind this door."""
    try:
        connection.scope["auth"] = await find_recipient(
            process_of(connection.scope).runtime,
            str(connection.path_params["token"]),
            count=partial(_count, connection, RateClass.RECIPIENT),
        )
    except NotFoundError:
        await _count_address(connection, RateClass.STRANGER)
        raise


async def _identify(connection: Connection, audience: Audience) -> Principal:
    """Return who asks: by the key in the header, or on pages of ops by the cookie."""
    api = process_of(connection.scope)
    text = cookie_of(connection.cookies, is_plain=api.runtime.settings.ops_cookie_is_plain)
    address = exact_address_of_request(connection, trusted=api.trusted)
    if audience is not Audience.OPS or text is None or "authorization" in connection.headers:
        return await api.principals.find(bearer_of(connection.headers), address=address)
    check_own_page(cast("HTTPScope", connection.scope)["method"], connection.headers)
    kinds = (CredentialKind.CONSOLE,)
    return await api.principals.find(text, address=address, kinds=kinds)


async def _count_failure(connection: Connection) -> None:
    """Count who has not said truly who it is."""
    api = process_of(connection.scope)
    is_plain = api.runtime.settings.ops_cookie_is_plain
    shown = shown_by(connection.headers, connection.cookies, is_plain=is_plain)
    address = address_of_request(connection, trusted=api.trusted)
    note_allowance(connection.scope, await count_failure(api.rates, shown, address=address))


async def _count_address(connection: Connection, class_: RateClass) -> None:
    """Count the request by where it comes from: nobody knows who it is."""
    trusted = process_of(connection.scope).trusted
    await _count(connection, class_, address_of_request(connection, trusted=trusted))


async def _count(connection: Connection, class_: RateClass, who: str) -> None:
    """Count the request; who asks too often is told so, and nothing else."""
    rates = process_of(connection.scope).rates
    note_allowance(connection.scope, await rates.check(class_, who))


def _methods_of(connection: Connection) -> str:
    """Return the methods of the route that is asked for."""
    path = connection.scope["path_template"]
    (route,) = [route for route in connection.app.routes if route.path_format == path]
    return ", ".join(sorted(set(cast("HTTPRoute", route).methods) - {HttpMethod.OPTIONS.value}))


def permission_of(handler: BaseRouteHandler) -> Permission:
    """Return what the route asks for."""
    permission: Permission = handler.opt["permission"]
    return permission
