"""Money: what a delivery moves, what ops may move by hand, and that nothing is lost between."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.domain import ledger
from service.domain.errors import (
    IdempotencyMismatchError,
    InvalidParamsError,
    InvalidStateTransitionError,
)
from service.domain.facts import owner_of_courier
from service.domain.ledger import Adjustment, Delivery, balances_of, settle
from service.domain.lifecycle import JobStatus, OfferMode, StopKind
from service.domain.offer import leg_of, make
from service.domain.policy import Policy
from service.domain.vocabulary import AdjustmentReason, TransferKind
from tests.unit.domain.makers import ANNA, BEN, MERCHANT, NOW, make_courier, make_job

MERCHANTS, COURIERS = f"merchant:{MERCHANT}", f"courier:{ANNA}"
AMOUNTS = st.integers(0, 10_000_000)


def make_delivery(**changes):
    values = {
        "job_id": UUID(int=1_000),
        "market_id": "vienna",
        "merchant_id": MERCHANT,
        "courier_id": ANNA,
        "fee_cents": 500,
        "pay_cents": 400,
        "currency": "EUR",
        "at": NOW,
    }
    return Delivery(**(values | changes))


def ended_job(**changes):
    job = make_job(fee_cents=500)
    values = {"status": JobStatus.DELIVERED, "courier_id": ANNA, "ended_at": NOW}
    return replace(job, **(values | changes))


def adjustment(kind, amount_cents=100, key="k"):
    return Adjustment(
        key=key, kind=kind, amount_cents=amount_cents, reason=AdjustmentReason.GOODWILL
    )


@given(AMOUNTS, AMOUNTS)
def test_a_delivery_takes_the_fee_gives_the_pay_and_leaves_the_rest(fee_cents, pay_cents):
    transfers = settle(make_delivery(fee_cents=fee_cents, pay_cents=pay_cents))
    balances = Counter(balances_of(transfers))
    assert balances[MERCHANTS] == -fee_cents
    assert balances[COURIERS] == pay_cents
    assert balances["market:vienna"] == fee_cents - pay_cents
    assert all(transfer.amount_cents > 0 for transfer in transfers)


def test_the_same_delivery_makes_the_same_transfers_and_another_job_others():
    assert settle(make_delivery()) == settle(make_delivery())
    later = settle(make_delivery(at=NOW + timedelta(hours=1), pay_cents=1))
    other = settle(make_delivery(job_id=UUID(int=2_000)))
    ids = [{transfer.id for transfer in each} for each in (settle(make_delivery()), later, other)]
    assert ids[0] == ids[1]  # so the second time collides
    assert not ids[0] & ids[2]
    assert len(ids[0]) == 2


@given(st.lists(AMOUNTS, min_size=1, max_size=15), st.floats(0.0, 1.0))
def test_a_bundle_pays_job_by_job_what_its_offer_said(fees_cents, pay_share):
    policy = replace(Policy(), pay_share=pay_share)
    jobs = tuple(make_job(number, fee_cents=fee) for number, fee in enumerate(fees_cents, 1))
    legs = tuple(
        leg_of(job, kind, policy=policy, distance_m=1.0, arrival_at=NOW)
        for job in jobs
        for kind in (StopKind.PICKUP, StopKind.DROPOFF)
    )
    offer = make(
        offer_id=UUID(int=50),
        bundle_id=None,
        mode=OfferMode.EXCLUSIVE,
        courier=make_courier(),
        jobs=jobs,
        legs=legs,
        stop_ids=(),
        policy=policy,
        policy_version=1,
        dispatch_epoch=1,
        tick_id=1,
        now=NOW,
    )
    transfers = [
        transfer
        for job, leg in zip(jobs, legs[1::2], strict=True)
        for transfer in settle(
            make_delivery(job_id=job.id, fee_cents=job.fee_cents, pay_cents=leg.pay_cents)
        )
    ]
    balances = Counter(balances_of(transfers))
    assert balances[COURIERS] == offer.pay.total_cents
    assert balances[MERCHANTS] == -sum(fees_cents)
    assert sum(balances.values()) == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    TransferKind.EXTRA_CHARGE,
                    TransferKind.REFUND,
                    TransferKind.EXTRA_PAY,
                    TransferKind.DEDUCTION,
                ]
            ),
            st.integers(-10, 2_000),
        ),
        max_size=25,
    )
)
def test_no_row_of_adjustments_gives_back_more_than_was_given(wanted):
    job = ended_job()
    transfers = list(settle(make_delivery(job_id=job.id)))
    for number, (kind, amount_cents) in enumerate(wanted):
        try:
            made = ledger.adjust(
                job, adjustment(kind, amount_cents, str(number)), before=transfers, now=NOW
            )
        except (InvalidParamsError, InvalidStateTransitionError):
            continue
        transfers.append(made)
    balances = balances_of(transfers)
    assert balances[MERCHANTS] <= 0 <= balances[COURIERS]
    assert sum(balances.values()) == 0
    assert len({transfer.id for transfer in transfers}) == len(transfers)
    assert len(transfers) <= 2 + ledger.ADJUSTMENTS_COUNT_MAX


@pytest.mark.parametrize(
    ("kind", "debit", "credit"),
    [
        (TransferKind.EXTRA_CHARGE, MERCHANTS, "market:vienna"),
        (TransferKind.REFUND, "market:vienna", MERCHANTS),
        (TransferKind.EXTRA_PAY, "market:vienna", COURIERS),
        (TransferKind.DEDUCTION, COURIERS, "market:vienna"),
    ],
)
def test_an_adjustment_moves_money_the_way_its_kind_says(kind, debit, credit):
    before = settle(make_delivery())
    made = ledger.adjust(ended_job(), adjustment(kind), before=before, now=NOW)
    assert (made.debit, made.credit, made.amount_cents) == (debit, credit, 100)
    assert made.reason is AdjustmentReason.GOODWILL


def test_what_is_under_way_is_not_adjusted():
    job = make_job()
    with pytest.raises(InvalidStateTransitionError):
        ledger.adjust(job, adjustment(TransferKind.EXTRA_CHARGE), before=(), now=NOW)


def test_nobody_is_paid_for_a_job_that_nobody_had():
    job = ended_job(status=JobStatus.EXPIRED, courier_id=None)
    with pytest.raises(InvalidParamsError) as refused:
        ledger.adjust(job, adjustment(TransferKind.EXTRA_PAY), before=(), now=NOW)
    assert refused.value.field == "/kind"


@pytest.mark.parametrize("ended", [{"courier_id": None}, {"courier_id": ANNA}])
def test_who_waited_and_lost_the_job_is_paid_for_it(ended):
    waited = replace(adjustment(TransferKind.EXTRA_PAY), courier_id=BEN)
    job, had_by = ended_job(**ended), {ANNA, BEN}
    made = ledger.adjust(job, waited, before=(), had_by=had_by, now=NOW)
    assert made.credit == owner_of_courier(BEN)
    assert ledger.adjust(job, waited, before=[made], had_by=had_by, now=NOW) is made
    back = replace(adjustment(TransferKind.DEDUCTION, 101, key="b"), courier_id=BEN)
    with pytest.raises(InvalidParamsError):
        ledger.adjust(job, back, before=[made], had_by=had_by, now=NOW)
    other = replace(waited, courier_id=ANNA)
    with pytest.raises(IdempotencyMismatchError):
        ledger.adjust(job, other, before=[made], had_by=had_by, now=NOW)


@pytest.mark.parametrize(
    ("kind", "had_by"), [(TransferKind.EXTRA_PAY, {ANNA}), (TransferKind.REFUND, {ANNA, BEN})]
)
def test_nobody_else_is_paid_for_a_job(kind, had_by):
    with pytest.raises(InvalidParamsError) as refused:
        ledger.adjust(
            ended_job(),
            replace(adjustment(kind), courier_id=BEN),
            before=(),
            had_by=had_by,
            now=NOW,
        )
    assert refused.value.field == "/courier_id"


@pytest.mark.parametrize("kind", [TransferKind.EXTRA_PAY, TransferKind.EXTRA_CHARGE])
def test_what_is_added_has_a_limit(kind):
    made = ledger.adjust(ended_job(), adjustment(kind, ledger.EXTRA_CENTS_MAX), before=(), now=NOW)
    assert made.amount_cents == ledger.EXTRA_CENTS_MAX
    with pytest.raises(InvalidParamsError) as refused:
        ledger.adjust(ended_job(), adjustment(kind, ledger.EXTRA_CENTS_MAX + 1), before=(), now=NOW)
    assert refused.value.field == "/amount_cents"


@pytest.mark.parametrize(
    ("kind", "amount_cents"),
    [(TransferKind.REFUND, 9_000_000), (TransferKind.DEDUCTION, 7_000_000)],
)
def test_all_of_a_large_fee_or_pay_is_given_back_at_once_and_no_more(kind, amount_cents):
    before = settle(make_delivery(fee_cents=9_000_000, pay_cents=7_000_000))
    made = ledger.adjust(ended_job(), adjustment(kind, amount_cents), before=before, now=NOW)
    assert made.amount_cents == amount_cents
    with pytest.raises(InvalidParamsError) as refused:
        ledger.adjust(ended_job(), adjustment(kind, amount_cents + 1), before=before, now=NOW)
    assert refused.value.field == "/amount_cents"
