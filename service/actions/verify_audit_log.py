"""Verify the chain of a market's audit log, entry by entry, from its beginning to its head."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from msgspec import Struct

from service.domain.audit_log import BEGINNING, Link, breaks
from service.domain.ids import MarketId
from service.runtime import Runtime
from service.store import audit_log, deployment

ENTRIES_COUNT_MAX = 1_000  # read at once
VIOLATIONS_COUNT_MAX = 100


class Verified(Struct, frozen=True, kw_only=True):
    """The head that was reached, and where the chain is broken; only the first places are told."""

    head: Link
    violations: tuple[str, ...]


async def verify_audit_log(
    runtime: Runtime, *, market_id: MarketId, kept: Sequence[Link] = ()
) -> Verified:
    """Walk the chain as it is now; and compare it with heads that were kept elsewhere.

    What is appended meanwhile is left to the next time. A market that is not there has an empty
    chain: whatever was kept of it is missed.
    """
    async with runtime.pool.connection() as conn:
        heads = await audit_log.list_heads(conn, market_ids=[market_id])
    head = Link(number=heads[0].number, sha256=heads[0].sha256) if heads else BEGINNING
    violations: list[str] = []
    wanted: dict[int, set[str]] = {}
    for link in kept:
        wanted.setdefault(link.number, set()).add(link.sha256)
    violations += _others(BEGINNING, wanted)
    last = BEGINNING
    retention = timedelta(days=runtime.settings.look_retention_days)
    while last.number < head.number and len(violations) < VIOLATIONS_COUNT_MAX:
        async with runtime.pool.connection() as conn:
            found = await audit_log.list_chain(
                conn,
                market_id=market_id,
                after_number=last.number,
                limit_count=min(ENTRIES_COUNT_MAX, head.number - last.number),
            )
            # Afterwards: what has been blanked meanwhile was old enough.
            now = (await deployment.read_real_time(conn)).now
        if not found:
            break
        violations += breaks(found, after=last, blanked_before=now - retention)
        for entry in found:
            last = Link(number=entry.number, sha256=entry.sha256)
            violations += _others(last, wanted)
    if last != head:
        violations.append(f"the chain ends with entry {last.number}, its head is {head.number}")
    violations += [f"entry {number} was kept and is not there" for number in wanted]
    return Verified(head=head, violations=tuple(violations[:VIOLATIONS_COUNT_MAX]))


def _others(link: Link, wanted: dict[int, set[str]]) -> Iterator[str]:
    """Yield that other hashes of this place were kept; the place is no longer looked for then."""
    if wanted.pop(link.number, set()) - {link.sha256}:
        yield f"entry {link.number} is another than the one that was kept"
