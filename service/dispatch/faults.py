"""When a decision fails, with whom: the others are decided on without that job or courier."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar

import structlog
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.decide import Decided
from service.dispatch.quarantine import Quarantine
from service.dispatch.rows import Gathered, OpenJob, SeenCourier
from service.domain.errors import UnavailableError
from service.domain.ids import CourierId, JobId

FAULTS_COUNT_MAX = 3  # found in one tick; each costs some thirty small decisions at most

# One of the two is there: who is left out whole, not as a pair.
Fault: TypeAlias = tuple[CourierId | None, JobId | None]
Decide = Callable[[Gathered], Awaitable[Decided]]
Fails = Callable[[Gathered], Awaitable[bool]]
T = TypeVar("T")

log = structlog.get_logger()


async def decide_without_faults(
    gathered: Gathered, decide: Decide, *, trial: Decide, faults: Quarantine[Fault]
) -> tuple[Gathered, Decided]:
    """Decide on what was gathered, but for whom it fails with; return that and the decisions.

    `trial` decides as `decide` does, in less time: it only has to fail with the same.

    Raises:
        Exception: what the decision fails with, when it is nobody's fault or too many's.
    """
    gathered = without(gathered, faults.left_out(at_s=monotonic_s()))
    for _ in range(FAULTS_COUNT_MAX):
        try:
            return gathered, await decide(gathered)
        except UnavailableError:
            raise
        except Exception as error:
            fault = await find_fault(gathered, _fails(trial))
            log.warning("decision_failed", fault=str(fault), error=repr(error))
            if fault is None and not gathered.demand:
                raise
        if fault is None:
            gathered = replace(gathered, demand=())  # hints may wait
        else:
            faults.note([fault], at_s=monotonic_s())
            gathered = without(gathered, {fault})
    return gathered, await decide(gathered)


def _fails(trial: Decide) -> Fails:
    async def fails(gathered: Gathered) -> bool:
        try:
            await trial(gathered)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001  # which it is, the decision itself has said
            return True
        return False

    return fails


def without(gathered: Gathered, faults: frozenset[Fault] | set[Fault]) -> Gathered:
    """Return what was gathered, without these jobs and couriers."""
    if not faults:
        return gathered
    return replace(
        gathered,
        jobs=tuple(one for one in gathered.jobs if (None, one.job_id) not in faults),
        couriers=tuple(
            one for one in gathered.couriers if (one.entry.courier_id, None) not in faults
        ),
    )


async def find_fault(gathered: Gathered, fails: Fails) -> Fault | None:
    """Return without which job or courier it would not fail so; None: it is neither's fault."""

    async def fail(jobs: Sequence[OpenJob], couriers: Sequence[SeenCourier]) -> bool:
        return await fails(replace(gathered, jobs=tuple(jobs), couriers=tuple(couriers), demand=()))

    every_job, everybody = gathered.jobs, gathered.couriers
    if await fail((), ()) or not await fail(every_job, everybody):
        return None
    if await fail((), everybody):
        courier = everybody[await _first_with(everybody, lambda some: fail((), some))]
        return courier.entry.courier_id, None
    place = await _first_with(every_job, lambda some: fail(some, everybody))
    jobs, others = every_job[: place + 1], every_job[place + 1 :]
    job_id = every_job[place].job_id
    if await fail(jobs, ()):
        return None, job_id
    courier = everybody[await _first_with(everybody, lambda some: fail(jobs, some))]
    is_of_courier = bool(others) and await fail(others, (courier,))
    return (courier.entry.courier_id, None) if is_of_courier else (None, job_id)


async def _first_with(items: Sequence[T], fails: Callable[[Sequence[T]], Awaitable[bool]]) -> int:
    """Return the place of the item with which the items so far begin to fail; all of them do."""
    passing_count, failing_count = 0, len(items)
    while failing_count - passing_count > 1:
        middle_count = (passing_count + failing_count) // 2
        if await fails(items[:middle_count]):
            failing_count = middle_count
        else:
            passing_count = middle_count
    return failing_count - 1
