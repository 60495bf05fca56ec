"""A connection is renewed by a new ticket of the same principal, before its session is over.

For an operator it has to be of the same market: admission to another one opens nothing here.
"""

from uuid import UUID

from service.actions.authenticate import check_address
from service.api.callers import Caller, caller_of
from service.api.process import ApiProcess
from service.api.sockets import Socket
from service.api.tickets import redeem
from service.domain.errors import UnauthenticatedError
from service.domain.ids import MarketId


async def renew(api: ApiProcess, socket: Socket, caller: Caller, ticket: str) -> int:
    """Let the connection last for another session; return how long that is, in milliseconds.

    Raises:
        UnauthenticatedError: the ticket is used, too old, or another principal's, or what it was
            got with is over or not good from here.
        ForbiddenError: its operator is not admitted to the market any more.
        UnavailableError: Redis or Postgres is away.
    """
    principal = await redeem(api.runtime, api.principals, ticket)
    check_address(principal, socket.address)
    bearer = caller_of(principal)
    if _who(bearer) != _who(caller):
        raise UnauthenticatedError("the ticket is not valid")
    socket.renew(bearer.credential_id)
    return int(api.runtime.settings.session_s * 1_000)


def _who(caller: Caller) -> tuple[type[Caller], UUID, MarketId]:
    return type(caller), caller.id, caller.market_id
