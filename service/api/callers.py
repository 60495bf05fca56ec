"""Who is calling, and for whom each route is: every route of `/v1` declares one audience."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeAlias

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import Headers, State
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from service.actions.authenticate import Principal
from service.api.principals import Principals
from service.domain.errors import ForbiddenError, UnauthenticatedError
from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId

_SCHEME = "Bearer "


class Audience(StrEnum):
    PUBLIC = "public"
    MERCHANT = "merchant"
    COURIER = "courier"
    OPS = "ops"


class MerchantCaller(Struct, frozen=True):
    id: MerchantId
    market_id: MarketId
    credential_id: str


class CourierCaller(Struct, frozen=True):
    id: CourierId
    market_id: MarketId
    credential_id: str


class OpsCaller(Struct, frozen=True):
    id: OperatorId
    market_id: MarketId
    credential_id: str


Caller = MerchantCaller | CourierCaller | OpsCaller
Connection: TypeAlias = ASGIConnection[BaseRouteHandler, object, Caller, State]

_AUDIENCE_OF = {
    MerchantCaller: Audience.MERCHANT,
    CourierCaller: Audience.COURIER,
    OpsCaller: Audience.OPS,
}


def caller_of(principal: Principal) -> Caller:
    """Return the caller behind a principal, of which exactly one id is set."""
    if principal.merchant_id is not None:
        return MerchantCaller(principal.merchant_id, principal.market_id, principal.credential_id)
    if principal.courier_id is not None:
        return CourierCaller(principal.courier_id, principal.market_id, principal.credential_id)
    assert principal.operator_id is not None
    return OpsCaller(principal.operator_id, principal.market_id, principal.credential_id)


def principal_of(caller: Caller) -> Principal:
    """Return the principal behind a caller; the inverse of `caller_of`."""
    return Principal(
        credential_id=caller.credential_id,
        market_id=caller.market_id,
        merchant_id=caller.id if isinstance(caller, MerchantCaller) else None,
        courier_id=caller.id if isinstance(caller, CourierCaller) else None,
        operator_id=caller.id if isinstance(caller, OpsCaller) else None,
    )


def bearer_of(headers: Headers) -> str:
    """Return the key of the Authorization header.

    Raises:
        UnauthenticatedError: there is none.
    """
    header = headers.get("authorization", "")
    if not header.startswith(_SCHEME):
        raise UnauthenticatedError("the key is not valid")
    return header.removeprefix(_SCHEME)


def check_audience(caller: Caller, audience: Audience) -> None:
    """Check that the route is for this caller.

    Raises:
        ForbiddenError: it is for others.
    """
    if _AUDIENCE_OF[type(caller)] is not audience:
        raise ForbiddenError("this key does not open this door")


def caller_of_request(request: Request[object, Caller, State]) -> Caller:
    """Return whom the doorkeeper let in."""
    return request.auth


def doorkeeper(
    principals: Principals,
) -> Callable[[Connection, BaseRouteHandler], Awaitable[None]]:
    """Return the guard of all routes: nothing is read of a request before it is known whose it is.

    A function and not an object: the framework copies what routers hold.
    """

    async def let_in(connection: Connection, handler: BaseRouteHandler) -> None:
        audience = Audience(handler.opt["audience"])
        if audience is Audience.PUBLIC:
            return
        caller = caller_of(await principals.find(bearer_of(connection.headers)))
        check_audience(caller, audience)
        connection.scope["auth"] = caller

    return let_in
