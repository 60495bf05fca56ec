"""One-time websocket tickets: browsers cannot send a key with a handshake."""

from datetime import timedelta

import msgspec
from litestar import post
from litestar.di import NamedDependency

from service.actions.authenticate import Principal
from service.api.callers import (
    STREAM_PERMISSION,
    Audience,
    Caller,
    CourierCaller,
    MerchantCaller,
    OpsCaller,
)
from service.api.errors import problems
from service.api.principals import Principals
from service.domain.errors import UnauthenticatedError
from service.live import tickets
from service.live.errors import legible
from service.runtime import Runtime
from service.wire.rest import TicketBody


@post(
    "/v1/courier/tickets",
    operation_id="issueCourierTicket",
    summary="Get a ticket for the courier websocket",
    opt={"permission": STREAM_PERMISSION[Audience.COURIER]},
    responses=problems(),
)
async def issue_to_courier(
    caller: NamedDependency[CourierCaller], runtime: NamedDependency[Runtime]
) -> TicketBody:
    """Get a ticket for `/v1/courier?ticket=...`, good once and for a short time."""
    return await _issue(runtime, caller)


@post(
    "/v1/tickets",
    operation_id="issueMerchantTicket",
    summary="Get a ticket for the merchant's stream",
    opt={"permission": STREAM_PERMISSION[Audience.MERCHANT]},
    responses=problems(),
)
async def issue_to_merchant(
    caller: NamedDependency[MerchantCaller], runtime: NamedDependency[Runtime]
) -> TicketBody:
    """Get a ticket for `/v1/stream?ticket=...`, good once and for a short time."""
    return await _issue(runtime, caller)


@post(
    "/v1/ops/tickets",
    operation_id="issueOpsTicket",
    summary="Get a ticket for the ops feed",
    opt={"permission": STREAM_PERMISSION[Audience.OPS]},
    responses=problems(),
)
async def issue_to_ops(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> TicketBody:
    """Get a ticket for `/v1/ops/feed?ticket=...`, good once and for a short time."""
    return await _issue(runtime, caller)


async def _issue(runtime: Runtime, caller: Caller) -> TicketBody:
    ttl_s, clock = runtime.settings.ticket_ttl_s, runtime.clock
    expires_at = clock.now() + timedelta(seconds=ttl_s * clock.time_scale)
    owner = msgspec.json.encode(caller.principal).decode()
    ticket = await tickets.issue_ticket(runtime.redis, owner, expires_at=expires_at, ttl_s=ttl_s)
    return TicketBody(ticket=ticket, expires_in_s=ttl_s)


async def redeem(runtime: Runtime, principals: Principals, ticket: str) -> Principal:
    """Return whom the ticket stands for, as they are now, and end it.

    Raises:
        UnauthenticatedError: it is unknown, used or too old, or what it was got with is over.
        ForbiddenError: it is for a market to which its operator is admitted no more.
        UnavailableError: Redis or Postgres is away.
    """
    owner = await tickets.redeem_ticket(runtime.redis, ticket, now=runtime.clock.now())
    if owner is None:
        raise UnauthenticatedError("the ticket is not valid")
    with legible():
        principal = msgspec.json.decode(owner, type=Principal)
    return await principals.look_up(principal)


HANDLERS_OF_MERCHANT = [issue_to_merchant]
HANDLERS_OF_COURIER = [issue_to_courier]
HANDLERS_OF_OPS = [issue_to_ops]
