"""I12: nobody is forgotten: each open job was offered or has a reason, and all soon work again."""

from collections.abc import Iterator

from loadtests.faults.kinds import KINDS
from loadtests.faults.proof import Proof

OPEN_S_MAX = 10.0  # real time without an offer or a reason, until the market was paused


def violations(proof: Proof) -> Iterator[str]:
    """Yield the open jobs that nobody looks at, and that the service never was whole again."""
    for job in proof.rows.jobs:
        if job.open_for_s is None or job.is_considered:
            continue
        waited_s = job.open_for_s - proof.rested_s
        if waited_s > OPEN_S_MAX:
            yield f"job {job.id} was open for {waited_s:.1f} s, and nobody looked at it"
    limit_s = KINDS[proof.trial.kind].whole_s_max
    if proof.recovery_s is None:
        yield "the service was never whole again"
    elif proof.recovery_s > limit_s:
        yield f"the service was whole again after {proof.recovery_s:.1f} s, wanted {limit_s:.0f}"
