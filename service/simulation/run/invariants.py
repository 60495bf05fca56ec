"""What must hold after every run, checked over what Postgres, the index and the clients say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from uuid import UUID

from msgspec import Struct

from service.domain.ids import JobId
from service.domain.lifecycle import JOB_LIFECYCLE, JobStatus, OfferStatus
from service.simulation.run.evidence import Evidence
from service.simulation.run.witness import Witness
from service.store.audit import AssignmentRecord, JobFact
from service.wire.close_codes import CloseCode

DETAILS_COUNT_MAX = 20
_FIRST_STATUSES = frozenset({JobStatus.SCHEDULED, JobStatus.OPEN})
_SUCCESSORS = frozenset((before, after) for (before, _), after in JOB_LIFECYCLE.items())


class Finding(Struct, frozen=True, kw_only=True):
    """One invariant: whether it held, and where it did not."""

    name: str
    ok: bool
    violations_count: int
    details: tuple[str, ...]


def check_all(evidence: Evidence, witness: Witness) -> list[Finding]:
    """Return one finding per invariant."""
    facts_of = _facts_by_job(evidence.job_facts)
    return [
        _finding("no job lost", lost_jobs(evidence, witness)),
        _finding("no double assignment", double_assignments(evidence.assignments)),
        _finding("no acceptance after expiry", late_acceptances(evidence)),
        _finding("job facts numbered without gap", fact_gaps(evidence, facts_of)),
        _finding("job states follow the lifecycle", illegal_paths(facts_of)),
        _finding("couriers within capacity", overloads(evidence)),
        _finding("index equals Postgres", index_differences(evidence)),
        _finding("every client's sequence gapless", stream_gaps(witness)),
        _finding("every client heard everything", unheard_events(evidence, witness)),
        _finding("webhooks signed and in order", webhook_disorder(witness)),
        _finding("acceptances equal assignments", answer_differences(evidence, witness)),
        _finding("lease epochs never go back", epochs_going_back(evidence)),
        _finding("each delivery settled once", evidence.ledger_violations),
    ]


def lost_jobs(evidence: Evidence, witness: Witness) -> Iterator[str]:
    """Yield the jobs that a merchant was promised, and that are not there."""
    known = {job.id for job in evidence.jobs}
    for posted in witness.posted:
        if posted.job_id not in known:
            yield f"job {posted.job_id} was answered with 201 and is not in Postgres"
    references = [job.reference for job in evidence.jobs if job.reference is not None]
    if len(set(references)) < len(references):
        yield "two jobs have the same reference: a post was carried out twice"


def double_assignments(assignments: Sequence[AssignmentRecord]) -> Iterator[str]:
    """Yield the jobs that two couriers had at once, now or ever."""
    for before, after in pairwise(assignments):
        if before.job_id == after.job_id and (
            before.ended_at is None or before.ended_at > after.started_at
        ):
            yield f"job {after.job_id} was {before.courier_id}'s and {after.courier_id}'s at once"


def late_acceptances(evidence: Evidence) -> Iterator[str]:
    """Yield the offers that were accepted after their time."""
    for offer in evidence.offers:
        if offer.status is OfferStatus.ACCEPTED and (
            offer.answered_at is None or offer.answered_at >= offer.expires_at
        ):
            yield f"offer {offer.id}: accepted {offer.answered_at}, expired {offer.expires_at}"


def fact_gaps(evidence: Evidence, facts_of: Mapping[JobId, Sequence[JobFact]]) -> Iterator[str]:
    """Yield the jobs whose facts are not numbered from 1 to their last."""
    for job in evidence.jobs:
        numbers = [fact.sequence for fact in facts_of.get(job.id, ())]
        if numbers != list(range(1, job.last_sequence + 1)):
            yield f"job {job.id}: facts {numbers}, the last should be {job.last_sequence}"


def illegal_paths(facts_of: Mapping[JobId, Sequence[JobFact]]) -> Iterator[str]:
    """Yield the changes of a job's status that no row of the lifecycle allows."""
    for job_id, facts in facts_of.items():
        if facts[0].status not in _FIRST_STATUSES:
            yield f"job {job_id} began as {facts[0].status}"
        for before, after in pairwise(fact.status for fact in facts):
            if before is not after and (before, after) not in _SUCCESSORS:
                yield f"job {job_id} went from {before} to {after}"


