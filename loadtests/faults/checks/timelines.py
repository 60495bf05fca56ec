"""I4: each job's facts are numbered from 1 without gap, and replaying them gives the row."""

from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from loadtests.faults.proof import Proof
from service.domain.facts import JobSnapshot, StopSnapshot
from service.domain.lifecycle import JobStatus, StopStatus
from service.simulation.run.invariants import fact_gaps

_STATUS_OF = {f"job.{status}": status for status in JobStatus}


def violations(proof: Proof) -> Iterator[str]:
    """Yield the jobs whose facts have a gap, tell what they are not, or tell another end."""
    facts_of = {
        job_id: list(group)
        for job_id, group in groupby(proof.run.job_facts, key=lambda fact: fact.job_id)
    }
    yield from fact_gaps(proof.run, facts_of)
    for fact in proof.run.job_facts:
        if _STATUS_OF.get(fact.type, fact.status) != fact.status:
            yield f"job {fact.job_id}: fact {fact.sequence} is {fact.type} and shows {fact.status}"
    last_of = {fact.job_id: fact.body for fact in proof.rows.last_facts}
    for kept in proof.rows.kept:
        last = last_of.get(kept.id)
        if last is None:
            yield f"job {kept.id} has no fact"
        elif last.version > kept.version:
            yield f"job {kept.id} has version {kept.version}, and its facts have {last.version}"
        elif found := differences(last, kept):
            yield f"job {kept.id} is not what its facts end with: {', '.join(found)}"


def differences(told: JobSnapshot, kept: JobSnapshot) -> list[str]:
    """Return what differs between the last fact, which shows the job whole, and the row.

    The version counts what is not told too, and how the search goes is told and not kept. Which
    stop a courier goes to next is the route's: another job may put it off, and this one tells none.
    Why a job is open again is told once: it waits for a courier as any other.
    """
    if told.status is JobStatus.OPEN:
        told = replace(told, reason=None)
    told, kept = (replace(one, version=0, search=None, stops=_ordered(one)) for one in (told, kept))
    return [
        f"{name} {getattr(told, name)!r} and {getattr(kept, name)!r}"
        for name in JobSnapshot.__struct_fields__
        if getattr(told, name) != getattr(kept, name)
    ]


def _ordered(job: JobSnapshot) -> tuple[StopSnapshot, ...]:
    waiting = {StopStatus.ENROUTE: StopStatus.PENDING}
    stops = [replace(stop, status=waiting.get(stop.status, stop.status)) for stop in job.stops]
    return tuple(sorted(stops, key=lambda stop: stop.id))
