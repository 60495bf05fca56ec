"""Adjust by hand what a job has cost its merchant or paid its courier: proposed, then approved."""

from msgspec import Struct

from service.actions import second_person
from service.actions.find_job import find_job
from service.domain import four_eyes, ledger
from service.domain.audit_log import (
    SHELL,
    AuditAction,
    AuditEntry,
    Origin,
    Value,
    subject_of,
    traits_of_transfer,
)
from service.domain.four_eyes import AdjustmentTerms, Proposal
from service.domain.ids import CourierId, JobId, MarketId, OperatorId, ProposalId
from service.domain.job import Job
from service.domain.ledger import Adjustment, Transfer
from service.domain.vocabulary import ProposalKind
from service.runtime import Runtime, read_market
from service.store import (
    assignments,
    audit_log,
    changes,
    deployment,
    jobs,
    proposals,
    transfers,
)
from service.store.changes import Changes
from service.store.connection import Connection


class Adjusted(Struct, frozen=True, kw_only=True):
    """What was made, or waits for a second person, or both: first the one, and then the other."""

    transfer: Transfer | None
    proposal: Proposal | None


async def adjust_job(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    adjustment: Adjustment,
    origin: Origin = SHELL,
) -> Adjusted:
    """Propose the correction, or make it where one person may; the same again for the same key.

    Who has the shell of the deployment makes it at once.

    Raises:
        NotFoundError: there is no such job in the market.
        IdempotencyMismatchError, InvalidStateTransitionError, InvalidParamsError: as
            `ledger.adjust` says.
        CapacityExceededError: enough adjustments are waiting.
    """

    async def work(conn: Connection) -> Adjusted:
        await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        job, before, had_by = await _lock(conn, job_id)
        asked = await proposals.find_proposal(
            conn,
            proposal_id=ProposalId(ledger.adjustment_id(job_id, adjustment.key)),
            market_id=market_id,
            kind=ProposalKind.ADJUSTMENT,
        )
        if asked is not None:
            four_eyes.check_adjustment_is(asked, adjustment)
            return Adjusted(transfer=_made(asked, before), proposal=asked)
        now = (await deployment.read_market_time(conn)).now
        made = ledger.adjust(job, adjustment, before=before, had_by=had_by, now=now)
        if made in before:
            return Adjusted(transfer=made, proposal=None)
        policy = (await read_market(conn, market_id)).policy
        by = origin.principal_id
        if by is None or four_eyes.is_for_one(policy, made, before=before):
            await _make(conn, made, origin, before={})
            return Adjusted(transfer=made, proposal=None)
        proposal = await _propose(conn, made, adjustment, OperatorId(by))
        await audit_log.append(conn, _entry(made, AuditAction.PROPOSE_ADJUSTMENT, origin))
        return Adjusted(transfer=None, proposal=proposal)

    return await runtime.transact(market_id, work)


async def decide_adjustment(
    runtime: Runtime,
    *,
    proposal_id: ProposalId,
    market_id: MarketId,
    by: OperatorId,
    approves: bool,
    origin: Origin,
) -> Adjusted:
    """Make the correction that somebody else has proposed, or decline it; again changes nothing.

    Raises:
        NotFoundError: there is no such proposal in the market.
        ForbiddenError, InvalidStateTransitionError: as `four_eyes.decide` says.
        InvalidStateTransitionError, InvalidParamsError: it can be made no more, as
            `ledger.adjust` says; it waits on, and may be declined.
    """

    async def work(conn: Connection) -> Adjusted:
        found = await second_person.find(
            conn, proposal_id=proposal_id, market_id=market_id, kind=ProposalKind.ADJUSTMENT
        )
        assert isinstance(found.terms, AdjustmentTerms)
        job, before, had_by = await _lock(conn, JobId(found.subject_id))
        decided, is_new = await second_person.decide(conn, found, by=by, approves=approves)
        if not is_new:
            return Adjusted(transfer=_made(decided, before), proposal=decided)
        now = (await deployment.read_market_time(conn)).now
        adjustment, made = found.terms.adjustment, None
        if approves:
            made = ledger.adjust(job, adjustment, before=before, had_by=had_by, now=now)
        proposed: dict[str, Value] = {"proposed_by": str(decided.proposed_by)}
        if made is None:
            entry = AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.DECLINE_ADJUSTMENT,
                subject=f"transfer:{decided.id}",
                before=proposed,
            )
            await audit_log.append(conn, entry)
        else:
            await _make(conn, made, origin, before=proposed)
        return Adjusted(transfer=made, proposal=decided)

    return await runtime.transact(market_id, work)


async def _lock(conn: Connection, job_id: JobId) -> tuple[Job, list[Transfer], set[CourierId]]:
    """Return the job, what it has moved, and who ever had it."""
    await jobs.lock_jobs(conn, job_ids=[job_id])
    (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
    before = await transfers.list_transfers_of_jobs(conn, job_ids=[job_id])
    had_by = await assignments.list_couriers_of_job(conn, job_id=job_id)
    return job, before, {courier.id for courier in had_by}


async def _propose(
    conn: Connection, made: Transfer, adjustment: Adjustment, by: OperatorId
) -> Proposal:
    terms = AdjustmentTerms(
        adjustment=adjustment, debit=made.debit, credit=made.credit, currency=made.currency
    )
    proposal = four_eyes.propose(
        ProposalId(made.id),
        terms,
        market_id=made.market_id,
        subject_id=made.job_id,
        by=by,
        now=(await deployment.read_market_time(conn)).now,
    )
    await second_person.keep(conn, proposal)
    return proposal


async def _make(
    conn: Connection, made: Transfer, origin: Origin, *, before: dict[str, Value]
) -> None:
    await changes.save(conn, Changes(transfers=(made,)))
    await audit_log.append(conn, _entry(made, AuditAction.ADJUST_JOB, origin, before=before))


def _made(proposal: Proposal, before: list[Transfer]) -> Transfer | None:
    return next((made for made in before if made.id == proposal.id), None)


def _entry(
    made: Transfer, action: AuditAction, origin: Origin, *, before: dict[str, Value] | None = None
) -> AuditEntry:
    return AuditEntry(
        market_id=made.market_id,
        origin=origin,
        action=action,
        subject=subject_of(made),
        before=before or {},
        after=traits_of_transfer(made),
        reason=made.reason,
    )