def overloads(evidence: Evidence) -> Iterator[str]:
    """Yield the couriers who carry too much, or whose count of jobs is wrong."""
    for load in evidence.loads:
        if (
            load.load_weight_g > load.capacity_weight_g
            or load.load_volume_l > load.capacity_volume_l
            or load.load_jobs_count > load.capacity_jobs_count
        ):
            yield f"courier {load.id} carries more than declared"
        if load.live_jobs_count != load.jobs_count:
            yield f"courier {load.id}: {load.live_jobs_count} jobs noted, {load.jobs_count} in hand"


def index_differences(evidence: Evidence) -> Iterator[str]:
    """Yield what the live index has, lacks, or has in another version than Postgres."""
    view = evidence.index
    yield from _differences("job", view.jobs_due, view.jobs_held)
    yield from _differences("courier", view.couriers_due, view.couriers_held)


def stream_gaps(witness: Witness) -> Iterator[str]:
    """Yield where a client's stream had a gap or a repetition, or was taken by another client."""
    for stream in witness.streams:
        yield from (f"{stream.owner}: {text}" for text in stream.violations)
        if stream.close_code == CloseCode.REPLACED:
            yield f"{stream.owner}: replaced by a connection that nobody opened"
    yield from witness.board_violations


def unheard_events(evidence: Evidence, witness: Witness) -> Iterator[str]:
    """Yield the clients that are connected and yet behind their stream."""
    for stream in witness.streams:
        last_seq = evidence.stream_ends.get(stream.owner, 0)
        if stream.is_live and stream.seq != last_seq:
            yield f"{stream.owner} heard up to {stream.seq} of {last_seq}"


def webhook_disorder(witness: Witness) -> Iterator[str]:
    """Yield the events of a job that first came otherwise than right behind the one before.

    For each endpoint: one that was told again counts where it came first, and one that tells of a
    gap may leave out what was given up.
    """
    for seen in witness.webhooks:
        if seen.unsigned_count > 0:
            yield f"{seen.url}: {seen.unsigned_count} calls were not signed with its secret"
        heard: set[tuple[JobId, int]] = set()
        last_of: dict[JobId, int] = {}
        for event in seen.events:
            if (event.job_id, event.sequence) in heard:
                continue
            heard.add((event.job_id, event.sequence))
            last = last_of.get(event.job_id, 0)
            last_of[event.job_id] = max(last, event.sequence)
            if event.sequence <= last or (event.sequence > last + 1 and not event.has_gap):
                yield f"{seen.url}: job {event.job_id}: event {event.sequence} after {last}"


def answer_differences(evidence: Evidence, witness: Witness) -> Iterator[str]:
    """Yield where couriers and Postgres disagree about who was given what."""
    answered_of = {answer.offer_id: answer for answer in witness.answered}
    jobs_of: dict[UUID, set[UUID]] = defaultdict(set)
    for assignment in evidence.assignments:
        jobs_of[assignment.offer_id].add(assignment.job_id)
        answer = answered_of.get(assignment.offer_id)
        if answer is None:
            yield f"job {assignment.job_id} was assigned, and its courier accepted nothing"
        elif answer.courier_id != assignment.courier_id:
            yield f"job {assignment.job_id} was assigned to another than its courier"
        elif answer.refusal is not None:
            yield f"job {assignment.job_id} was assigned after the refusal {answer.refusal}"
    for answer in witness.answered:
        if answer.is_assigned and jobs_of[answer.offer_id] != set(answer.job_ids):
            yield f"offer {answer.offer_id} was carried out, and Postgres does not know all of it"


def epochs_going_back(evidence: Evidence) -> Iterator[str]:
    """Yield the offers made under an older lease than one before them."""
    decided = [offer for offer in evidence.offers if offer.dispatch_epoch is not None]
    for before, after in pairwise(decided):
        if (after.dispatch_epoch or 0) < (before.dispatch_epoch or 0):
            yield f"offer {after.id}: epoch {after.dispatch_epoch} after {before.dispatch_epoch}"


def _finding(name: str, violations: Iterable[str]) -> Finding:
    found = list(violations)
    return Finding(
        name=name,
        ok=not found,
        violations_count=len(found),
        details=tuple(found[:DETAILS_COUNT_MAX]),
    )


def _facts_by_job(facts: Sequence[JobFact]) -> dict[JobId, list[JobFact]]:
    return {job_id: list(group) for job_id, group in groupby(facts, key=lambda f: f.job_id)}


def _differences(what: str, due: Mapping[UUID, int], held: Mapping[UUID, int]) -> Iterator[str]:
    for id_ in sorted(due.keys() | held.keys(), key=str):
        if due.get(id_) != held.get(id_):
            yield f"{what} {id_}: version {due.get(id_)} in Postgres, {held.get(id_)} in the index"
