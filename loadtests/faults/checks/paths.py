"""I5: a job's status changed along the lifecycle and in no other way."""

from collections.abc import Iterator
from itertools import groupby

from loadtests.faults.proof import Proof
from service.simulation.run.invariants import illegal_paths


def violations(proof: Proof) -> Iterator[str]:
    """Yield the changes that no row of the lifecycle allows."""
    facts = groupby(proof.run.job_facts, key=lambda fact: fact.job_id)
    yield from illegal_paths({job_id: list(group) for job_id, group in facts})
