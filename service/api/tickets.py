"""One-time websocket tickets: browsers cannot send a key with a handshake."""

import msgspec
from litestar import post
from litestar.di import NamedDependency

from service.actions.authenticate import Principal
from service.api.callers import (
    Caller,
    CourierCaller,
    MerchantCaller,
    OpsCaller,
    principal_of,
)
from service.api.errors import problems
from service.domain.errors import UnauthenticatedError
from service.live import tickets
from service.runtime import Runtime
from service.wire.rest import TicketBody


@post(
    "/v1/courier/tickets",
    operation_id="issueCourierTicket",
    summary="Get a ticket for the courier websocket",
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
    responses=problems(),
)
async def issue_to_ops(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> TicketBody:
    """Get a ticket for `/v1/ops/feed?ticket=...`, good once and for a short time."""
    return await _issue(runtime, caller)


async def _issue(runtime: Runtime, caller: Caller) -> TicketBody:
    ttl_s = runtime.settings.ticket_ttl_s
    owner = msgspec.json.encode(principal_of(caller)).decode()
    ticket = await tickets.issue_ticket(runtime.redis, owner, ttl_s=ttl_s)
    return TicketBody(ticket=ticket, expires_in_s=ttl_s)


async def redeem(runtime: Runtime, ticket: str) -> Principal:
    """Return whom the ticket stands for, and end it.

    Raises:
        UnauthenticatedError: it is unknown, used or too old.
        UnavailableError: Redis is away.
    """
    owner = await tickets.redeem_ticket(runtime.redis, ticket)
    if owner is None:
        raise UnauthenticatedError("the ticket is not valid")
    return msgspec.json.decode(owner, type=Principal)


HANDLERS_OF_MERCHANT = [issue_to_merchant]
HANDLERS_OF_COURIER = [issue_to_courier]
HANDLERS_OF_OPS = [issue_to_ops]
