"""Pause or resume a market: no new jobs and no new offers; what is under way goes on."""

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.facts import Fact, FactType, MarketSnapshot
from service.domain.ids import MarketId
from service.domain.market import Market
from service.domain.vocabulary import Actor
from service.runtime import Runtime, read_market
from service.store import audit_log, changes, deployment, markets
from service.store.changes import Changes
from service.store.connection import Connection


async def pause_market(
    runtime: Runtime, *, market_id: MarketId, is_paused: bool, origin: Origin = SHELL
) -> Market:
    """Pause or resume the market; again changes nothing.

    Raises:
        NotFoundError: there is no such market.
        UndoTooLateError: it takes another back, and something else was done since.
    """

    async def work(conn: Connection) -> Market:
        changed = await markets.set_paused(conn, market_id=market_id, is_paused=is_paused)
        if changed is not None:
            now = (await deployment.read_market_time(conn)).now
            fact = Fact(
                type=FactType.MARKET_PAUSED if is_paused else FactType.MARKET_RESUMED,
                market_id=market_id,
                actor=Actor.OPS,
                at=now,
                body=MarketSnapshot(id=market_id, is_paused=is_paused),
            )
            await changes.save(conn, Changes(facts=(fact,)))
        market = await read_market(conn, market_id)
        if changed is not None:
            entry = AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.PAUSE_MARKET if is_paused else AuditAction.RESUME_MARKET,
                subject=f"market:{market_id}",
            )
            await audit_log.append(conn, entry)
        else:
            await audit_log.check_nothing_since(
                conn, market_id=market_id, subject=f"market:{market_id}", origin=origin
            )
        return market

    return await runtime.transact(market_id, work)
