"""Money: transfers between accounts, each balanced by construction, made once and never changed.

An account is an owner's money in one currency. Owners are named as those of streams: a merchant,
whose account falls by what it owes; a courier, whose account rises by what is to be paid out; and
the market, which keeps what is between the two. What a transfer takes from one it gives to the
other, so all accounts add up to zero at every moment.

Only a delivery moves money by itself. A job that is canceled, expired, failed or returned costs
nothing and pays nothing, at whatever stage: the policy has no such fee. Ops may adjust by hand what
has ended, within bounds.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct

from service.domain.errors import (
    IdempotencyMismatchError,
    InvalidParamsError,
    InvalidStateTransitionError,
)
from service.domain.facts import owner_of_courier, owner_of_market, owner_of_merchant
from service.domain.ids import CourierId, JobId, MarketId, MerchantId, TransferId
from service.domain.job import Job
from service.domain.vocabulary import AdjustmentReason, TransferKind

EXTRA_CENTS_MAX = 100_000  # of one extra charge or extra pay; who gives back may give back all
ADJUSTMENTS_COUNT_MAX = 20  # of one job
OF_COURIERS = frozenset({TransferKind.PAY, TransferKind.EXTRA_PAY, TransferKind.DEDUCTION})

# Ids of transfers are made within this namespace, so that doing it again makes the same one.
_NAMESPACE = UUID("5d0c9a3e-7f4b-5f0e-9d57-1c3a86e2b7f4")


class Transfer(Struct, frozen=True, kw_only=True):
    """An amount that went from one account to another."""

    id: TransferId
    market_id: MarketId
    job_id: JobId
    kind: TransferKind
    debit: str  # the owner whose account falls
    credit: str  # the owner whose account rises
    amount_cents: int  # more than zero
    currency: str
    at: datetime
    reason: AdjustmentReason | None = None  # of what ops did by hand


class Delivery(Struct, frozen=True, kw_only=True):
    """What is to be settled of a delivered job."""

    job_id: JobId
    market_id: MarketId
    merchant_id: MerchantId
    courier_id: CourierId
    fee_cents: int
    pay_cents: int  # as the accepted offer said, whatever the policy says now
    currency: str
    at: datetime


class Adjustment(Struct, frozen=True, kw_only=True):
    """A correction by ops; `key` tells one from another of the same job.

    `courier_id`: of whom it is, where that is another than who had the job at its end.
    """

    key: str
    kind: TransferKind
    amount_cents: int
    reason: AdjustmentReason
    courier_id: CourierId | None = None


def transfer_id(job_id: JobId, what: str) -> TransferId:
    """Return the id of the one transfer that this job ever makes for this: UUIDv5 (RFC 9562)."""
    return TransferId(uuid5(_NAMESPACE, f"{job_id}:{what}"))


def adjustment_id(job_id: JobId, key: str) -> TransferId:
    """Return the id of the one adjustment of the job under the key."""
    return transfer_id(job_id, f"adjustment:{key}")


def delivery_of(job: Job, *, pay_cents: int) -> Delivery:
    """Return what is to be settled of a job that was just delivered."""
    assert job.courier_id is not None
    assert job.ended_at is not None
    return Delivery(
        job_id=job.id,
        market_id=job.market_id,
        merchant_id=job.merchant_id,
        courier_id=job.courier_id,
        fee_cents=job.fee_cents,
        pay_cents=pay_cents,
        currency=job.currency,
        at=job.ended_at,
    )


def settle(delivery: Delivery) -> tuple[Transfer, ...]:
    """Return the transfers of a delivery: the fee, and the pay. There are none of nothing."""
    amounts_cents = {
        TransferKind.CHARGE: delivery.fee_cents,
        TransferKind.PAY: delivery.pay_cents,
    }
    transfers: list[Transfer] = []
    for kind, amount_cents in amounts_cents.items():
        if amount_cents <= 0:
            continue
        debit, credit = sides_of(
            kind,
            market_id=delivery.market_id,
            merchant_id=delivery.merchant_id,
            courier_id=delivery.courier_id,
        )
        made = Transfer(
            id=transfer_id(delivery.job_id, kind),
            market_id=delivery.market_id,
            job_id=delivery.job_id,
            kind=kind,
            debit=debit,
            credit=credit,
            amount_cents=amount_cents,
            currency=delivery.currency,
            at=delivery.at,
        )
        transfers.append(made)
    return tuple(transfers)


def sides_of(
    kind: TransferKind,
    *,
    market_id: MarketId,
    merchant_id: MerchantId,
    courier_id: CourierId | None,
) -> tuple[str, str]:
    """Return whose account a transfer of this kind takes from, and to whose it gives.

    Raises:
        InvalidParamsError: it would be a courier's, and none had the job at its end.
    """
    market, merchant = owner_of_market(market_id), owner_of_merchant(merchant_id)
    if kind in (TransferKind.CHARGE, TransferKind.EXTRA_CHARGE):
        return merchant, market
    if kind is TransferKind.REFUND:
        return market, merchant
    if courier_id is None:
        raise InvalidParamsError("no courier had the job at its end: name one", field="/kind")
    courier = owner_of_courier(courier_id)
    return (courier, market) if kind is TransferKind.DEDUCTION else (market, courier)


def adjust(
    job: Job,
    adjustment: Adjustment,
    *,
    before: Iterable[Transfer],
    had_by: Collection[CourierId] = (),
    now: datetime,
) -> Transfer:
    """Return the correction of what a job has cost or paid; the one of `before` if it was made.

    All that was charged can be given back, and all that was paid taken back, at once; what is
    charged or paid on top has a limit of its own.

    Args:
        job: which has ended.
        adjustment: what is to be corrected.
        before: all transfers of the job until now.
        had_by: the couriers who ever had the job.
        now: market time.

    Raises:
        IdempotencyMismatchError: another adjustment of the job has this key.
        InvalidStateTransitionError: the job has not ended, or was adjusted too often.
        InvalidParamsError: nobody had the job, or not that courier, the amount is out of bounds, or
            more would be given back than was given.
    """
    so_far = list(before)
    id_ = adjustment_id(job.id, adjustment.key)
    for made in so_far:
        if made.id == id_:
            return _same(made, adjustment)
    if not job.has_ended:
        raise InvalidStateTransitionError("job", job.status, "be adjusted")
    if sum(transfer.reason is not None for transfer in so_far) >= ADJUSTMENTS_COUNT_MAX:
        raise InvalidStateTransitionError("job", f"adjusted {ADJUSTMENTS_COUNT_MAX} times", "again")
    _check_courier(adjustment, had_by)
    debit, credit = sides_of(
        adjustment.kind,
        market_id=job.market_id,
        merchant_id=job.merchant_id,
        courier_id=adjustment.courier_id or job.courier_id,
    )
    _check_amount(adjustment, debit, credit, balances_of(so_far))
    return Transfer(
        id=id_,
        market_id=job.market_id,
        job_id=job.id,
        kind=adjustment.kind,
        debit=debit,
        credit=credit,
        amount_cents=adjustment.amount_cents,
        currency=job.currency,
        at=now,
        reason=adjustment.reason,
    )


def _check_courier(adjustment: Adjustment, had_by: Collection[CourierId]) -> None:
    if adjustment.courier_id is None:
        return
    if adjustment.kind not in OF_COURIERS:
        raise InvalidParamsError("no courier has to do with it", field="/courier_id")
    if adjustment.courier_id not in had_by:
        raise InvalidParamsError("this courier never had the job", field="/courier_id")


def _same(made: Transfer, adjustment: Adjustment) -> Transfer:
    asked = (adjustment.kind, adjustment.amount_cents, adjustment.reason)
    is_of_another = adjustment.courier_id is not None and owner_of_courier(
        adjustment.courier_id
    ) not in (made.debit, made.credit)
    if (made.kind, made.amount_cents, made.reason) != asked or is_of_another:
        raise IdempotencyMismatchError("this key was used for another adjustment")
    return made


def _check_amount(
    adjustment: Adjustment, debit: str, credit: str, balances_cents: Mapping[str, int]
) -> None:
    amount_cents_max = EXTRA_CENTS_MAX
    if adjustment.kind is TransferKind.REFUND:
        amount_cents_max = -balances_cents.get(credit, 0)
    if adjustment.kind is TransferKind.DEDUCTION:
        amount_cents_max = balances_cents.get(debit, 0)
    if not 0 < adjustment.amount_cents <= amount_cents_max:
        raise InvalidParamsError(f"at most {amount_cents_max}", field="/amount_cents")


def balances_of(transfers: Iterable[Transfer]) -> Mapping[str, int]:
    """Return what each owner's account has risen by, in minor units of their one currency."""
    balances: dict[str, int] = {}
    for transfer in transfers:
        balances[transfer.debit] = balances.get(transfer.debit, 0) - transfer.amount_cents
        balances[transfer.credit] = balances.get(transfer.credit, 0) + transfer.amount_cents
    return balances
