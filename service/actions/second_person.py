"""What all proposals share: one more of them, and the one that somebody decides about."""

from service.domain import four_eyes
from service.domain.errors import CapacityExceededError, NotFoundError
from service.domain.four_eyes import WAITING_COUNT_MAX, Proposal
from service.domain.ids import MarketId, OperatorId, ProposalId
from service.domain.vocabulary import ProposalKind
from service.store import deployment, operators, proposals
from service.store.connection import Connection


async def keep(conn: Connection, proposal: Proposal) -> None:
    """Let the proposal wait for a second person.

    Raises:
        CapacityExceededError: enough are waiting.
    """
    waiting = await proposals.list_waiting(
        conn, market_id=proposal.market_id, kind=proposal.kind, limit_count=WAITING_COUNT_MAX
    )
    if len(waiting) >= WAITING_COUNT_MAX:
        raise CapacityExceededError(f"{WAITING_COUNT_MAX} are waiting for a second person")
    await proposals.insert_proposal(
        conn,
        proposal_id=proposal.id,
        market_id=proposal.market_id,
        kind=proposal.kind,
        subject_id=proposal.subject_id,
        terms=proposal.terms,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
    )


async def find(
    conn: Connection, *, proposal_id: ProposalId, market_id: MarketId, kind: ProposalKind
) -> Proposal:
    """Return the proposal; it is not locked.

    Raises:
        NotFoundError: there is none in the market.
    """
    found = await proposals.find_proposal(
        conn, proposal_id=proposal_id, market_id=market_id, kind=kind
    )
    if found is None:
        raise NotFoundError("there is no such proposal")
    return found


async def decide(
    conn: Connection, found: Proposal, *, by: OperatorId, approves: bool
) -> tuple[Proposal, bool]:
    """Lock the proposal, decide it and keep that; return it, and whether anything has changed.

    Raises:
        NotFoundError: it is gone.
        ForbiddenError, InvalidStateTransitionError: as `four_eyes.decide` says.
    """
    before = await proposals.lock_proposal(
        conn, proposal_id=found.id, market_id=found.market_id, kind=found.kind
    )
    if before is None:
        raise NotFoundError("there is no such proposal")
    who = await operators.find_colleague(conn, operator_id=by, market_id=found.market_id)
    subject_id = OperatorId(before.subject_id)  # or a job's, which no operator has
    hands = await operators.list_hands(conn, operator_ids=[before.proposed_by, subject_id])
    decided = four_eyes.decide(
        before,
        by=by,
        is_person=who is not None and who.is_person,
        hands=hands,
        approves=approves,
        now=(await deployment.read_market_time(conn)).now,
    )
    if decided is before:
        return before, False
    assert decided.decided_by is not None
    assert decided.decided_at is not None
    assert decided.is_approved is not None
    await proposals.decide_proposal(
        conn,
        proposal_id=decided.id,
        decided_by=decided.decided_by,
        decided_at=decided.decided_at,
        is_approved=decided.is_approved,
    )
    return decided, True
