"""I6: each delivery moved its money once, to the cent, and nothing else moved any."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID

from loadtests.faults.proof import Proof
from loadtests.faults.rows import TransferRow

BY_DELIVERY = ("charge", "pay")


def violations(proof: Proof) -> Iterator[str]:
    """Yield what is missing, twice there, of another amount, or unfounded; and a sum not zero."""
    made = defaultdict[UUID, list[TransferRow]](list)
    sums = Counter[str]()
    for transfer in proof.rows.transfers:
        sums[transfer.debit] -= transfer.amount_cents
        sums[transfer.credit] += transfer.amount_cents
        if transfer.kind in BY_DELIVERY:
            made[transfer.job_id].append(transfer)
    if sum(sums.values()) != 0:
        yield f"all accounts add up to {sum(sums.values())} cents"
    market = f"market:{proof.rows.market_id}"
    for job in proof.rows.settled:
        due = {
            ("charge", f"merchant:{job.merchant_id}", market, job.fee_cents),
            ("pay", market, f"courier:{job.courier_id}", job.pay_cents),
        }
        due = {one for one in due if one[3] > 0}
        found = [
            (one.kind, one.debit, one.credit, one.amount_cents) for one in made.pop(job.id, [])
        ]
        if sorted(found) != sorted(due):
            yield f"job {job.id} was delivered: due is {sorted(due)}, made was {sorted(found)}"
    for job_id in made:
        yield f"job {job_id} moved money and was not delivered"
