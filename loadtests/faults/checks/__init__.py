"""What must hold, one family a module: each yields what is violated, in words, and reads no clock.

`CHECKS` names them as the promises do, I1 to I17.
"""

from collections.abc import Callable, Iterator, Mapping

from loadtests.faults.checks import (
    assignments,
    canaries,
    capacity,
    effect,
    epochs,
    forgotten,
    idempotency,
    index,
    jobs_kept,
    late_accepts,
    ledger,
    leftovers,
    paths,
    streams,
    timelines,
    waits,
    webhooks,
)
from loadtests.faults.proof import Proof

Check = Callable[[Proof], Iterator[str]]

CHECKS: Mapping[str, Check] = {
    "I1 jobs kept": jobs_kept.violations,
    "I2 one courier a job": assignments.violations,
    "I3 no late acceptance": late_accepts.violations,
    "I4 facts without gap": timelines.violations,
    "I5 allowed paths": paths.violations,
    "I6 ledger": ledger.violations,
    "I7 idempotency": idempotency.violations,
    "I8 webhooks": webhooks.violations,
    "I9 streams without gap": streams.violations,
    "I10 capacity": capacity.violations,
    "I11 index equals Postgres": index.violations,
    "I12 nobody forgotten": forgotten.violations,
    "I13 epochs": epochs.violations,
    "I14 nothing left over": leftovers.violations,
    "I15 no secrets in logs": canaries.violations,
    "I16 bounded waits": waits.violations,
    "I17 no surprises": effect.violations,
}


def violations(proof: Proof, *, count_max: int) -> dict[str, list[str]]:
    """Return what is violated, by invariant; of each `count_max` at most are told."""
    found = {name: list(check(proof)) for name, check in CHECKS.items()}
    return {name: texts[:count_max] for name, texts in found.items() if texts}
