"""Carries out what a look at a market asks for: exceptions are opened, changed and closed."""

from service.domain.ids import ExceptionId, MarketId
from service.domain.trouble import Change, Closing, Opening, Step
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.told_exceptions import change_and_tell, open_and_tell, resolve_and_tell


async def carry_out(runtime: Runtime, market_id: MarketId, step: Step) -> Step:
    """Do it and tell ops, in one transaction; what is done already stays as it is. Return it.

    Raises:
        DomainError: as `transact` says.
    """

    async def work(conn: Connection) -> None:
        now = (await deployment.read_market_time(conn)).now
        match step:
            case Opening(reading=reading, severity=severity):
                await open_and_tell(
                    conn,
                    exception_id=ExceptionId(runtime.new_id()),
                    market_id=market_id,
                    kind=reading.kind,
                    severity=severity,
                    job_id=reading.subject.job_id,
                    courier_id=reading.subject.courier_id,
                    merchant_id=reading.subject.merchant_id,
                    endpoint_id=reading.subject.endpoint_id,
                    due_at=reading.due_at,
                    now=now,
                )
            case Change(exception_id=exception_id, severity=severity, due_at=due_at):
                await change_and_tell(
                    conn, exception_id=exception_id, severity=severity, due_at=due_at, now=now
                )
            case Closing(kind=kind, exception_id=exception_id):
                await resolve_and_tell(
                    conn,
                    kind=kind,
                    subject_id=exception_id,
                    resolution="cleared",
                    actor=Actor.SYSTEM,
                    now=now,
                )

    await runtime.transact(market_id, work)
    return step
