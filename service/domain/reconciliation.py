"""Whether the ledger says what was delivered: the settlement made again, beside what was kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from service.domain.ids import JobId
from service.domain.ledger import Delivery, Transfer, settle


class Reconciliation(Struct, frozen=True, kw_only=True):
    """How deliveries and their transfers differ."""

    missing: tuple[Transfer, ...]  # that should have been made
    violations: tuple[str, ...]  # what should not be


def reconcile(deliveries: Sequence[Delivery], transfers: Iterable[Transfer]) -> Reconciliation:
    """Compare deliveries with all transfers of their jobs; adjustments are no part of it."""
    found_of: dict[JobId, list[Transfer]] = {delivery.job_id: [] for delivery in deliveries}
    for transfer in transfers:
        if transfer.reason is None:
            found_of[transfer.job_id].append(transfer)
    missing: list[Transfer] = []
    violations: list[str] = []
    for delivery in deliveries:
        found = {transfer.id: transfer for transfer in found_of[delivery.job_id]}
        due = {transfer.id: transfer for transfer in settle(delivery)}
        missing += [transfer for id_, transfer in due.items() if id_ not in found]
        for id_, transfer in found.items():
            if due.get(id_) != transfer:
                violations.append(f"job {transfer.job_id}: {transfer.kind} is not what was agreed")
    return Reconciliation(missing=tuple(missing), violations=tuple(violations))


def unbalanced(balances_cents: Mapping[str, int]) -> Iterator[str]:
    """Yield the currencies in which the accounts do not add up to zero."""
    for currency, sum_cents in balances_cents.items():
        if sum_cents != 0:
            yield f"accounts in {currency} add up to {sum_cents}"
