"""Accept the offers of many couriers in one transaction, each for itself."""

from collections.abc import Sequence

from msgspec import Struct

from service.actions.accept_offer import accept
from service.domain.errors import DomainError, LockContentionError
from service.domain.ids import CourierId, MarketId, OfferId
from service.runtime import Runtime
from service.store import changes
from service.store.changes import NOTHING
from service.store.connection import Connection
from service.store.offered_works import open_offered_works


class Acceptance(Struct, frozen=True, kw_only=True):
    offer_id: OfferId
    by: CourierId


async def accept_offers(
    runtime: Runtime, acceptances: Sequence[Acceptance], *, market_id: MarketId
) -> dict[Acceptance, DomainError]:
    """Accept what can be accepted without waiting for anybody; repeating it changes nothing.

    Three statements however many there are: while locks are held, each is a round trip.

    Returns:
        Those that were not accepted: refused as `accept_offer` says, or not tried for
        `LockContentionError`: then somebody holds a row, and it has to be accepted by itself.
    """
    first = {one.by: one for one in reversed(acceptances)}
    refused: dict[Acceptance, DomainError] = {
        one: LockContentionError("the courier answers another offer")
        for one in acceptances
        if first[one.by] != one
    }

    async def work(conn: Connection) -> dict[Acceptance, DomainError]:
        opened = await open_offered_works(conn, {by: one.offer_id for by, one in first.items()})
        written, failed = NOTHING, dict[Acceptance, DomainError]()
        for by, found in opened.items():
            try:
                if isinstance(found, DomainError):
                    raise found
                accepted = accept(found.opened, new_id=runtime.new_id, now=found.now)
                written += accepted.changes
            except DomainError as error:
                failed[first[by]] = error
        await changes.save(conn, written)
        return failed

    return refused | await runtime.transact(market_id, work)
