"""What waits for a second person, or did, as ops see it."""

from datetime import datetime

from service.actions.adjust_job import Adjusted
from service.domain.four_eyes import AdjustmentTerms, Proposal, ProposalStatus, RoleTerms, status_of
from service.domain.ids import JobId, OperatorId, TransferId
from service.domain.ledger import Transfer
from service.wire.identity import RoleChangeBody
from service.wire.statements import AdjustmentBody


def adjusted_body(adjusted: Adjusted, *, now: datetime) -> AdjustmentBody:
    """Return the adjustment; `now` is market time."""
    if adjusted.proposal is not None:
        made = adjusted.transfer
        return adjustment_body(adjusted.proposal, at=made and made.at, now=now)
    assert adjusted.transfer is not None
    return _made_alone(adjusted.transfer)


def adjustment_body(proposal: Proposal, *, at: datetime | None, now: datetime) -> AdjustmentBody:
    """Return the adjustment that was proposed, and made `at`."""
    terms = proposal.terms
    assert isinstance(terms, AdjustmentTerms)
    return AdjustmentBody(
        id=TransferId(proposal.id),
        status=status_of(proposal, now=now),
        at=at,
        job_id=JobId(proposal.subject_id),
        kind=terms.adjustment.kind,
        debit=terms.debit,
        credit=terms.credit,
        amount_cents=terms.adjustment.amount_cents,
        currency=terms.currency,
        reason=terms.adjustment.reason,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
    )


def role_change_body(proposal: Proposal, *, now: datetime) -> RoleChangeBody:
    """Return the change of a role."""
    terms = proposal.terms
    assert isinstance(terms, RoleTerms)
    return RoleChangeBody(
        id=proposal.id,
        status=status_of(proposal, now=now),
        operator_id=OperatorId(proposal.subject_id),
        former_role=terms.former_role,
        role=terms.role,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
    )


def _made_alone(made: Transfer) -> AdjustmentBody:
    assert made.reason is not None
    return AdjustmentBody(
        id=made.id,
        status=ProposalStatus.APPROVED,
        at=made.at,
        job_id=made.job_id,
        kind=made.kind,
        debit=made.debit,
        credit=made.credit,
        amount_cents=made.amount_cents,
        currency=made.currency,
        reason=made.reason,
        proposed_by=None,
        proposed_at=None,
        expires_at=None,
        decided_by=None,
        decided_at=None,
    )
