"""What one proposes another approves: never oneself, never too late, never twice."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace

from service.domain.errors import (
    ForbiddenError,
    IdempotencyMismatchError,
    InvalidStateTransitionError,
)
from service.domain.four_eyes import (
    PROPOSAL_S,
    Hand,
    ProposalStatus,
    RoleTerms,
    check_role_is,
    decide,
    is_for_one,
    propose,
    role_change_id,
    status_of,
)
from service.domain.ledger import Transfer
from service.domain.policy import Policy
from service.domain.vocabulary import AdjustmentReason, OperatorRole, TransferKind

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, BEN, CEM, DAN = (uuid4() for _ in range(4))
END = NOW + timedelta(seconds=PROPOSAL_S)


@pytest.fixture
def proposal():
    """Ann proposes that Cem be an admin."""
    terms = RoleTerms(role=OperatorRole.ADMIN, former_role=OperatorRole.VIEWER)
    id_ = role_change_id(CEM, by=ANN, key="k")
    return propose(id_, terms, market_id="vienna", subject_id=CEM, by=ANN, now=NOW)


def hand(id_, *, keeper=None, is_person=True):
    return Hand(id=id_, keeper_id=keeper, is_person=is_person)


HANDS = (hand(ANN), hand(CEM))


def decided(proposal, by=BEN, *, approves=True, is_person=True, hands=HANDS, now=NOW):
    return decide(proposal, by=by, is_person=is_person, hands=hands, approves=approves, now=now)


def test_another_approves_and_again_changes_nothing(proposal):
    approved = decided(proposal)
    assert status_of(approved, now=NOW) is ProposalStatus.APPROVED
    assert decided(approved) is approved
    assert status_of(approved, now=END) is ProposalStatus.APPROVED


@pytest.mark.parametrize("by", [ANN, CEM])
def test_nobody_approves_what_is_their_own(proposal, by):
    with pytest.raises(ForbiddenError):
        decided(proposal, by)
    with pytest.raises(ForbiddenError):
        decided(decided(proposal), by)


def test_a_program_approves_nothing_and_may_decline(proposal):
    with pytest.raises(ForbiddenError):
        decided(proposal, is_person=False)
    assert decided(proposal, approves=False, is_person=False).is_approved is False


@pytest.mark.parametrize(
    ("hands", "is_approved"),
    [
        ((hand(ANN, keeper=DAN, is_person=False), hand(CEM)), True),
        ((hand(ANN, keeper=BEN, is_person=False), hand(CEM)), False),  # a program of his own
        ((hand(ANN), hand(CEM, keeper=BEN, is_person=False)), False),  # about one
        ((hand(ANN), hand(CEM, keeper=DAN, is_person=False)), True),
        ((hand(ANN), hand(CEM, is_person=False)), True),
        ((hand(ANN, is_person=False), hand(CEM)), False),  # perhaps his own
        ((hand(ANN),), True),  # about a job
        ((), False),
    ],
)
def test_a_programs_proposal_is_its_keepers(proposal, hands, is_approved):
    if is_approved:
        assert decided(proposal, hands=hands).is_approved is True
    else:
        with pytest.raises(ForbiddenError):
            decided(proposal, hands=hands)
    assert decided(proposal, hands=hands, approves=False).is_approved is False


def test_who_proposed_it_may_take_it_back_and_then_it_is_over(proposal):
    declined = decided(proposal, ANN, approves=False)
    assert decided(declined, approves=False) is declined
    with pytest.raises(InvalidStateTransitionError):
        decided(declined)


def test_what_was_approved_cannot_be_declined(proposal):
    with pytest.raises(InvalidStateTransitionError):
        decided(decided(proposal), approves=False)


@pytest.mark.parametrize("approves", [True, False])
def test_its_time_ends_to_the_microsecond(proposal, approves):
    last = END - timedelta(microseconds=1)
    assert decided(proposal, approves=approves, now=last).is_approved is approves
    assert status_of(proposal, now=END) is ProposalStatus.EXPIRED
    with pytest.raises(InvalidStateTransitionError):
        decided(proposal, approves=approves, now=END)


def test_one_key_proposes_one_role(proposal):
    check_role_is(proposal, OperatorRole.ADMIN)
    with pytest.raises(IdempotencyMismatchError):
        check_role_is(proposal, OperatorRole.FINANCE)
    asked = [(CEM, ANN, "k"), (CEM, BEN, "k"), (BEN, ANN, "k"), (CEM, ANN, "l")]
    ids = {role_change_id(who, by=by, key=key) for who, by, key in asked}
    assert len(ids) == 4


def test_small_parts_of_a_large_adjustment_count_together():
    def made(amount_cents, reason=AdjustmentReason.LATE):
        return Transfer(
            id=uuid4(),
            market_id="vienna",
            job_id=uuid4(),
            kind=TransferKind.REFUND,
            debit="market:vienna",
            credit="merchant:m",
            amount_cents=amount_cents,
            currency="EUR",
            at=NOW,
            reason=reason,
        )

    fee = replace(made(5_000, None), kind=TransferKind.CHARGE)
    policy = Policy(adjustment_alone_cents_max=1_000)
    assert is_for_one(policy, made(1_000), before=[fee])
    assert not is_for_one(policy, made(1_001), before=[fee])
    assert is_for_one(policy, made(400), before=[fee, made(600)])
    assert not is_for_one(policy, made(401), before=[fee, made(600)])
    assert not is_for_one(Policy(), made(1), before=[])
