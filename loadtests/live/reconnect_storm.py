"""All sockets are cut at once: how long until all are back, and is an event lost or late meanwhile?

The crowd's apps dial again after a random part of 8 s, as phones behind a restarted proxy do. A
small group in a part of the city of its own dials at once and goes on to accept what is posted
there. Jobs are posted and offered all the time, also to couriers who are away: each courier's
numbers must go on without a gap and end where the table in Postgres ends.
"""

import asyncio
from typing import NamedTuple

import msgspec
from msgspec import Struct

from loadtests.live.fleet import RemoteFleet, remote_fleet
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.offer_latency import first_offer
from loadtests.live.outcome import Distribution, Outcome, Panel, Target, curve, distribution, holds
from loadtests.live.peer import now_s
from loadtests.live.people import CENTER_DEG
from loadtests.live.posting import CITY, Area, RemoteShop, remote_shop
from loadtests.live.probe import spent_s
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from loadtests.live.tallies import Counts, Heard
from loadtests.live.waiting import until
from service.domain.policy import Policy
from service.store import streams

QUESTION = "All sockets cut at once: when are all back, and what is lost or late meanwhile?"
BACK_S_MAX = 30.0
ACCEPT_P99_MS_MAX = 1_000.0
REPORT_EVERY_S = 10.0
SUBURB = Area((CENTER_DEG[0] + 0.07, CENTER_DEG[1]), 800.0)  # some 8 km from the centre
GIVEN_UP_S = 120.0  # who is not back by then will not be
SETTLED_S_MAX = 40.0  # after the last post: offers that nobody saw run out meanwhile
LIVE_JOBS_COUNT_MAX = 15  # nobody drives, so that jobs pile up


class Size(Struct, frozen=True, kw_only=True):
    crowd_count: int
    group_count: int
    spread_s_max: float
    crowd_jobs_per_s: float
    group_jobs_per_s: float
    calm_s: float  # of posting before the cut
    post_s: float  # of posting in all


WHOLE = Size(
    crowd_count=9_800,
    group_count=200,
    spread_s_max=8.0,
    crowd_jobs_per_s=10.0,
    group_jobs_per_s=10.0,
    calm_s=10.0,
    post_s=50.0,
)
QUICK = Size(
    crowd_count=900,
    group_count=100,
    spread_s_max=3.0,
    crowd_jobs_per_s=20.0,
    group_jobs_per_s=15.0,
    calm_s=3.0,
    post_s=10.0,
)
LEAST = Size(
    crowd_count=40,
    group_count=10,
    spread_s_max=0.5,
    crowd_jobs_per_s=6.0,
    group_jobs_per_s=4.0,
    calm_s=1.0,
    post_s=3.0,
)
S_MAX = 420.0


class _Scene(NamedTuple):
    lab: Lab
    crowd: RemoteFleet
    group: RemoteFleet
    shop: RemoteShop


class _Storm(Struct, frozen=True, kw_only=True):
    """What was seen from outside."""

    cut_s: float  # monotonic
    crowd: Heard
    group: Heard
    counts: Counts  # of the crowd
    unheard_count: int  # events in Postgres beyond the last that their courier heard
    events_count: int  # in Postgres

    @property
    def back_s(self) -> list[float]:
        """How long after the cut each came back; twice if lost again."""
        returns = [*self.crowd.returns, *self.group.returns]
        return [each.back_s - self.cut_s for each in returns]

    @property
    def whole_s(self) -> float:
        """When everybody was back, monotonic."""
        return self.cut_s + max(self.back_s, default=0.0)

    def accepts_ms(self) -> tuple[Distribution, Distribution]:
        """Return how long acceptances of the group took: before the cut, until all were back.

        Those whose connection was cut before the answer are said again, and not among them.
        """
        before, meanwhile = list[float](), list[float]()
        for each in self.group.accepted:
            if each.at_s < self.cut_s:
                before.append(1e3 * each.took_s)
            elif each.at_s <= self.whole_s:
                meanwhile.append(1e3 * each.took_s)
        return distribution(before), distribution(meanwhile)


async def run(size: Size, setting: Setting) -> Outcome:
    """Cut, wait, and compare what was heard with what was written."""
    everybody_count = size.crowd_count + size.group_count
    plan = LabPlan(
        couriers_count=everybody_count,
        online_count=everybody_count,
        merchants_count=10,
        policy=Policy(live_jobs_count_max=LIVE_JOBS_COUNT_MAX),
        is_sampled=setting.is_profiled,
    )
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, accepts=True, seed=setting.seed) as crowd,
        remote_fleet(host=lab.host, port=lab.port, accepts=True, seed=setting.seed + 1) as group,
        remote_shop(host=lab.host, port=lab.port, seed=setting.seed) as shop,
        asyncio.TaskGroup() as tasks,
    ):
        everybody = lab.people.enlisted(everybody_count)
        await crowd.enlist(everybody[: size.crowd_count], center_deg=CENTER_DEG)
        await group.enlist(
            everybody[size.crowd_count :], center_deg=SUBURB.center_deg, radius_m=SUBURB.radius_m
        )
        await crowd.dial(size.crowd_count)
        await group.dial(size.group_count)
        setting.tell("all are connected")
        reporting = [
            tasks.create_task(_keep_reporting(crowd, size.crowd_count)),
            tasks.create_task(_keep_reporting(group, size.group_count)),
        ]
        await first_offer(lab, crowd, shop)
        before = lab.usage(crowd=crowd.pid, group=group.pid, shop=shop.pid)
        async with sampling(lab.pids(), lab.folder if plan.is_sampled else None) as profile:
            scene = _Scene(lab, crowd, group, shop)
            storm = await _storm(scene, size, setting)
        after = lab.usage(crowd=crowd.pid, group=group.pid, shop=shop.pid)
        for task in reporting:
            task.cancel()
    return _outcome(size, storm, spent_s(before, after), profile)


