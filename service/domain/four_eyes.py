"""Four eyes: what one operator proposes and another approves, in time; nobody approves their own.

So are corrections of the ledger by hand, and other roles of operators. Who proposed it may take it
back, which is to decline it. A program's proposal is its keeper's own, who has its key.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from service.domain.errors import (
    ForbiddenError,
    IdempotencyMismatchError,
    InvalidStateTransitionError,
)
from service.domain.ids import MarketId, OperatorId, ProposalId
from service.domain.ledger import Adjustment, Transfer
from service.domain.policy import Policy
from service.domain.vocabulary import OperatorRole, ProposalKind

PROPOSAL_S = 86_400  # a day; then it has to be proposed anew
WAITING_COUNT_MAX = 100  # of a market and kind

# Ids of role changes are made within this namespace; an adjustment's is that of its transfer.
_NAMESPACE = UUID("0b9c2c53-6b0e-5d0f-8a53-7c1f5b2f6a11")


class AdjustmentTerms(Struct, frozen=True, kw_only=True, tag_field="act", tag="adjustment"):
    """A correction of the ledger, and between whose accounts it is."""

    adjustment: Adjustment
    debit: str
    credit: str
    currency: str


class RoleTerms(Struct, frozen=True, kw_only=True, tag_field="act", tag="role_change"):
    role: OperatorRole
    former_role: OperatorRole


Terms = AdjustmentTerms | RoleTerms


class Proposal(Struct, frozen=True, kw_only=True):
    """What waits for a second person, or did; it is decided once."""

    id: ProposalId
    market_id: MarketId
    kind: ProposalKind
    subject_id: UUID  # the job, or the operator
    terms: Terms
    proposed_by: OperatorId
    proposed_at: datetime
    expires_at: datetime
    decided_by: OperatorId | None = None
    decided_at: datetime | None = None
    is_approved: bool | None = None


class Hand(Struct, frozen=True, kw_only=True):
    """Who has a hand in a proposal; of a program with who has its key, if that is known."""

    id: OperatorId
    keeper_id: OperatorId | None
    is_person: bool


class ProposalStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"


def role_change_id(operator_id: OperatorId, *, by: OperatorId, key: str) -> ProposalId:
    """Return the id of the one role change that somebody proposes under the key."""
    return ProposalId(uuid5(_NAMESPACE, f"{operator_id}:{by}:{key}"))


def propose(
    proposal_id: ProposalId,
    terms: Terms,
    *,
    market_id: MarketId,
    subject_id: UUID,
    by: OperatorId,
    now: datetime,
) -> Proposal:
    """Return what waits for a second person from now on."""
    is_adjustment = isinstance(terms, AdjustmentTerms)
    return Proposal(
        id=proposal_id,
        market_id=market_id,
        kind=ProposalKind.ADJUSTMENT if is_adjustment else ProposalKind.ROLE_CHANGE,
        subject_id=subject_id,
        terms=terms,
        proposed_by=by,
        proposed_at=now,
        expires_at=now + timedelta(seconds=PROPOSAL_S),
    )


def status_of(proposal: Proposal, *, now: datetime) -> ProposalStatus:
    """Return what has become of it until now."""
    if proposal.is_approved is not None:
        return ProposalStatus.APPROVED if proposal.is_approved else ProposalStatus.DECLINED
    return ProposalStatus.WAITING if now < proposal.expires_at else ProposalStatus.EXPIRED


def check_adjustment_is(proposal: Proposal, adjustment: Adjustment) -> None:
    """Check that this is what was proposed.

    Raises:
        IdempotencyMismatchError: it was another adjustment, under the same key.
    """
    terms = proposal.terms
    if not isinstance(terms, AdjustmentTerms) or terms.adjustment != adjustment:
        raise IdempotencyMismatchError("this key was used for another adjustment")


def check_role_is(proposal: Proposal, role: OperatorRole) -> None:
    """Check that this is what was proposed.

    Raises:
        IdempotencyMismatchError: it was another role, under the same key.
    """
    if not isinstance(proposal.terms, RoleTerms) or proposal.terms.role is not role:
        raise IdempotencyMismatchError("this key was used for another role")


def is_for_one(policy: Policy, transfer: Transfer, *, before: Iterable[Transfer]) -> bool:
    """Return whether the policy lets one person make the adjustment.

    All adjustments of the job count together: a large one is not made in small parts.
    """
    by_hand = [made.amount_cents for made in before if made.reason is not None]
    return sum(by_hand) + transfer.amount_cents <= policy.adjustment_alone_cents_max


def decide(
    proposal: Proposal,
    *,
    by: OperatorId,
    is_person: bool,
    hands: Sequence[Hand],
    approves: bool,
    now: datetime,
) -> Proposal:
    """Return the proposal as it is decided; unchanged where it was decided so before.

    Args:
        proposal: which is locked.
        by: who decides.
        is_person: whether they can log in: a program may be the proposer's own.
        hands: who proposed it, and whom it is about if that is an operator.
        approves: or declines.
        now: after the lock.

    Raises:
        ForbiddenError: nobody approves what they or a program of theirs have proposed, or what is
            about themselves or one of those; no program approves at all, and nobody what one has
            proposed of which it is not known who has its key.
        InvalidStateTransitionError: it was decided otherwise, or its time is over.
    """
    if approves:
        _check_another(proposal, by=by, is_person=is_person, hands=hands)
    status = status_of(proposal, now=now)
    if status is (ProposalStatus.APPROVED if approves else ProposalStatus.DECLINED):
        return proposal
    if status is not ProposalStatus.WAITING:
        raise InvalidStateTransitionError(
            "proposal", status, "be approved" if approves else "be declined"
        )
    return replace(proposal, decided_by=by, decided_at=now, is_approved=approves)


def _check_another(
    proposal: Proposal, *, by: OperatorId, is_person: bool, hands: Sequence[Hand]
) -> None:
    keepers = [hand.keeper_id for hand in hands]
    if by in (proposal.proposed_by, proposal.subject_id, *keepers):
        raise ForbiddenError("somebody else has to approve this")
    if not is_person:
        raise ForbiddenError("a person has to approve this")
    proposers = [hand for hand in hands if hand.id == proposal.proposed_by]
    if not any(hand.is_person or hand.keeper_id is not None for hand in proposers):
        raise ForbiddenError("a program has proposed this, and it is not known who has its key")
