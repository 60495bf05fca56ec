"""When a decision fails, with whom: the others are decided on without those jobs and couriers."""

from collections.abc import Sequence
from typing import TypeAlias

import structlog
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.decide import Decided
from service.dispatch.quarantine import Quarantine
from service.dispatch.rows import Gathered, OpenJob, SeenCourier
from service.dispatch.sifting import Decide, Trials, first_with, sift
from service.domain.errors import UnavailableError
from service.domain.ids import CourierId, JobId

TRIALS_COUNT_MAX = 80  # small decisions of a tick, half of them at most about couriers alone
SAMPLES_COUNT = 3  # of other jobs, to tell whether it is the courier

# One of the two is there: who is left out whole, not as a pair.
Fault: TypeAlias = tuple[CourierId | None, JobId | None]

log = structlog.get_logger()


async def decide_without_faults(
    gathered: Gathered, decide: Decide, *, trial: Decide, faults: Quarantine[Fault]
) -> tuple[Gathered, Decided]:
    """Decide on what was gathered, but for whom it fails with; return that and the decisions.

    `trial` decides as `decide` does, in less time: it only has to fail with the same. There are so
    many trials; who was not cleared by then waits for the next tick, and whom it failed with in an
    earlier one is tried last.

    Raises:
        Exception: what the decision fails with, when it is nobody's fault.
    """
    now_s = monotonic_s()
    gathered = without(gathered, faults.left_out(at_s=now_s))
    suspects = faults.suspected(at_s=now_s)
    if not any(fault_of(one) in suspects for one in (*gathered.jobs, *gathered.couriers)):
        try:
            return gathered, await decide(gathered)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  # which part of it is to blame is asked next
            log.warning("decision_failed", error=repr(error))
    sifter = _Sifter(gathered, trial, faults)
    if await sifter.fail((), ()):
        return gathered, await decide(gathered)  # nobody's fault: it fails again
    sound = await sifter.sound(suspects)
    log.info(
        "decision_sifted",
        faults=[str(fault) for fault in sifter.found],
        jobs_count=len(gathered.jobs),
        sound_jobs_count=len(sound.jobs),
        trials_left_count=sifter.left_count,
    )
    unhinted = replace(sound, demand=())  # hints may wait
    for attempted in (sound, unhinted) if sound.demand else (sound,):
        try:
            return attempted, await decide(attempted)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  # the trial has decided on these
            log.warning("decision_failed", is_sound=True, error=repr(error))
    return unhinted, await trial(unhinted)


def without(gathered: Gathered, faults: frozenset[Fault] | set[Fault]) -> Gathered:
    """Return what was gathered, without these jobs and couriers."""
    if not faults:
        return gathered
    return replace(
        gathered,
        jobs=tuple(one for one in gathered.jobs if fault_of(one) not in faults),
        couriers=tuple(one for one in gathered.couriers if fault_of(one) not in faults),
    )


def fault_of(one: OpenJob | SeenCourier) -> Fault:
    """Return what a job or a courier is called as a fault."""
    return (None, one.job_id) if isinstance(one, OpenJob) else (one.entry.courier_id, None)


class _Sifter:
    """Finds with whom the decision on what was gathered fails, and notes them."""

    def __init__(self, gathered: Gathered, trial: Decide, faults: Quarantine[Fault]) -> None:
        self._gathered, self._faults = gathered, faults
        self._trials = Trials(gathered, trial, count_max=TRIALS_COUNT_MAX)
        self.fail = self._trials.fail
        self.found: list[Fault] = []
        self._couriers: list[SeenCourier] = []  # whom it does not fail with

    @property
    def left_count(self) -> int:
        """How many trials there may still be."""
        return self._trials.left_count

    async def sound(self, suspects: frozenset[Fault]) -> Gathered:
        """Return what was gathered without whom it fails with, or is not known not to."""
        gathered = self._gathered
        unsuspected = without(gathered, suspects)
        self._couriers = await self._sift_couriers(unsuspected.couriers)
        jobs = await sift(
            unsuspected.jobs,
            lambda some: self.fail(some, self._couriers),
            is_to_blame=self._is_job_to_blame,
            group_count=max(1, len(unsuspected.jobs)),
        )
        self._couriers += await sift(
            [one for one in gathered.couriers if fault_of(one) in suspects],
            lambda some: self.fail(jobs, [*self._couriers, *some]),
            is_to_blame=self._blame,
            group_count=1,
        )
        jobs += await sift(
            [one for one in gathered.jobs if fault_of(one) in suspects],
            lambda some: self.fail([*jobs, *some], self._couriers),
            is_to_blame=self._blame,
            group_count=1,
        )
        kept = {fault_of(one) for one in (*jobs, *self._couriers)}
        everybody = {fault_of(one) for one in (*gathered.jobs, *gathered.couriers)}
        return without(gathered, everybody - kept)

    async def _sift_couriers(self, couriers: Sequence[SeenCourier]) -> list[SeenCourier]:
        trials = self._trials
        reserved_count = trials.left_count // 2
        trials.left_count -= reserved_count
        found = await sift(
            couriers,
            lambda some: self.fail((), some),
            is_to_blame=self._blame,
            group_count=max(1, len(couriers)),
        )
        trials.left_count += reserved_count
        return found

    async def _blame(self, _: Sequence[object], one: OpenJob | SeenCourier) -> bool:
        fault = fault_of(one)
        self._faults.note([fault], at_s=monotonic_s())
        self.found.append(fault)
        return True

    async def _is_job_to_blame(self, good: Sequence[OpenJob], job: OpenJob) -> bool:
        """Note the job, or else the one courier with whom this and other jobs fail."""
        jobs = [*good, job]
        if await self.fail(jobs, ()):
            return await self._blame((), job)
        place = await first_with(self._couriers, lambda some: self.fail(jobs, some))
        courier = self._couriers[place]
        others = [one for one in self._couriers if one is not courier]
        if await self.fail(jobs, others) or not await self._is_of_courier(courier, but=job):
            return await self._blame((), job)
        await self._blame((), courier)
        self._couriers = others
        return False

    async def _is_of_courier(self, courier: SeenCourier, *, but: OpenJob) -> bool:
        """Whether it fails with this courier and any other job, of some that are looked at."""
        others = [job for job in self._gathered.jobs if job is not but]
        samples = others[:: max(1, len(others) // SAMPLES_COUNT)][:SAMPLES_COUNT]
        for job in samples:
            if not await self.fail([job], [courier]):
                return False
        return bool(samples)
