"""At three times the rated load, do state changes stay quick, and how soon is all as before?

Merchants post and read, couriers report, accept, arrive and complete: first at the rated load, then
three times as much of it for a while, then the rated load again. What goes first (acceptances,
stops) is to stay quick; the rest may be refused, and is told when to come again. All that was
acknowledged has to be there in the end. It is as before when in a second nothing is refused any
more and what takes long takes no longer than it may.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

import msgspec
from msgspec import Struct

from loadtests.live.callers import LOST, Called, Kind, RemoteCallers, callers
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.offer_latency import REPORT_EVERY_S, first_offer, keep_reporting
from loadtests.live.outcome import Outcome, Panel, Target, curve, distribution, holds
from loadtests.live.peer import now_s
from loadtests.live.people import CENTER_DEG
from loadtests.live.posting import remote_shop
from loadtests.live.probe import spent_s
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from loadtests.live.tallies import Accepted, Heard
from loadtests.live.working import RemoteWorkingFleet, Work, working_fleet
from service.domain.policy import Policy

QUESTION = "At three times the rated load, do state changes stay quick, and how soon is all well?"
DECISION_P99_MS_MAX = 500.0
NORMAL_S_MAX = 30.0
TIMES = 3
CALM_TIMES = 2.0  # what takes no longer than so many times the 99th percentile before is normal
CALM_S_MIN = 0.25  # nor is less than this felt
REFUSALS_FORESEEN = frozenset({429, 503})
WINDOW_S = 1.0


class Size(Struct, frozen=True, kw_only=True):
    """`rated`: what one api process serves with room to breathe."""

    couriers_count: int
    merchants_count: int
    rated_posts_per_s: float
    rated_reads_per_s: float
    warm_s: float
    calm_s: float
    storm_s: float
    after_s: float


WHOLE = Size(
    couriers_count=2_500,
    merchants_count=50,
    rated_posts_per_s=20.0,
    rated_reads_per_s=40.0,
    warm_s=10.0,
    calm_s=20.0,
    storm_s=40.0,
    after_s=40.0,
)
QUICK = Size(
    couriers_count=500,
    merchants_count=10,
    rated_posts_per_s=15.0,
    rated_reads_per_s=30.0,
    warm_s=2.0,
    calm_s=5.0,
    storm_s=8.0,
    after_s=10.0,
)
LEAST = Size(
    couriers_count=30,
    merchants_count=2,
    rated_posts_per_s=4.0,
    rated_reads_per_s=8.0,
    warm_s=0.5,
    calm_s=1.5,
    storm_s=2.0,
    after_s=2.0,
)
S_MAX = 900.0


class Sample(Struct, frozen=True, kw_only=True):
    """Something that was asked: when it was due, how long it took, whether it was refused."""

    at_s: float
    took_s: float
    is_refused: bool = False


class Phase(Struct, frozen=True, kw_only=True):
    """A part of the run, and what merchants called in it."""

    began_s: float
    ended_s: float
    posts: list[Called]
    reads: list[Called]

    def within(self, done: Iterable[Accepted]) -> list[float]:
        """Return how long these took, in milliseconds, of those that were begun in this phase."""
        return [1e3 * one.took_s for one in done if self.began_s <= one.at_s < self.ended_s]


async def run(size: Size, setting: Setting) -> Outcome:
    """Let it be calm, storm, and calm again; then look at what became of everything."""
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        merchants_count=size.merchants_count,
        policy=Policy(arrival_radius_m=100_000.0),  # couriers need not be at their stops
        is_sampled=setting.is_profiled,
    )
    async with (
        open_lab(plan) as lab,
        working_fleet(host=lab.host, port=lab.port, seed=setting.seed) as fleet,
        callers(host=lab.host, port=lab.port, seed=setting.seed) as merchants,
        asyncio.TaskGroup() as group,
    ):
        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        setting.tell("all couriers are connected")
        walking = group.create_task(keep_reporting(fleet, size.couriers_count))
        async with remote_shop(host=lab.host, port=lab.port, seed=setting.seed) as shop:
            await first_offer(lab, fleet, shop)
        await _load(lab, merchants, size, times=1.0, duration_s=size.warm_s)
        setting.tell("warm")
        calm = await _load(lab, merchants, size, times=1.0, duration_s=size.calm_s)
        before = lab.usage(fleet=fleet.pid, merchants=merchants.pid)
        async with sampling(lab.pids(), lab.folder if plan.is_sampled else None) as profile:
            hurrying = group.create_task(_hurry(fleet, size))
            storm = await _load(lab, merchants, size, times=TIMES, duration_s=size.storm_s)
            await hurrying
        used = spent_s(before, lab.usage(fleet=fleet.pid, merchants=merchants.pid))
        setting.tell("the storm is over")
        after = await _load(lab, merchants, size, times=1.0, duration_s=size.after_s)
        walking.cancel()
        phases, work = (calm, storm, after), await fleet.tell_work()
        lost_count = await _lost_count(lab, phases)
        heard = (await fleet.tell()).heard
    return _outcome(
        size, phases, heard, work, lost_count=lost_count, processor_s=used, profile=profile
    )


async def _load(
    lab: Lab, merchants: RemoteCallers, size: Size, *, times: float, duration_s: float
) -> Phase:
    keys, began_s = [merchant.key for merchant in lab.people.merchants], now_s()
    async with asyncio.TaskGroup() as group:

        def call(kind: Kind, rated_per_s: float) -> asyncio.Task[list[Called]]:
            return group.create_task(
                merchants.call(kind, keys, rate_per_s=times * rated_per_s, duration_s=duration_s)
            )

        posts = call("post", size.rated_posts_per_s)
        reads = call("read", size.rated_reads_per_s)
    return Phase(began_s=began_s, ended_s=now_s(), posts=posts.result(), reads=reads.result())


async def _hurry(fleet: RemoteWorkingFleet, size: Size) -> None:
    """Let the couriers report so much more often than usual for as long as the storm lasts."""
    rate_per_s = (TIMES - 1) * size.couriers_count / REPORT_EVERY_S
    await fleet.walk(rate_per_s=rate_per_s, duration_s=size.storm_s)


async def _lost_count(lab: Lab, phases: Sequence[Phase]) -> int:
    """Return how many jobs were acknowledged and are not there."""
    ids = [call.job_id for phase in phases for call in phase.posts if call.job_id is not None]
    async with lab.runtime.pool.connection() as conn:
        rows = await conn.fetch(
            "SELECT count(*)::int8 AS kept_count FROM job WHERE id = ANY ($1::text[]::uuid[])", ids
        )
    return len(ids) - int(str(rows[0]["kept_count"]))


def normal_after_s(samples: Iterable[Sample], *, since_s: float, took_s_max: float) -> float:
    """Return how long after an instant it was until all was as before.

    Args:
        samples: of all kinds, those before the instant left aside.
        since_s: the instant.
        took_s_max: what is normal.
    """
    bad = [
        ceil((sample.at_s - since_s + sample.took_s) / WINDOW_S)
        for sample in samples
        if sample.at_s >= since_s and (sample.is_refused or sample.took_s > took_s_max)
    ]
    return WINDOW_S * max(bad, default=0)


def samples_of(calls: Iterable[Called]) -> list[Sample]:
    """Return calls as samples."""
    return [
        Sample(at_s=call.due_s, took_s=call.took_s, is_refused=call.is_refused) for call in calls
    ]


def answers_of(calls: Iterable[Called]) -> dict[str, int]:
    """Return how often each answer was given: `201`, `503 overloaded`."""
    words = (str(call.status) + (f" {call.code}" if call.code else "") for call in calls)
    return dict(sorted(Counter(words).items()))


def per_s(calls: Iterable[Called], *, since_s: float) -> list[tuple[float, float]]:
    """Return how many calls were due in each second since an instant, as a line."""
    counts = Counter(int(call.due_s - since_s) for call in calls)
    return [(float(second), float(counts[second])) for second in range(max(counts, default=0) + 1)]


def _outcome(
    size: Size,
    phases: tuple[Phase, Phase, Phase],
    heard: Heard,
    work: Work,
    *,
    lost_count: int,
    processor_s: dict[str, float],
    profile: dict[str, tuple[Share, ...]],
) -> Outcome:
    calm, storm, after = phases
    accepts = {
        name: distribution(phase.within(heard.accepted))
        for name, phase in (("calm", calm), ("storm", storm))
    }
    stops = {
        name: distribution(phase.within(work.done))
        for name, phase in (("calm", calm), ("storm", storm))
    }
    normal_s = normal_after_s(
        [
            *samples_of([*after.posts, *after.reads]),
            *(Sample(at_s=one.at_s, took_s=one.took_s) for one in [*heard.accepted, *work.done]),
        ],
        since_s=after.began_s,
        took_s_max=max(CALM_S_MIN, CALM_TIMES * _calm_p99_s(calm)),
    )
    posts = [call for phase in phases for call in phase.posts]
    reads = [call for phase in phases for call in phase.reads]
    statuses = {call.status for call in [*posts, *reads] if call.is_refused}
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            _target("accept in the storm, p99", "ms", DECISION_P99_MS_MAX, accepts["storm"].p99),
            _target("stops in the storm, p99", "ms", DECISION_P99_MS_MAX, stops["storm"].p99),
            _target("as before, after", "s", NORMAL_S_MAX, normal_s),
        ),
        broken=(
            *holds(lost_count == 0, f"{lost_count} jobs were acknowledged and are not there"),
            *holds(statuses <= REFUSALS_FORESEEN, f"answers: {answers_of([*posts, *reads])}"),
            *holds(not work.refusals, f"couriers were refused: {work.refusals}"),
            *holds(LOST not in statuses, "connections were cut"),
        ),
        figures={
            "load_factor": TIMES,
            "accept_ms": accepts,
            "stop_ms": stops,
            "normal_after_s": normal_s,
            "posts": {name: answers_of(one.posts) for name, one in _named(phases)},
            "reads": {name: answers_of(one.reads) for name, one in _named(phases)},
            "said_again_by_couriers_count": work.put_off_count,
            "stops_overtaken_by_a_new_route_count": work.overtaken_count,
            "refusals_of_acceptances": heard.refusals,
            "acknowledged_count": sum(call.job_id is not None for call in posts),
        },
        processor_s={"storm": processor_s},
        profile=profile,
        panels=(
            Panel(
                title="state changes, and their answers",
                across="percent",
                up="ms, round trip",
                lines={
                    "accept, calm": curve(accepts["calm"]),
                    "accept, storm": curve(accepts["storm"]),
                    "stops, calm": curve(stops["calm"]),
                    "stops, storm": curve(stops["storm"]),
                },
                limits={"target of p99": DECISION_P99_MS_MAX},
                is_logarithmic=True,
            ),
            Panel(
                title="what merchants called",
                across="s",
                up="per second",
                lines={
                    "posts": _line(posts, calm, is_refused=False),
                    "posts refused": _line(posts, calm, is_refused=True),
                    "reads": _line(reads, calm, is_refused=False),
                    "reads refused": _line(reads, calm, is_refused=True),
                },
            ),
        ),
    )


def _named(phases: tuple[Phase, Phase, Phase]) -> tuple[tuple[str, Phase], ...]:
    return tuple(zip(("calm", "storm", "after"), phases, strict=True))


def _calm_p99_s(calm: Phase) -> float:
    took_s = distribution([call.took_s for call in [*calm.posts, *calm.reads]])
    return took_s.p99 or 0.0


def _target(name: str, unit: str, limit: float, measured: float | None) -> Target:
    return Target(name=name, unit=unit, wanted="at most", limit=limit, measured=measured)


def _line(calls: Iterable[Called], calm: Phase, *, is_refused: bool) -> list[tuple[float, float]]:
    return per_s((call for call in calls if call.is_refused is is_refused), since_s=calm.began_s)
