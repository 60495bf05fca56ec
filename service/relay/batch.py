"""One batch: facts after the cursor become numbered messages, in one transaction, exactly once."""

from collections.abc import Sequence

from msgspec import Struct

from service.domain.ids import MarketId
from service.live.bus import StreamMessage
from service.relay.context import read_context
from service.relay.numbering import count_by_owner, number
from service.relay.project import Projected, project
from service.relay.telling import listeners_of, tell_endpoints
from service.relay.turns import read_turn
from service.runtime import Runtime
from service.store import facts, relay, streams
from service.store.connection import Connection
from service.store.facts import RecordedFact
from service.store.leadership import Leadership, LostLeaseError
from service.store.relay import NextFact


class Batch(Struct, frozen=True, kw_only=True):
    facts: Sequence[RecordedFact]
    messages: Sequence[StreamMessage]


class MissingCursorError(Exception):
    """The market has no row in `relay_cursor`, so none of its facts would ever be told."""


async def check_cursor(runtime: Runtime, market_id: MarketId) -> None:
    """Check that there is a place to relay from: without it, reading finds no facts, and no fault.

    Raises:
        MissingCursorError: the market was made or restored without its row.
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        if await relay.find_cursor(conn, market_id=market_id) is None:
            raise MissingCursorError(f"market {market_id} has no row in relay_cursor")


async def relay_batch(
    runtime: Runtime,
    market_id: MarketId,
    *,
    leadership: Leadership,
    epoch: int,
    limit_count: int | None = None,
) -> Batch:
    """Project the next facts of the market, `limit_count` at most; return what came out.

    Without a limit as many as a batch may have.

    The facts are read before the transaction begins: its own number would bound what it may read,
    and an idle relay should cost no more than one read.

    Raises:
        LostLeaseError: another relay has this market, or was here meanwhile; nothing was done.
        UnavailableError: Postgres is away; what is not known to be done is done later, once.
    """
    async with runtime.pool.connection() as conn:
        recorded = await facts.read_new_facts(
            conn,
            market_id=market_id,
            limit_count=limit_count or runtime.settings.relay_batch_count_max,
        )
        listeners = await listeners_of(conn, recorded)
        told = await read_turn(conn, recorded, recorded) if listeners else ()
    if not recorded:
        return Batch(facts=(), messages=())
    async with runtime.pool.transaction() as conn:
        context = await read_context(conn, runtime, market_id, recorded)
        projected = project(recorded, context)
        await leadership.check(conn, epoch=epoch)
        await move_past(conn, market_id, first=recorded[0], last=recorded[-1])
        messages = await _write(conn, projected)
        await tell_endpoints(conn, runtime, told, listeners, livemode=context.livemode)
    return Batch(facts=recorded, messages=messages)


async def move_past(
    conn: Connection,
    market_id: MarketId,
    *,
    first: RecordedFact | NextFact,
    last: RecordedFact | NextFact,
) -> None:
    """Move the place past these facts.

    Raises:
        LostLeaseError: another relay has moved it.
    """
    is_moved = await relay.move_cursor(
        conn,
        market_id=market_id,
        first_xid=first.xid,
        first_id=first.id,
        xid=last.xid,
        id=last.id,
    )
    if not is_moved:
        raise LostLeaseError(f"relay:{market_id}")


async def _write(conn: Connection, projected: Sequence[Projected]) -> list[StreamMessage]:
    counts = count_by_owner(projected)
    ends = await streams.advance_streams(conn, owners=list(counts), counts=list(counts.values()))
    messages = number(projected, {end.owner: end.last_seq for end in ends})
    await streams.insert_events(
        conn,
        owners=[message.owner for message in messages],
        seqs=[message.seq for message in messages],
        types=[message.type for message in messages],
        messages=[message.message for message in messages],
    )
    return messages
