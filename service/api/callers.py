"""Who is calling: a principal by its audience, and what the routes ask of it."""

from collections.abc import Mapping
from enum import StrEnum

from litestar.connection import Request
from litestar.datastructures import Headers, State
from msgspec import Struct

from service.actions.authenticate import Principal, permissions_of
from service.domain.errors import ForbiddenError, UnauthenticatedError
from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.domain.permission import Permission, Right, Scope

_SCHEME = "Bearer "
MARKET_HEADER = "hexhaul-market"


class Audience(StrEnum):
    PUBLIC = "public"
    MERCHANT = "merchant"
    COURIER = "courier"
    OPS = "ops"
    RECIPIENT = "recipient"  # by the token in the path


class _Caller(Struct, frozen=True, kw_only=True):
    """A principal; the classes below say of which audience."""

    principal: Principal

    @property
    def market_id(self) -> MarketId:
        return self.principal.market_id

    @property
    def credential_id(self) -> str:
        return self.principal.credential_id

    @property
    def livemode(self) -> bool:
        return self.principal.livemode


class MerchantCaller(_Caller, frozen=True, kw_only=True):
    id: MerchantId


class CourierCaller(_Caller, frozen=True, kw_only=True):
    id: CourierId


class OpsCaller(_Caller, frozen=True, kw_only=True):
    id: OperatorId


Caller = MerchantCaller | CourierCaller | OpsCaller

_AUDIENCE_OF = {
    MerchantCaller: Audience.MERCHANT,
    CourierCaller: Audience.COURIER,
    OpsCaller: Audience.OPS,
}

# What the websocket of each audience asks for, and so do the tickets for it.
STREAM_PERMISSION: Mapping[Audience, Permission] = {
    Audience.MERCHANT: Scope.JOBS_READ,
    Audience.COURIER: Right.CARRY,
    Audience.OPS: Right.OPS_READ,
}


def caller_of(principal: Principal) -> Caller:
    """Return the caller behind a principal, of which exactly one id is set."""
    if principal.merchant_id is not None:
        return MerchantCaller(principal=principal, id=principal.merchant_id)
    if principal.courier_id is not None:
        return CourierCaller(principal=principal, id=principal.courier_id)
    assert principal.operator_id is not None
    return OpsCaller(principal=principal, id=principal.operator_id)


def audience_of(caller: Caller) -> Audience:
    """Return which routes are for this caller."""
    return _AUDIENCE_OF[type(caller)]


def bearer_of(headers: Headers) -> str:
    """Return the key of the Authorization header.

    Raises:
        UnauthenticatedError: there is none.
    """
    header = headers.get("authorization", "")
    if not header.startswith(_SCHEME):
        raise UnauthenticatedError("the key is not valid")
    return header.removeprefix(_SCHEME)


def market_of(headers: Headers) -> MarketId | None:
    """Return which of their markets an operator asks about; None: that of the account."""
    name = headers.get(MARKET_HEADER)
    return None if name is None else MarketId(name)


def check_permitted(caller: Caller, audience: Audience, permission: Permission) -> None:
    """Check that a route of this audience, which asks for the permission, is for this caller.

    Raises:
        ForbiddenError: it is for others.
    """
    if audience_of(caller) is not audience:
        raise ForbiddenError("this key does not open this door")
    if permission not in permissions_of(caller.principal):
        raise ForbiddenError(f"this needs {permission}")


def check_audience(caller: Caller, audience: Audience) -> None:
    """Check that the websocket of this audience is for this caller.

    Raises:
        ForbiddenError: it is for others.
    """
    check_permitted(caller, audience, STREAM_PERMISSION[audience])


def caller_of_request(request: Request[object, Caller, State]) -> Caller:
    """Return whom the doorkeeper let in."""
    return request.auth
