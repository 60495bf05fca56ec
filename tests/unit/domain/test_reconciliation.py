"""Jobs beside what the ledger and the audit log say of them."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.domain import ledger
from service.domain.audit_log import (
    BEGINNING,
    SHELL,
    AuditAction,
    AuditEntry,
    seal,
    subject_of,
    traits_of_transfer,
)
from service.domain.ledger import settle
from service.domain.reconciliation import Terms, reconcile, unbalanced
from service.domain.vocabulary import AdjustmentReason, TransferKind
from tests.unit.domain.makers import ANNA, BEN, MERCHANT, NOW
from tests.unit.domain.test_ledger import adjustment, ended_job, make_delivery

LATER = NOW + timedelta(days=1)


def make_terms(**changes):
    values = {
        "job_id": UUID(int=1_000),
        "market_id": "vienna",
        "merchant_id": MERCHANT,
        "courier_id": ANNA,
        "courier_ids": (ANNA,),
        "fee_cents": 500,
        "pay_cents": 400,
        "currency": "EUR",
        "delivered_at": NOW,
        "is_told": True,
    }
    return Terms(**(values | changes))


TERMS = [make_terms(), make_terms(job_id=UUID(int=2_000), fee_cents=0)]
TRANSFERS = [
    *settle(make_delivery()),
    *settle(make_delivery(job_id=UUID(int=2_000), fee_cents=0)),
]
CHARGE, PAY, _ = TRANSFERS  # of a fee of nothing there is none
REFUND = ledger.adjust(
    ended_job(), adjustment(TransferKind.REFUND, 300), before=TRANSFERS[:2], now=LATER
)


def told(*transfers, action=AuditAction.ADJUST_JOB):
    """Return what the audit log tells of transfers."""
    entries = [
        AuditEntry(
            market_id="vienna",
            origin=SHELL,
            action=action,
            subject=subject_of(transfer),
            after=traits_of_transfer(transfer),
            reason=transfer.reason,
        )
        for transfer in transfers
    ]
    return seal(entries, after=BEGINNING, at=NOW)


def violations_of(transfers, entries=(), terms=TERMS):
    found = reconcile(terms, transfers, entries)
    assert found.missing == ()
    assert all(str(CHARGE.job_id) in violation for violation in found.violations)
    return [violation.split(": ")[1] for violation in found.violations]


def test_what_was_settled_and_what_was_adjusted_agree():
    assert violations_of(TRANSFERS) == []
    assert violations_of([*TRANSFERS, REFUND], told(REFUND)) == []


def test_what_is_missing_is_what_would_have_been_made():
    assert reconcile(TERMS, TRANSFERS[1:], ()).missing == (CHARGE,)


@pytest.mark.parametrize(
    "changes", [{"amount_cents": 1}, {"currency": "USD"}, {"debit": f"merchant:{BEN}"}]
)
def test_another_amount_currency_or_owner_is_a_violation(changes):
    wrong = [replace(CHARGE, **changes), *TRANSFERS[1:]]
    assert violations_of(wrong) == ["charge is not what was agreed"]


def test_a_second_charge_is_a_violation():
    again = replace(CHARGE, id=UUID(int=9))
    assert violations_of([again, *TRANSFERS]) == ["charge is not what was agreed"]


def test_what_moved_without_a_delivery_is_a_violation():
    untold = [make_terms(is_told=False), TERMS[1]]
    assert violations_of(TRANSFERS, terms=untold) == [
        "charge that nothing accounts for",
        "pay that nothing accounts for",
    ]
    failed = [make_terms(delivered_at=None, is_told=False), TERMS[1]]
    assert "charge is not what was agreed" in violations_of(TRANSFERS, terms=failed)


def test_what_was_settled_afterwards_is_in_the_audit_log():
    late = replace(CHARGE, at=LATER)
    transfers = [late, *TRANSFERS[1:]]
    assert violations_of(transfers, told(late, action=AuditAction.SETTLE_JOB)) == []
    assert violations_of(transfers) == ["charge is not what the audit log says"]
    other = told(replace(late, at=LATER + timedelta(days=1)), action=AuditAction.SETTLE_JOB)
    assert violations_of(transfers, other) == ["charge is not what the audit log says"]
    early = replace(CHARGE, at=NOW - timedelta(days=1))
    entries = told(early, action=AuditAction.SETTLE_JOB)
    assert violations_of([early, *TRANSFERS[1:]], entries) == ["charge is from before the delivery"]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_cents": 301},
        {"at": NOW},
        {"kind": TransferKind.EXTRA_PAY, "credit": f"courier:{ANNA}"},
        {"reason": AdjustmentReason.LOST},
        {"id": UUID(int=9)},
        {"credit": f"merchant:{BEN}"},
        {"currency": "USD"},
    ],
)
def test_an_adjustment_that_was_altered_is_a_violation(changes):
    altered = replace(REFUND, **changes)
    said = violations_of([*TRANSFERS, altered], told(REFUND))
    assert f"{altered.kind} is not what the audit log says" in said


def test_an_adjustment_by_nobody_or_told_twice_or_as_something_else_is_a_violation():
    transfers = [*TRANSFERS, REFUND]
    for entries in ((), told(REFUND, REFUND), told(REFUND, action=AuditAction.SETTLE_JOB)):
        assert violations_of(transfers, entries) == ["refund is not what the audit log says"]


@pytest.mark.parametrize(
    "changes",
    [
        {"credit": f"merchant:{BEN}"},
        {"debit": f"merchant:{MERCHANT}", "credit": "market:vienna"},
        {"currency": "USD"},
        {"market_id": "graz"},
        {"kind": TransferKind.EXTRA_PAY},
    ],
)
def test_an_adjustment_between_others_is_found_though_the_audit_log_was_altered_too(changes):
    altered = replace(REFUND, **changes)
    said = violations_of([*TRANSFERS, altered], told(altered))
    assert said == [f"{altered.kind} is between others than those of the job"]


def test_a_courier_cannot_be_paid_for_a_job_that_nobody_had():
    extra = ledger.adjust(ended_job(), adjustment(TransferKind.EXTRA_PAY), before=(), now=LATER)
    terms = [make_terms(courier_id=None, courier_ids=(), delivered_at=None)]
    said = violations_of([extra], told(extra), terms=terms)
    assert said == ["extra_pay is between others than those of the job"]


def test_who_had_the_job_for_a_while_can_be_paid():
    extra = ledger.adjust(ended_job(), adjustment(TransferKind.EXTRA_PAY), before=(), now=LATER)
    terms = [make_terms(courier_id=BEN, courier_ids=(ANNA, BEN), delivered_at=None)]
    assert violations_of([extra], told(extra), terms=terms) == []


def test_what_was_proposed_and_then_approved_is_told_once():
    proposed = told(REFUND, action=AuditAction.PROPOSE_ADJUSTMENT)
    assert violations_of([*TRANSFERS, REFUND], [*proposed, *told(REFUND)]) == []
    said = violations_of([*TRANSFERS, REFUND], proposed)
    assert said == ["refund is not what the audit log says"]


def test_no_more_is_given_back_than_was_charged_and_taken_back_than_was_paid():
    back = replace(REFUND, amount_cents=501)
    assert violations_of([*TRANSFERS, back], told(back)) == ["more was given back than was charged"]
    whole = replace(REFUND, amount_cents=500)
    assert violations_of([*TRANSFERS, whole], told(whole)) == []
    taken = replace(
        REFUND,
        kind=TransferKind.DEDUCTION,
        debit=f"courier:{ANNA}",
        credit="market:vienna",
        amount_cents=PAY.amount_cents + 1,
    )
    assert violations_of([*TRANSFERS, taken], told(taken)) == ["more was taken back than was paid"]


def test_accounts_add_up_to_zero_in_each_currency():
    assert list(unbalanced({"EUR": 0})) == []
    (said,) = unbalanced({"EUR": 0, "USD": -7})
    assert "USD" in said
