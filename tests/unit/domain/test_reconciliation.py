"""Deliveries beside what the ledger says of them."""

from uuid import UUID

from msgspec.structs import replace

from service.domain.ledger import settle
from service.domain.reconciliation import reconcile, unbalanced
from service.domain.vocabulary import AdjustmentReason, TransferKind
from tests.unit.domain.test_ledger import make_delivery

DELIVERIES = [make_delivery(), make_delivery(job_id=UUID(int=2_000), fee_cents=0)]
TRANSFERS = [transfer for delivery in DELIVERIES for transfer in settle(delivery)]
CHARGE = TRANSFERS[0]


def test_what_was_settled_agrees():
    found = reconcile(DELIVERIES, TRANSFERS)
    assert (found.missing, found.violations) == ((), ())
    assert len(TRANSFERS) == 3  # of a fee of nothing there is none


def test_an_adjustment_is_no_part_of_a_settlement():
    by_hand = replace(
        CHARGE, id=UUID(int=9), kind=TransferKind.REFUND, reason=AdjustmentReason.LATE
    )
    found = reconcile(DELIVERIES, [*TRANSFERS, by_hand])
    assert (found.missing, found.violations) == ((), ())


def test_what_is_missing_is_what_would_have_been_made():
    assert reconcile(DELIVERIES, TRANSFERS[1:]).missing == (CHARGE,)


def test_another_amount_or_another_transfer_is_a_violation():
    for wrong in (replace(CHARGE, amount_cents=1), replace(CHARGE, id=UUID(int=9))):
        found = reconcile(DELIVERIES, [wrong, *TRANSFERS[1:]])
        assert len(found.violations) == 1
        assert str(CHARGE.job_id) in found.violations[0]


def test_accounts_add_up_to_zero_in_each_currency():
    assert list(unbalanced({"EUR": 0})) == []
    (said,) = unbalanced({"EUR": 0, "USD": -7})
    assert "USD" in said
