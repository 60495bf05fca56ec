"""Exceptions with the facts about them: opened and resolved in the deciding transaction."""

from datetime import datetime
from uuid import UUID

from service.domain.facts import ExceptionSnapshot, Fact, FactType
from service.domain.ids import CourierId, EndpointId, ExceptionId, JobId, MarketId, MerchantId
from service.domain.trouble import OPEN_COUNT_MAX
from service.domain.vocabulary import Actor, ExceptionKind, Severity
from service.store import changes, exceptions
from service.store.changes import Changes
from service.store.connection import Connection
from service.store.exceptions import OpsException


async def open_and_tell(
    conn: Connection,
    *,
    exception_id: ExceptionId,
    market_id: MarketId,
    kind: ExceptionKind,
    severity: Severity,
    job_id: JobId | None,
    courier_id: CourierId | None,
    now: datetime,
    merchant_id: MerchantId | None = None,
    endpoint_id: EndpointId | None = None,
    due_at: datetime | None = None,
) -> None:
    """Open an exception for ops, unless the same one is open already."""
    opened = await exceptions.open_exception(
        conn,
        exception_id=exception_id,
        market_id=market_id,
        kind=kind,
        severity=severity,
        job_id=job_id,
        courier_id=courier_id,
        merchant_id=merchant_id,
        endpoint_id=endpoint_id,
        opened_at=now,
        due_at=due_at,
    )
    if opened is not None:
        told = _fact(opened, FactType.EXCEPTION_OPENED, Actor.SYSTEM, now)
        await changes.save(conn, Changes(facts=(told,)))


async def open_fault(
    conn: Connection,
    *,
    exception_id: ExceptionId,
    market_id: MarketId,
    kind: ExceptionKind,
    job_id: JobId | None,
    courier_id: CourierId | None,
    now: datetime,
) -> None:
    """Tell ops of what was put aside, a fault of ours: about the job, or else the courier.

    About the market, once, when it names neither or as many of the kind are open as anybody reads.
    """
    open_count = sum(
        one.open_count
        for one in await exceptions.count_open(conn)
        if one.market_id == market_id and one.kind == kind
    )
    is_told_singly = open_count < OPEN_COUNT_MAX
    await open_and_tell(
        conn,
        exception_id=exception_id,
        market_id=market_id,
        kind=kind,
        severity=Severity.CRITICAL,
        job_id=job_id if is_told_singly else None,
        courier_id=courier_id if is_told_singly and job_id is None else None,
        now=now,
    )


async def change_and_tell(
    conn: Connection,
    *,
    exception_id: ExceptionId,
    severity: Severity,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Change how bad an exception is and until when there is time, unless it is resolved."""
    changed = await exceptions.change_exception(
        conn, exception_id=exception_id, severity=severity, due_at=due_at
    )
    if changed is not None:
        told = _fact(changed, FactType.EXCEPTION_UPDATED, Actor.SYSTEM, now)
        await changes.save(conn, Changes(facts=(told,)))


async def resolve_and_tell(
    conn: Connection,
    *,
    kind: ExceptionKind,
    subject_id: UUID,
    resolution: str,
    actor: Actor,
    now: datetime,
) -> list[OpsException]:
    """Resolve the open exceptions of this kind about a job, a courier or an endpoint, if any.

    One about a market is its own subject.
    """
    resolved = await exceptions.resolve_exceptions(
        conn, kind=kind, subject_id=subject_id, resolved_at=now, resolution=resolution
    )
    told = tuple(_fact(one, FactType.EXCEPTION_RESOLVED, actor, now) for one in resolved)
    await changes.save(conn, Changes(facts=told))
    return resolved


async def tell_tries_are_over(conn: Connection, *, job_id: JobId, now: datetime) -> None:
    """Resolve what ops were told of wrong codes, if they were: nobody tries any more."""
    await resolve_and_tell(
        conn,
        kind=ExceptionKind.PROOF_ATTEMPTS_EXHAUSTED,
        subject_id=job_id,
        resolution="cleared",
        actor=Actor.SYSTEM,
        now=now,
    )


def _fact(exception: OpsException, type: FactType, actor: Actor, now: datetime) -> Fact:
    return Fact(
        type=type,
        market_id=exception.market_id,
        actor=actor,
        at=now,
        body=ExceptionSnapshot(
            id=exception.id,
            kind=exception.kind,
            severity=exception.severity,
            job_id=exception.job_id,
            courier_id=exception.courier_id,
            merchant_id=exception.merchant_id,
            endpoint_id=exception.endpoint_id,
            opened_at=exception.opened_at,
            due_at=exception.due_at,
            resolved_at=exception.resolved_at,
            resolution=exception.resolution,
            version=exception.version,
        ),
        courier_id=exception.courier_id,
    )
