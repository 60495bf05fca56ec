"""I4: each job's facts are numbered from 1 without gap, and the last of them is what the row is."""

from collections.abc import Iterator
from itertools import groupby

from loadtests.faults.proof import Proof
from service.simulation.run.invariants import fact_gaps


def violations(proof: Proof) -> Iterator[str]:
    """Yield the jobs whose facts have a gap, or tell another end than the row."""
    facts_of = {
        job_id: list(group)
        for job_id, group in groupby(proof.run.job_facts, key=lambda fact: fact.job_id)
    }
    yield from fact_gaps(proof.run, facts_of)
    last_of = {fact.job_id: fact for fact in proof.rows.last_facts}
    for job in proof.rows.jobs:
        last = last_of.get(job.id)
        if last is None:
            yield f"job {job.id} has no fact"
        elif (last.status, last.courier_id) != (job.status, job.courier_id):
            yield f"job {job.id} is {job.status}, and its facts end with {last.status}"
        elif last.version > job.version:
            yield f"job {job.id} has version {job.version}, and its facts have {last.version}"
