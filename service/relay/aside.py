"""A fact that cannot be told is put aside: it stays on record, ops are told, the others go on."""

from functools import partial
from uuid import UUID

import structlog

from service.domain.errors import LockContentionError, UnavailableError
from service.domain.facts import event_id
from service.domain.ids import ExceptionId, JobId, MarketId
from service.domain.vocabulary import ExceptionKind
from service.metrics import FACTS_PUT_ASIDE
from service.relay.batch import move_past
from service.relay.context import read_context
from service.relay.telling import listeners_of, tell_endpoints
from service.relay.touched import Touched
from service.relay.turns import read_turn
from service.runtime import Runtime
from service.store import deployment, relay, webhook_lanes
from service.store.leadership import Leadership, LostLeaseError
from service.store.relay import NextFact
from service.store.told_exceptions import open_fault

log = structlog.get_logger()


async def put_aside(
    runtime: Runtime, market_id: MarketId, *, leadership: Leadership, epoch: int
) -> Touched:
    """Move past the next fact and open an exception, in one transaction; return whom it is about.

    What fails without any fact too is nobody's fault but ours: then nothing is put aside. Endpoints
    hear of a gap, and then what waited for the fact; where that fails too, they do not.

    Raises:
        LockContentionError: others hold the same rows; nothing was done.
        LostLeaseError: another relay has this market, or was here meanwhile; nothing was done.
        UnavailableError: Postgres is away.
    """
    put = partial(_put_aside, runtime, market_id, leadership=leadership, epoch=epoch)
    try:
        return await put(are_endpoints_told=True)
    except (LockContentionError, LostLeaseError, UnavailableError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, the market goes on
        log.warning("gap_not_told", market=market_id, error=repr(error))
        return await put(are_endpoints_told=False)


async def _put_aside(
    runtime: Runtime,
    market_id: MarketId,
    *,
    leadership: Leadership,
    epoch: int,
    are_endpoints_told: bool,
) -> Touched:
    async with runtime.pool.transaction() as conn:
        context = await read_context(conn, runtime, market_id, ())
        await leadership.check(conn, epoch=epoch)
        fact = await relay.find_next_fact(conn, market_id=market_id)
        if fact is None:
            raise LostLeaseError(f"relay:{market_id}")
        await move_past(conn, market_id, first=fact, last=fact)
        job_id = fact.job_id or _told_of(fact)
        if are_endpoints_told and job_id is not None:
            await webhook_lanes.mark_gap(conn, job_id=job_id, type=fact.type)
            told = await read_turn(conn, [fact], ())
            listeners = await listeners_of(conn, told)
            await tell_endpoints(conn, runtime, told, listeners, livemode=context.livemode)
        await open_fault(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=market_id,
            kind=ExceptionKind.FACT_UNTOLD,
            job_id=fact.job_id,
            courier_id=fact.courier_id,
            now=(await deployment.read_market_time(conn)).now,
        )
    FACTS_PUT_ASIDE.labels(market=market_id).inc()
    log.error("fact_put_aside", market=market_id, fact=event_id(fact.id), type=fact.type)
    return Touched(
        job_ids=frozenset() if fact.job_id is None else frozenset({fact.job_id}),
        courier_ids=frozenset() if fact.courier_id is None else frozenset({fact.courier_id}),
        wakes_dispatch=True,
    )


def _told_of(fact: NextFact) -> JobId | None:
    """Return the job that something was said about; None if nobody can read which that was."""
    try:
        return None if fact.told_of is None else JobId(UUID(fact.told_of))
    except ValueError:
        return None
