"""Who may open a websocket: a good key or ticket, the right audience, a page of our own.

The handshake is accepted first, because a refusal before that reaches browsers as a bare 403; the
close code then says why. Only so many are let in at a time, in the order in which they came: when
thousands come back at once those ahead are soon served, instead of all being served too late, and
the others' acceptances do not wait behind all of them.

Who is known is counted by who it is, generously; who is not, by address, as in HTTP.
"""

from service.actions.authenticate import at_market, check_address
from service.api.addresses import address_of_request, exact_address_of_request
from service.api.callers import (
    Audience,
    Caller,
    bearer_of,
    caller_of,
    check_audience,
    market_of,
)
from service.api.failed_keys import count_failure, shown_by
from service.api.guard import tap_of
from service.api.process import ApiProcess
from service.api.rates import RateClass
from service.api.sockets import AnyWebSocket, untie
from service.api.tickets import redeem
from service.domain.errors import (
    ForbiddenError,
    RateLimitedError,
    UnauthenticatedError,
    UnavailableError,
)
from service.wire.close_codes import CloseCode

RATE_OF_AUDIENCE = {
    Audience.COURIER: RateClass.COURIER_SOCKET,
    Audience.MERCHANT: RateClass.WATCHER_SOCKET,
    Audience.OPS: RateClass.WATCHER_SOCKET,
}


async def admit(api: ApiProcess, websocket: AnyWebSocket, audience: Audience) -> Caller | None:
    """Return who is there; or None, with the connection closed and a code that says why."""
    async with api.handshakes:
        if tap_of(websocket.scope).is_lost:  # gone while it waited
            return None
        return await _admit(api, websocket, audience)


async def _admit(api: ApiProcess, websocket: AnyWebSocket, audience: Audience) -> Caller | None:
    await websocket.accept()
    try:
        _check_origin(websocket, api.runtime.settings.origins_allowed)
        caller = await _identify(api, websocket, audience)
        check_audience(caller, audience)
        await api.rates.check(RATE_OF_AUDIENCE[audience], str(caller.id))
    except UnauthenticatedError:
        code = await _code_for_stranger(api, websocket)
    except RateLimitedError:
        code = CloseCode.TOO_MANY_MESSAGES
    except ForbiddenError:
        code = CloseCode.FORBIDDEN
    except UnavailableError:
        code = CloseCode.UNAVAILABLE
    else:
        if api.fanout.is_draining:
            code = CloseCode.DRAINING
        elif len(api.fanout) >= api.runtime.settings.sockets_count_max:
            code = CloseCode.UNAVAILABLE
        else:
            return caller
    await websocket.close(code)
    untie(websocket)
    return None


async def _code_for_stranger(api: ApiProcess, websocket: AnyWebSocket) -> CloseCode:
    """Count who cannot say who it is; return why it is sent away."""
    address = address_of_request(websocket, trusted=api.trusted)
    is_plain = api.runtime.settings.ops_cookie_is_plain
    shown = shown_by(websocket.headers, websocket.cookies, is_plain=is_plain)
    try:
        await count_failure(api.rates, shown, address=address)
    except RateLimitedError:
        return CloseCode.TOO_MANY_MESSAGES
    return CloseCode.UNAUTHENTICATED


async def _identify(api: ApiProcess, websocket: AnyWebSocket, audience: Audience) -> Caller:
    address = exact_address_of_request(websocket, trusted=api.trusted)
    ticket = websocket.query_params.get("ticket")
    if ticket is not None:
        principal = await redeem(api.runtime, api.principals, ticket)
        check_address(principal, address)
        return caller_of(principal)
    principal = await api.principals.find(bearer_of(websocket.headers), address=address)
    market_id = market_of(websocket.headers) if audience is Audience.OPS else None
    return caller_of(principal if market_id is None else at_market(principal, market_id))


def _check_origin(websocket: AnyWebSocket, origins_allowed: str) -> None:
    origin = websocket.headers.get("origin")
    host = websocket.headers.get("host", "")
    if not is_origin_allowed(origin, host=host, origins_allowed=origins_allowed.split()):
        raise ForbiddenError("a page from elsewhere")


def is_origin_allowed(origin: str | None, *, host: str, origins_allowed: list[str]) -> bool:
    """Return whether a page from there may connect; only browsers send an origin."""
    return origin is None or origin.partition("://")[2] == host or origin in origins_allowed
