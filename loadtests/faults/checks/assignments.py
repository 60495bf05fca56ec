"""I2: never two couriers on one job, now or ever; and who was told "done" has it."""

from collections.abc import Iterator
from itertools import groupby

from loadtests.faults.proof import Proof
from loadtests.faults.recorded import ACCEPT
from service.simulation.run.invariants import double_assignments


def violations(proof: Proof) -> Iterator[str]:
    """Yield double assignments, and acceptances whose answer was not true."""
    yield from double_assignments(proof.run.assignments)
    for job_id, group in groupby(proof.run.assignments, key=lambda one: one.job_id):
        active_count = sum(one.ended_at is None for one in group)
        if active_count > 1:
            yield f"job {job_id} has {active_count} active assignments"
    assigned = {str(one.offer_id) for one in proof.run.assignments}
    for operation in proof.operations():
        if operation.what != ACCEPT:
            continue
        offer_id = operation.asked["ref"]
        if operation.outcome == "ok" and offer_id not in assigned:
            yield f"{operation.who} was told that offer {offer_id} is done, and has no job of it"
