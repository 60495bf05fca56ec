"""Note in the audit log what operators have looked at."""

import secrets
from collections.abc import Mapping, Sequence

from service.domain.errors import DomainError
from service.domain.ids import MarketId
from service.domain.look import SALT_BYTES, Look, entry_of
from service.runtime import Runtime
from service.store import audit_log


async def note_looks(
    runtime: Runtime, looks: Sequence[Look], *, market_id: MarketId
) -> Mapping[Look, DomainError]:
    """Append the looks to the market's chain, which they hold together for one commit.

    Returns:
        Those that are refused: none.
    """
    entries = [
        entry_of(look, market_id=market_id, salt=secrets.token_bytes(SALT_BYTES)) for look in looks
    ]
    async with runtime.pool.transaction() as conn:
        await audit_log.append(conn, *entries)
    return {}
