"""One-time tickets: a browser cannot send a key with a websocket handshake, so it sends a ticket.

Only the digest is stored: who reads Redis cannot use what is found there.
"""

import hashlib
import secrets
from typing import cast

from service.live import keys
from service.live.connect import Redis

_TICKET_BYTES = 32


async def issue_ticket(redis: Redis, owner: str, *, ttl_s: int) -> str:
    """Return a ticket that stands for its owner once, for so many real seconds.

    Raises:
        LiveUnavailableError: it could not be stored.
    """
    ticket = secrets.token_urlsafe(_TICKET_BYTES)
    await redis.execute("SET", _key(ticket), owner, "EX", ttl_s)
    return ticket


async def redeem_ticket(redis: Redis, ticket: str) -> str | None:
    """Return the owner and end the ticket; None when it is unknown, used or too old.

    Raises:
        LiveUnavailableError: nobody knows; the ticket may be used up.
    """
    owner = cast("bytes | None", await redis.execute("GETDEL", _key(ticket)))
    return None if owner is None else owner.decode()


def _key(ticket: str) -> str:
    return keys.ticket(hashlib.sha256(ticket.encode()).hexdigest())
