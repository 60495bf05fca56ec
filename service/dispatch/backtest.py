"""PURE. Recorded ticks under two policies, side by side: what would have been decided otherwise.

Each tick is decided on what was recorded of it. The world does not go on from there: an offer that
only one policy makes changes no later tick. A search for a courier counts once for a policy, as it
is first proposed, or a job that one policy offers early would count again in each tick until it
was offered in fact.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from service.dispatch.recording import RecordedTick, chosen_of
from service.dispatch.redecide import (
    PlannedJob,
    Search,
    market_under,
    planned_jobs,
    redecide,
)
from service.domain.ids import CourierId
from service.domain.market import Market
from service.domain.policy import Policy


class Figures(Struct, frozen=True, kw_only=True):
    """What one policy would have offered; means are of jobs, None where there is none."""

    offers_count: int
    jobs_count: int
    bundled_jobs_count: int
    couriers_count: int  # who would have been offered anything
    pickup_wait_s_mean: float | None
    late_jobs_count: int
    lateness_s_mean: float | None
    pay_cents: int
    deadhead_m: float
    deadhead_m_mean: float | None
    saved_m: float
    pay_spread: float | None  # Gini, 0 is even: of pay offered per recorded tick on duty


class Changes(Struct, frozen=True, kw_only=True):
    """What would have been otherwise, and its price: means over jobs that go to another courier."""

    jobs_same_count: int
    jobs_other_courier_count: int
    jobs_only_before_count: int
    jobs_only_after_count: int
    pickup_wait_s_change: float | None
    lateness_s_change: float | None
    deadhead_m_change: float | None
    pay_cents_change: float | None


class Comparison(Struct, frozen=True, kw_only=True):
    """Two policies over the same recorded ticks."""

    ticks_count: int
    as_recorded_count: int  # ticks that the policy of then decides as it did then
    before: Figures
    after: Figures
    changes: Changes


class Backtest:
    """Ticks one by one, in their order; what is kept of them grows with jobs, not with ticks."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._ticks_count = 0
        self._as_recorded_count = 0
        self._seen_count: Counter[CourierId] = Counter()  # ticks on duty, by courier
        self._before: dict[Search, PlannedJob] = {}
        self._after: dict[Search, PlannedJob] = {}

    def add(self, recorded: RecordedTick, *, before: Policy, after: Policy) -> None:
        """Decide a tick under the policy of then, and under the other one."""
        then = market_under(self._market, before, version=1)
        proposals = redecide(recorded, then, policy_then=before)
        self._ticks_count += 1
        self._as_recorded_count += chosen_of(proposals) == recorded.chosen
        self._seen_count.update(courier.entry.courier_id for courier in recorded.gathered.couriers)
        number = self._ticks_count
        _note(self._before, planned_jobs(recorded, proposals, before, tick_number=number))
        now = market_under(self._market, after, version=2)
        proposals = redecide(recorded, now, policy_then=before)
        _note(self._after, planned_jobs(recorded, proposals, after, tick_number=number))

    def comparison(self) -> Comparison:
        """Return what the ticks so far say."""
        return Comparison(
            ticks_count=self._ticks_count,
            as_recorded_count=self._as_recorded_count,
            before=figures_of(list(self._before.values()), self._seen_count),
            after=figures_of(list(self._after.values()), self._seen_count),
            changes=changes_between(self._before, self._after),
        )


def _note(planned: dict[Search, PlannedJob], jobs: Iterable[PlannedJob]) -> None:
    for job in jobs:
        planned.setdefault(job.search, job)


def figures_of(jobs: Sequence[PlannedJob], seen_count: Mapping[CourierId, int]) -> Figures:
    """Return the figures of these jobs, among couriers seen in so many ticks."""
    pay_of: Counter[CourierId] = Counter()
    for job in jobs:
        pay_of[job.courier_id] += job.pay_cents
    deadhead_m = sum(job.deadhead_m for job in jobs)
    return Figures(
        offers_count=len({(job.tick_number, job.courier_id) for job in jobs}),
        jobs_count=len(jobs),
        bundled_jobs_count=sum(job.partners_count > 0 for job in jobs),
        couriers_count=len(pay_of),
        pickup_wait_s_mean=mean([job.pickup_wait_s for job in jobs]),
        late_jobs_count=sum(job.lateness_s > 0.0 for job in jobs),
        lateness_s_mean=mean([job.lateness_s for job in jobs]),
        pay_cents=sum(job.pay_cents for job in jobs),
        deadhead_m=deadhead_m,
        deadhead_m_mean=mean([job.deadhead_m for job in jobs]),
        saved_m=sum(job.saved_m for job in jobs),
        pay_spread=gini([pay_of[courier] / count for courier, count in seen_count.items()]),
    )


def changes_between(
    before: Mapping[Search, PlannedJob], after: Mapping[Search, PlannedJob]
) -> Changes:
    """Return what is otherwise in the second plan."""
    both = [(job, after[search]) for search, job in before.items() if search in after]
    moved = [(old, new) for old, new in both if old.courier_id != new.courier_id]
    return Changes(
        jobs_same_count=len(both) - len(moved),
        jobs_other_courier_count=len(moved),
        jobs_only_before_count=len(before) - len(both),
        jobs_only_after_count=len(after) - len(both),
        pickup_wait_s_change=mean([new.pickup_wait_s - old.pickup_wait_s for old, new in moved]),
        lateness_s_change=mean([new.lateness_s - old.lateness_s for old, new in moved]),
        deadhead_m_change=mean([new.deadhead_m - old.deadhead_m for old, new in moved]),
        pay_cents_change=mean([float(new.pay_cents - old.pay_cents) for old, new in moved]),
    )


def mean(values: Sequence[float]) -> float | None:
    """Return the mean, or None of nothing."""
    return sum(values) / len(values) if values else None


def gini(values: Sequence[float]) -> float | None:
    """Return the Gini coefficient of values >= 0, from 0 for all alike; None where all is zero."""
    total = sum(values)
    if total <= 0.0:
        return None
    count = len(values)
    ranked = sum(rank * value for rank, value in enumerate(sorted(values), start=1))
    return 2.0 * ranked / (count * total) - (count + 1.0) / count