async def _keep_reporting(fleet: RemoteFleet, count: int) -> None:
    while True:
        await fleet.walk(rate_per_s=count / REPORT_EVERY_S, duration_s=REPORT_EVERY_S)


async def _storm(scene: _Scene, size: Size, setting: Setting) -> _Storm:
    lab, crowd, group, shop = scene
    async with asyncio.TaskGroup() as tasks:
        posting = [
            tasks.create_task(_post(lab, shop, area, rate_per_s, size.post_s))
            for area, rate_per_s in (
                (CITY, size.crowd_jobs_per_s),
                (SUBURB, size.group_jobs_per_s),
            )
        ]
        await asyncio.sleep(size.calm_s)
        cut_s = now_s()
        async with asyncio.TaskGroup() as cutting:
            cutting.create_task(crowd.cut(size.crowd_count, spread_s_max=size.spread_s_max))
            cutting.create_task(group.cut(size.group_count, spread_s_max=0.0))

        async def is_whole() -> bool:
            away = [(await fleet.whole()).away_count for fleet in (crowd, group)]
            return not any(away)

        if await until(is_whole, s_max=GIVEN_UP_S):
            setting.tell(f"looked whole after {now_s() - cut_s:.1f} s")
        else:
            setting.tell(f"not whole after {GIVEN_UP_S:.0f} s: {await crowd.whole()}")
            for task in posting:
                task.cancel()

    async def is_all_heard() -> bool:
        return (await _unheard(lab, crowd, group))[0] == 0

    await until(is_all_heard, s_max=SETTLED_S_MAX)
    unheard_count, events_count = await _unheard(lab, crowd, group)
    told = await crowd.tell()
    return _Storm(
        cut_s=cut_s,
        crowd=told.heard,
        counts=told.counts,
        group=(await group.tell()).heard,
        unheard_count=unheard_count,
        events_count=events_count,
    )


async def _post(
    lab: Lab, shop: RemoteShop, area: Area, rate_per_s: float, duration_s: float
) -> None:
    keys = [merchant.key for merchant in lab.people.merchants]
    await shop.post(keys, rate_per_s=rate_per_s, duration_s=duration_s, area=area)


async def _unheard(lab: Lab, crowd: RemoteFleet, group: RemoteFleet) -> tuple[int, int]:
    """Return how many events in Postgres are beyond what their couriers heard, and of how many."""
    owners = [f"courier:{courier.id}" for courier in lab.people.couriers]
    async with lab.runtime.pool.connection() as conn:
        ends = await streams.list_last_seqs(conn, owners=owners)
    heard = {**await crowd.seqs(), **await group.seqs()}
    unheard = [max(0, end.last_seq - heard.get(end.owner, 0)) for end in ends]
    return sum(unheard), sum(end.last_seq for end in ends)


def _outcome(
    size: Size, storm: _Storm, processor_s: dict[str, float], profile: dict[str, tuple[Share, ...]]
) -> Outcome:
    everybody_count = size.crowd_count + size.group_count
    back = distribution(storm.back_s)
    before, meanwhile = storm.accepts_ms()
    heard = (storm.crowd, storm.group)
    gaps_count, repeats_count = (
        sum(each.gaps_count for each in heard),
        sum(each.repeats_count for each in heard),
    )
    fresh_count = sum(each.resumed_count - each.recovered_count for each in heard)
    lost_count = gaps_count + storm.unheard_count
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            Target(
                name="all back and resumed",
                unit="s",
                wanted="at most",
                limit=BACK_S_MAX,
                measured=back.most if back.count >= everybody_count else None,
            ),
            Target(name="lost events", unit="", wanted="at most", limit=0.0, measured=lost_count),
            Target(
                name="accept p99 meanwhile",
                unit="ms",
                wanted="at most",
                limit=ACCEPT_P99_MS_MAX,
                measured=meanwhile.p99,
            ),
        ),
        broken=(
            *holds(lost_count == 0, f"{lost_count} events were lost"),
            *holds(repeats_count == 0, f"{repeats_count} events came twice"),
            *holds(fresh_count == everybody_count, "a courier was not told what was missed"),
            *holds(back.count >= everybody_count, "somebody did not come back"),
        ),
        figures={
            "back_s": back,
            "accept_before_ms": before,
            "accept_meanwhile_ms": meanwhile,
            "accept_of_the_crowd_meanwhile_ms": distribution(
                [
                    1e3 * each.took_s
                    for each in storm.crowd.accepted
                    if storm.cut_s <= each.at_s <= storm.whole_s
                ]
            ),
            "events_count": storm.events_count,
            "lost_count": lost_count,
            "repeated_count": repeats_count,
            "resumed_count": sum(each.resumed_count for each in heard),
            "recovered_count": sum(each.recovered_count for each in heard),
            "dialed_count": storm.counts.dialed_count,  # more than resumed: given up and repeated
            "opened_count": storm.counts.opened_count,
            "close_codes": storm.counts.close_codes,
            "refusals": {**storm.crowd.refusals, **storm.group.refusals},
        },
        processor_s={"storm and settling": processor_s},
        profile=profile,
        panels=(
            Panel(
                title="back and resumed",
                across="percent of couriers",
                up="s after the cut",
                lines={"couriers": curve(back)},
                limits={"target of the last": BACK_S_MAX},
            ),
            Panel(
                title="acceptances of who went on",
                across="percent of acceptances",
                up="ms, round trip",
                lines={"before": curve(before), "meanwhile": curve(meanwhile)},
                limits={"target of p99": ACCEPT_P99_MS_MAX},
                is_logarithmic=True,
            ),
        ),
    )
