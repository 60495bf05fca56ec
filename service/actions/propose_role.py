"""Give an operator another role: one who may proposes it, and another approves."""

from service.actions import second_person
from service.domain import four_eyes
from service.domain.audit_log import AuditAction, AuditEntry, Origin, Value
from service.domain.errors import InvalidParamsError, InvalidStateTransitionError, NotFoundError
from service.domain.four_eyes import Proposal, RoleTerms
from service.domain.ids import MarketId, OperatorId, ProposalId
from service.domain.vocabulary import OperatorRole, ProposalKind
from service.runtime import Runtime
from service.store import audit_log, deployment, operators, proposals
from service.store.connection import Connection
from service.store.operators import Colleague


async def propose_role(
    runtime: Runtime,
    *,
    operator_id: OperatorId,
    market_id: MarketId,
    role: OperatorRole,
    key: str,
    by: OperatorId,
    origin: Origin,
) -> Proposal:
    """Let another role of the operator in this market wait for a second person.

    Raises:
        NotFoundError: nobody of that id looks after the market.
        IdempotencyMismatchError: the key was used for another role.
        InvalidParamsError: it is the role that they have.
        CapacityExceededError: enough changes are waiting.
    """

    async def work(conn: Connection) -> Proposal:
        who = await _lock(conn, operator_id, market_id)
        id_ = four_eyes.role_change_id(operator_id, by=by, key=key)
        asked = await proposals.find_proposal(
            conn, proposal_id=id_, market_id=market_id, kind=ProposalKind.ROLE_CHANGE
        )
        if asked is not None:
            four_eyes.check_role_is(asked, role)
            return asked
        if who.role is role:
            raise InvalidParamsError("that is their role", field="/role")
        proposal = four_eyes.propose(
            id_,
            RoleTerms(role=role, former_role=who.role),
            market_id=market_id,
            subject_id=operator_id,
            by=by,
            now=(await deployment.read_market_time(conn)).now,
        )
        await second_person.keep(conn, proposal)
        await audit_log.append(conn, _entry(proposal, AuditAction.PROPOSE_ROLE, origin))
        return proposal

    return await runtime.attempt(work)


async def decide_role(
    runtime: Runtime,
    *,
    proposal_id: ProposalId,
    market_id: MarketId,
    by: OperatorId,
    approves: bool,
    origin: Origin,
) -> Proposal:
    """Give the operator the role that somebody else has proposed, or decline it.

    Raises:
        NotFoundError: there is no such proposal, or the operator is there no more.
        ForbiddenError, InvalidStateTransitionError: as `four_eyes.decide` says.
        InvalidStateTransitionError: they have been given another role meanwhile.
    """

    async def work(conn: Connection) -> Proposal:
        found = await second_person.find(
            conn, proposal_id=proposal_id, market_id=market_id, kind=ProposalKind.ROLE_CHANGE
        )
        decided, is_new = await second_person.decide(conn, found, by=by, approves=approves)
        if is_new and approves:
            await _give(conn, decided)
        if is_new:
            action = AuditAction.CHANGE_ROLE if approves else AuditAction.DECLINE_ROLE
            await audit_log.append(conn, _entry(decided, action, origin))
        return decided

    return await runtime.attempt(work)


async def _give(conn: Connection, proposal: Proposal) -> None:
    assert isinstance(proposal.terms, RoleTerms)
    operator_id = OperatorId(proposal.subject_id)
    who = await _lock(conn, operator_id, proposal.market_id)
    if who.role is not proposal.terms.former_role:
        raise InvalidStateTransitionError("role", who.role, "be changed as proposed")
    await operators.set_role_at(
        conn, operator_id=operator_id, market_id=proposal.market_id, role=proposal.terms.role
    )


async def _lock(conn: Connection, operator_id: OperatorId, market_id: MarketId) -> Colleague:
    """Hold the account of who looks after the market, and return their role there as it is then."""
    await operators.lock_operator(conn, operator_id=operator_id)
    who = await operators.find_colleague(conn, operator_id=operator_id, market_id=market_id)
    if who is None:
        raise NotFoundError("there is no such operator")
    return who


def _entry(proposal: Proposal, action: AuditAction, origin: Origin) -> AuditEntry:
    assert isinstance(proposal.terms, RoleTerms)
    before: dict[str, Value] = {"role": proposal.terms.former_role}
    if action is not AuditAction.PROPOSE_ROLE:
        before["proposed_by"] = str(proposal.proposed_by)
    return AuditEntry(
        market_id=proposal.market_id,
        origin=origin,
        action=action,
        subject=f"operator:{proposal.subject_id}",
        before=before,
        after={"role": proposal.terms.role},
    )
