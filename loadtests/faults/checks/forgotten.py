"""I12: nobody is forgotten: each open job is offered, or told why not, and all soon work again."""

from collections.abc import Iterator

from loadtests.faults.kinds import KINDS
from loadtests.faults.lab import TIME_SCALE
from loadtests.faults.proof import Proof
from loadtests.faults.rows import JobRow
from service.dispatch.left_open import STORED_S_MAX

OPEN_S_MAX = 10.0  # real time without an offer or a reason, until the market was paused
SILENT_S_MAX = OPEN_S_MAX + STORED_S_MAX / TIME_SCALE  # since the last: it is said again so often


def violations(proof: Proof) -> Iterator[str]:
    """Yield the open jobs that nobody looks at, and that the service never was whole again."""
    for job in proof.rows.jobs:
        yield from _forgotten(job, rested_s=proof.rested_s)
    limit_s = KINDS[proof.trial.kind].whole_s_max
    if proof.recovery_s is None:
        yield "the service was never whole again"
    elif proof.recovery_s > limit_s:
        yield f"the service was whole again after {proof.recovery_s:.1f} s, wanted {limit_s:.0f}"


def _forgotten(job: JobRow, *, rested_s: float) -> Iterator[str]:
    if job.open_for_s is None:
        return
    if job.considered_s_ago is None:
        if job.open_for_s - rested_s > OPEN_S_MAX:
            waited_s = job.open_for_s - rested_s
            yield f"job {job.id} was open for {waited_s:.1f} s, and nobody looked at it"
    elif job.considered_s_ago - rested_s > SILENT_S_MAX:
        silent_s = job.considered_s_ago - rested_s
        yield f"job {job.id} is open, and nobody has looked at it for {silent_s:.1f} s"
