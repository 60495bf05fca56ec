"""Which facts of jobs endpoints are told now: each job's by their numbers, across batches too.

Facts are read in the order of their transactions, and one that began early may have waited for the
job while a later one wrote. So a fact may come before another of its job with a lower number: it is
told with that one, in whichever batch that is. Which these are follows from the log and the place
in it alone; nothing else is kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from service.domain.ids import JobId
from service.store import facts
from service.store.connection import Connection
from service.store.facts import RecordedFact
from service.store.relay import NextFact


async def read_turn(
    conn: Connection,
    batch: Sequence[RecordedFact | NextFact],
    told: Sequence[RecordedFact],
) -> list[RecordedFact]:
    """Return what endpoints may be told once the place has moved past this batch of the log.

    That is `told`, and what came before and waited for the batch, but for what has still to wait.
    Not many: a job has a few dozen facts.

    Raises:
        UnavailableError: Postgres is away.
    """
    lowest = ends_of(batch, min)
    if not lowest:
        return list(told)
    first, last = batch[0], batch[-1]
    passed = await facts.list_passed(
        conn,
        job_ids=list(lowest),
        sequences=list(lowest.values()),
        before_xid=first.xid,
        before_id=first.id,
    )
    candidates = [*passed, *told]
    highest = ends_of(candidates, max)
    waiting = await facts.list_waiting(
        conn,
        job_ids=list(highest),
        sequences=list(highest.values()),
        after_xid=last.xid,
        after_id=last.id,
    )
    return in_turn(candidates, {one.job_id: one.sequence for one in waiting})


def in_turn(candidates: Iterable[RecordedFact], waiting: Mapping[JobId, int]) -> list[RecordedFact]:
    """Return those before which none of their job waits; `waiting` has the lowest that does."""
    return [fact for fact in candidates if not _waits(fact, waiting)]


def ends_of(
    recorded: Iterable[RecordedFact | NextFact], end: Callable[[int, int], int]
) -> dict[JobId, int]:
    """Return the lowest or the highest number among these facts, by job."""
    ends: dict[JobId, int] = {}
    for fact in recorded:
        if fact.job_id is not None and fact.sequence is not None:
            ends[fact.job_id] = end(fact.sequence, ends.get(fact.job_id, fact.sequence))
    return ends


def _waits(fact: RecordedFact, waiting: Mapping[JobId, int]) -> bool:
    if fact.job_id is None or fact.sequence is None:
        return False
    return fact.job_id in waiting and waiting[fact.job_id] < fact.sequence
