"""PURE. Whether what was answered is what came of it: answers beside the rows of a round."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from loadtests.races.attempts import DONE, NOTHING_TO_DO, Answer, Deed
from service.domain.facts import FactType
from service.domain.ids import JobId, OfferId
from service.domain.lifecycle import OFFER_OPEN, JobStatus, OfferStatus

K = TypeVar("K")

CONTENTION = "lock_contention"  # nothing was done: others were in the way for too long
_OVERDUE = frozenset({OfferStatus.EXPIRED, OfferStatus.UNREACHABLE})
_TOO_LATE = frozenset({"offer_expired", "offer_revoked", "offer_taken"})
_STEP = frozenset({DONE, "invalid_state_transition", "not_found"})

# All that the service may say; contention is always possible.
EXPECTED: Mapping[Deed, frozenset[str]] = {
    Deed.ACCEPT: _TOO_LATE | {DONE, "capacity_exceeded"},
    Deed.STEAL: frozenset({"not_found"}),
    Deed.DECLINE: _TOO_LATE | {DONE},
    Deed.ACKNOWLEDGE: frozenset({DONE}),
    Deed.EXPIRE_OFFER: frozenset({DONE, NOTHING_TO_DO}),
    Deed.EXPIRE_JOB: frozenset({DONE, NOTHING_TO_DO}),
    Deed.CANCEL: frozenset({DONE, "not_cancelable"}),
    Deed.REASSIGN: frozenset({DONE, "invalid_state_transition"}),
    Deed.ASSIGN: frozenset({DONE, "already_assigned", "invalid_state_transition"}),
    Deed.ARRIVE: _STEP,
    Deed.PICK_UP: _STEP,
    Deed.DELIVER: _STEP,
    Deed.POST: frozenset({DONE, "idempotency_mismatch"}),
    Deed.POST_OTHER: frozenset({DONE, "idempotency_mismatch"}),
}

# Who was refused for this reason finds the offer in one of these states ever after.
LEFT_AS: Mapping[str, frozenset[OfferStatus]] = {
    "offer_expired": OFFER_OPEN | _OVERDUE | {OfferStatus.REVOKED},
    "offer_revoked": frozenset({OfferStatus.REVOKED}),
    "offer_taken": frozenset({OfferStatus.ACCEPTED, OfferStatus.DECLINED}),
}


class OfferRow(Struct, frozen=True, kw_only=True):
    """What became of an offer; who has, or had, which of its jobs by it."""

    status: OfferStatus
    job_ids: frozenset[JobId]
    assigned_job_ids: frozenset[JobId]


class Rows(Struct, frozen=True, kw_only=True):
    """What a round has left behind."""

    offers: Mapping[OfferId, OfferRow]
    jobs: Mapping[JobId, JobStatus]
    facts: Counter[tuple[JobId, FactType]]


class Staged(Struct, frozen=True, kw_only=True):
    """What was there before anybody did anything."""

    offer_ids: frozenset[OfferId]
    job_ids: frozenset[JobId]


def contradictions(answers: Sequence[Answer], rows: Rows, staged: Staged) -> Iterator[str]:
    """Yield where an answer is none that may be given, or is not what the rows say."""
    for answer in answers:
        if answer.said not in EXPECTED[answer.deed] | {CONTENTION}:
            yield f"{answer.deed} of {answer.offer_id or answer.job_id} heard {answer.said}"
    assigned = {a.offer_id for a in answers if a.deed is Deed.ASSIGN and a.offer_id is not None}
    if frozenset(rows.offers) != staged.offer_ids | assigned:
        yield "there are other offers than those that were made"
    posted = {a.job_id for a in answers if a.key is not None and a.job_id is not None}
    if frozenset(rows.jobs) != staged.job_ids | posted:
        yield "there are other jobs than those that were posted"
    about_offers = _grouped((a.offer_id, a) for a in answers if a.deed is not Deed.ASSIGN)
    for offer_id, row in rows.offers.items():
        yield from _about_offer(offer_id, row, about_offers.get(offer_id, []))
    about_jobs = _grouped((a.job_id, a) for a in answers if a.key is None)
    for job_id, status in rows.jobs.items():
        yield from _about_job(job_id, status, rows.facts, about_jobs.get(job_id, []))
    for key, posts in _grouped((a.key, a) for a in answers).items():
        yield from _about_posts(key, posts)


def _about_offer(offer_id: OfferId, row: OfferRow, answers: Sequence[Answer]) -> Iterator[str]:
    done = Counter(answer.deed for answer in answers if answer.said == DONE)
    if (done[Deed.ACCEPT] > 0) != (row.status is OfferStatus.ACCEPTED):
        yield f"offer {offer_id} is {row.status}, and {done[Deed.ACCEPT]} accepted it"
    if (done[Deed.DECLINE] > 0) != (row.status is OfferStatus.DECLINED):
        yield f"offer {offer_id} is {row.status}, and {done[Deed.DECLINE]} declined it"
    if done[Deed.EXPIRE_OFFER] != (row.status in _OVERDUE):
        yield f"offer {offer_id} is {row.status}, and {done[Deed.EXPIRE_OFFER]} expired it"
    won = row.job_ids if row.status is OfferStatus.ACCEPTED else frozenset[JobId]()
    if row.assigned_job_ids != won:
        yield f"offer {offer_id} is {row.status}, and gave {len(row.assigned_job_ids)} jobs"
    for answer in answers:
        if row.status not in LEFT_AS.get(answer.said, {row.status}):
            yield f"offer {offer_id} is {row.status}, and {answer.deed} heard {answer.said}"


def _about_job(
    job_id: JobId,
    status: JobStatus,
    facts: Counter[tuple[JobId, FactType]],
    answers: Sequence[Answer],
) -> Iterator[str]:
    done = Counter(answer.deed for answer in answers if answer.said == DONE)
    if (done[Deed.CANCEL] > 0) != (status is JobStatus.CANCELED):
        yield f"job {job_id} is {status}, and {done[Deed.CANCEL]} canceled it"
    if done[Deed.EXPIRE_JOB] != (status is JobStatus.EXPIRED):
        yield f"job {job_id} is {status}, and {done[Deed.EXPIRE_JOB]} expired it"
    if (facts[job_id, FactType.JOB_DELIVERED] > 0) != (status is JobStatus.DELIVERED):
        yield f"job {job_id} is {status}, and its facts say otherwise"
    for deed, type_ in _FACT_OF.items():
        if done[deed] != facts[job_id, type_]:
            yield f"job {job_id}: {done[deed]} times {deed}, {facts[job_id, type_]} times {type_}"
    if status is JobStatus.CANCELED and any(a.said == "not_cancelable" for a in answers):
        yield f"job {job_id} is canceled, and somebody heard that it cannot be"


_FACT_OF = {
    Deed.REASSIGN: FactType.JOB_REASSIGNED,
    Deed.PICK_UP: FactType.JOB_PICKED_UP,
    Deed.DELIVER: FactType.JOB_DELIVERED,
}


def _about_posts(key: str, answers: Sequence[Answer]) -> Iterator[str]:
    """One request with a key is carried out; the same one is repeated, another one refused."""
    done = [answer for answer in answers if answer.said == DONE]
    refused = [answer for answer in answers if answer.said == "idempotency_mismatch"]
    if not done and not refused:
        return
    if sum(not answer.is_repeated for answer in done) != 1:
        yield f"key {key}: not one request was carried out"
    if len({answer.job_id for answer in done}) != 1:
        yield f"key {key}: not one job was answered"
    if {answer.deed for answer in done} & {answer.deed for answer in refused}:
        yield f"key {key}: the same request was answered and refused"


def _grouped(pairs: Iterable[tuple[K | None, Answer]]) -> dict[K, list[Answer]]:
    found: dict[K, list[Answer]] = defaultdict(list)
    for key, answer in pairs:
        if key is not None:
            found[key].append(answer)
    return found
