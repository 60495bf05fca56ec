"""Whether the ledger says what was done: each job settled again, and beside the audit log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.domain.audit_log import AuditAction, SealedEntry, subject_of, traits_of_transfer
from service.domain.facts import owner_of_courier, owner_of_merchant
from service.domain.ids import CourierId, JobId, MarketId, MerchantId
from service.domain.ledger import OF_COURIERS, Delivery, Transfer, balances_of, settle, sides_of


class Terms(Struct, frozen=True, kw_only=True):
    """What is known of a job apart from the ledger."""

    job_id: JobId
    market_id: MarketId
    merchant_id: MerchantId
    courier_id: CourierId | None
    courier_ids: tuple[CourierId, ...] = ()  # of all who ever had it
    fee_cents: int
    pay_cents: int  # as the accepted offer said
    currency: str
    delivered_at: datetime | None  # null: it was not, so nothing is due
    is_told: bool  # the delivery is a fact


class Reconciliation(Struct, frozen=True, kw_only=True):
    """How jobs and their transfers differ."""

    missing: tuple[Transfer, ...]  # that should have been made
    violations: tuple[str, ...]  # what should not be


def is_by_hand(transfer: Transfer, terms: Terms) -> bool:
    """Return whether the audit log has to account for it: an adjustment, or settled afterwards."""
    return transfer.reason is not None or transfer.at != terms.delivered_at


def reconcile(
    jobs: Sequence[Terms], transfers: Iterable[Transfer], entries: Iterable[SealedEntry]
) -> Reconciliation:
    """Compare jobs with all transfers of theirs.

    Args:
        jobs: on which the transfers rest.
        transfers: all of these jobs.
        entries: of the audit log, about those that were made by hand.
    """
    found_of: dict[JobId, list[Transfer]] = {terms.job_id: [] for terms in jobs}
    for transfer in transfers:
        found_of[transfer.job_id].append(transfer)
    told_of: dict[str, list[SealedEntry]] = {}
    for entry in entries:
        if entry.action is AuditAction.PROPOSE_ADJUSTMENT:
            continue  # it was not made by that
        told_of.setdefault(entry.subject, []).append(entry)
    missing: list[Transfer] = []
    violations: list[str] = []
    for terms in jobs:
        found, due = found_of[terms.job_id], _due(terms)
        found_ids = {transfer.id for transfer in found}
        missing += [transfer for transfer in due if transfer.id not in found_ids]
        wrong = (*_wrong(terms, found, due, told_of), *_overdrawn(terms, found))
        violations += [f"job {terms.job_id}: {what}" for what in wrong]
    return Reconciliation(missing=tuple(missing), violations=tuple(violations))


def _due(terms: Terms) -> tuple[Transfer, ...]:
    """Return what the delivery moved, if there was one."""
    if terms.delivered_at is None or terms.courier_id is None:
        return ()
    return settle(
        Delivery(
            job_id=terms.job_id,
            market_id=terms.market_id,
            merchant_id=terms.merchant_id,
            courier_id=terms.courier_id,
            fee_cents=terms.fee_cents,
            pay_cents=terms.pay_cents,
            currency=terms.currency,
            at=terms.delivered_at,
        )
    )


def _wrong(
    terms: Terms,
    found: Iterable[Transfer],
    due: Iterable[Transfer],
    told_of: Mapping[str, Sequence[SealedEntry]],
) -> Iterator[str]:
    agreed = {transfer.id: transfer for transfer in due}
    for transfer in found:
        told = told_of.get(subject_of(transfer), ())
        if is_by_hand(transfer, terms) and not _is_told(transfer, told):
            yield f"{transfer.kind} is not what the audit log says"
        if transfer.reason is not None:
            if not _is_between_its_sides(transfer, terms):
                yield f"{transfer.kind} is between others than those of the job"
            continue
        if not terms.is_told:
            yield f"{transfer.kind} that nothing accounts for"
        if agreed.get(transfer.id) != replace(transfer, at=terms.delivered_at or transfer.at):
            yield f"{transfer.kind} is not what was agreed"
        elif terms.delivered_at is not None and transfer.at < terms.delivered_at:
            yield f"{transfer.kind} is from before the delivery"


def _is_told(transfer: Transfer, told: Sequence[SealedEntry]) -> bool:
    """Return whether the one entry about the transfer says the same."""
    if len(told) != 1:
        return False
    (entry,) = told
    action = AuditAction.SETTLE_JOB if transfer.reason is None else AuditAction.ADJUST_JOB
    after = msgspec.json.decode(entry.after, type=dict[str, object])
    return (
        entry.action is action
        and entry.reason == transfer.reason
        and after == traits_of_transfer(transfer)
    )


def _is_between_its_sides(transfer: Transfer, terms: Terms) -> bool:
    if (transfer.market_id, transfer.currency) != (terms.market_id, terms.currency):
        return False
    couriers = terms.courier_ids if transfer.kind in OF_COURIERS else (None,)
    sides = (
        sides_of(
            transfer.kind,
            market_id=terms.market_id,
            merchant_id=terms.merchant_id,
            courier_id=courier_id,
        )
        for courier_id in couriers
    )
    return (transfer.debit, transfer.credit) in sides


def _overdrawn(terms: Terms, found: Iterable[Transfer]) -> Iterator[str]:
    """Yield whether more was given back than was given."""
    balances_cents = balances_of(found)
    if balances_cents.get(owner_of_merchant(terms.merchant_id), 0) > 0:
        yield "more was given back than was charged"
    accounts = (owner_of_courier(courier_id) for courier_id in terms.courier_ids)
    if any(balances_cents.get(account, 0) < 0 for account in accounts):
        yield "more was taken back than was paid"


def unbalanced(balances_cents: Mapping[str, int]) -> Iterator[str]:
    """Yield the currencies in which the accounts do not add up to zero."""
    for currency, sum_cents in balances_cents.items():
        if sum_cents != 0:
            yield f"accounts in {currency} add up to {sum_cents}"
