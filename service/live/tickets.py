"""One-time tickets: a browser cannot send a key with a websocket handshake, so it sends a ticket.

Only the digest is stored: who reads Redis cannot use what is found there. Until when it is good
stands in the ticket itself, in market time, and so in the digest: Redis' own clock, by which it
also goes, may be wrong.
"""

import hashlib
import secrets
from datetime import datetime
from typing import cast

from service.live import keys
from service.live.connect import Redis
from service.live.errors import legible

_TICKET_BYTES = 32


async def issue_ticket(redis: Redis, owner: str, *, expires_at: datetime, ttl_s: int) -> str:
    """Return a ticket that stands for its owner once, until then.

    Args:
        redis: the server.
        owner: what `redeem_ticket` returns.
        expires_at: market time.
        ttl_s: so long in real seconds Redis keeps it.

    Raises:
        LiveUnavailableError: it could not be stored.
    """
    ticket = f"{expires_at.timestamp():.0f}.{secrets.token_urlsafe(_TICKET_BYTES)}"
    await redis.execute("SET", _key(ticket), owner, "EX", ttl_s)
    return ticket


async def redeem_ticket(redis: Redis, ticket: str, *, now: datetime) -> str | None:
    """Return the owner and end the ticket; None when it is unknown, used or, by now, too old.

    Raises:
        LiveUnavailableError: nobody knows; the ticket may be used up.
    """
    owner = cast("bytes | None", await redis.execute("GETDEL", _key(ticket)))
    if owner is None or _expires_s(ticket) <= now.timestamp():
        return None
    with legible():
        return owner.decode()


def _expires_s(ticket: str) -> int:
    """Return until when a ticket is good that was issued here, in seconds since 1970."""
    text = ticket.partition(".")[0]
    return int(text) if text.isdecimal() else 0  # of the release before: get another


def _key(ticket: str) -> str:
    return keys.ticket(hashlib.sha256(ticket.encode()).hexdigest())
