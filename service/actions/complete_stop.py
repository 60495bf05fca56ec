"""Complete the stop that the courier is at: the parcel is picked up, or delivered, and proven."""

from datetime import datetime

from service.actions.evidence import Shown, look, record
from service.domain import proof as proofs_domain
from service.domain import work as works_domain
from service.domain.courier import Fix
from service.domain.errors import (
    DomainError,
    ProofAttemptsExhaustedError,
    ProofMismatchError,
)
from service.domain.ids import CourierId, ExceptionId, MarketId, ProofId, StopId
from service.domain.stop import Stop
from service.domain.vocabulary import ExceptionKind, ProofKind, Severity
from service.runtime import Runtime
from service.store import deployment, jobs, proofs
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell
from service.store.works import open_work, save_work

NOTHING_SHOWN = Shown()


async def complete_stop(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    stop_id: StopId,
    shown: Shown = NOTHING_SHOWN,
    fix: Fix | None = None,
) -> Stop:
    """Complete the stop, if what is shown proves it; return it as it was.

    The last wrong code opens an exception for ops. A right one is forgotten: nobody has to know
    it any more.

    Raises:
        NotFoundError, InvalidStateTransitionError, ProofRequiredError, ProofMismatchError,
        ProofAttemptsExhaustedError: as `work.complete` says.
    """

    async def tell(conn: Connection, stop: Stop, now: datetime) -> None:
        await open_and_tell(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=market_id,
            kind=ExceptionKind.PROOF_ATTEMPTS_EXHAUSTED,
            severity=Severity.CRITICAL,
            job_id=stop.job_id,
            courier_id=courier_id,
            now=now,
        )

    async def work(conn: Connection) -> DomainError | Stop:
        opened = await open_work(conn, courier_id=courier_id)
        now = (await deployment.read_market_time(conn)).now
        stop = works_domain.find_stop(opened.work, stop_id)
        evidence = await look(conn, courier_id=courier_id, stop=stop, shown=shown)
        try:
            after = works_domain.complete(opened.work, stop_id, now=now, evidence=evidence)
        except ProofMismatchError as error:
            assert evidence.said_code is not None
            await proofs.note_try(
                conn, stop_id=stop_id, courier_id=courier_id, code=evidence.said_code
            )
            if proofs_domain.is_last_try(evidence):
                await tell(conn, stop, now)
            return error  # raised when that is written: a guess counts, though it was in vain
        except ProofAttemptsExhaustedError as error:
            await tell(conn, stop, now)  # unless they know: since then the attempt may have failed
            return error
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        if ProofKind.CODE in stop.required_proofs:
            proof_id = ProofId(runtime.new_id())
            await _end_tries(conn, stop, courier_id=courier_id, proof_id=proof_id, fix=fix, now=now)
        return stop

    done = await runtime.transact(market_id, work)
    if isinstance(done, DomainError):
        raise done
    return done


async def _end_tries(
    conn: Connection,
    stop: Stop,
    *,
    courier_id: CourierId,
    proof_id: ProofId,
    fix: Fix | None,
    now: datetime,
) -> None:
    """Record that the code was right, unless it was waived, and forget it."""
    if ProofKind.CODE in stop.asked_proofs:
        await record(
            conn,
            proof_id=proof_id,
            courier_id=courier_id,
            stop=stop,
            kind=ProofKind.CODE,
            taken=None,
            fix=fix,
            now=now,
        )
    await proofs.delete_code(conn, job_id=stop.job_id, kind=stop.kind)


async def has_completed(runtime: Runtime, *, courier_id: CourierId, stop_id: StopId) -> bool:
    """Return whether it was this courier who completed the stop: then to say so again is right."""
    async with runtime.pool.connection() as conn:
        found = await jobs.find_completed_stop(conn, stop_id=stop_id, courier_id=courier_id)
    return found is not None
