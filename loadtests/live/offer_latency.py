"""How long after a post does a phone have the offer, and how long does an acceptance take?

Couriers report every 4 s, and accept at once. Post to offer runs from the merchant's 201 to the
offer's arrival at the courier's socket. The wait for the next tick is in the market's policy and
told apart: `beyond` begins with the first tick that started after the 201, as the ticks on record
tell; whatever the job then waits for (the relay, a second tick because the first had read before
the job was in the index, the decision, the way to the phone) is in it.

An acceptance's round trip ends with `done`, when it is durable; the new route comes by way of the
relay. They are measured twice: at half the rate of jobs first, which leaves room to breathe on two
cores, then at the whole rate, for which the target is meant.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct, convert

from loadtests.live.courier import THOUGHT_S_MAX
from loadtests.live.fleet import RemoteFleet, remote_fleet
from loadtests.live.lab import Lab, LabError, LabPlan, open_lab
from loadtests.live.line import CREATED
from loadtests.live.outcome import Outcome, Panel, Target, curve, distribution, holds
from loadtests.live.peer import now_s
from loadtests.live.people import CENTER_DEG, MARKET_ID
from loadtests.live.posting import Posted, RemoteShop, remote_shop
from loadtests.live.probe import spent_s
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from loadtests.live.tallies import OfferHeard
from loadtests.live.waiting import until

QUESTION = "How long from a post to the offer on a phone, and from an acceptance to its answer?"
ACCEPT_P99_MS_MAX = 50.0
REPORT_EVERY_S = 4.0
FIRST_OFFER_S_MAX = 240.0  # on a fresh clone the matching's kernels are compiled first
LAST_OFFER_S_MAX = 20.0
LAST_ANSWER_S_MAX = 5.0


class Size(Struct, frozen=True, kw_only=True):
    couriers_count: int
    merchants_count: int
    jobs_per_s: float
    warm_s: float  # posting that is not measured, at half the rate
    calm_s: float  # the same, measured
    measured_s: float


WHOLE = Size(
    couriers_count=5_000,
    merchants_count=20,
    jobs_per_s=50.0,
    warm_s=10.0,
    calm_s=20.0,
    measured_s=60.0,
)
QUICK = Size(
    couriers_count=800, merchants_count=10, jobs_per_s=25.0, warm_s=2.0, calm_s=3.0, measured_s=6.0
)
LEAST = Size(
    couriers_count=40, merchants_count=2, jobs_per_s=8.0, warm_s=0.5, calm_s=1.0, measured_s=1.5
)
S_MAX = 600.0


class Wait(Struct, frozen=True, kw_only=True):
    """From a job's 201 to its first offer."""

    whole_s: float
    beyond_s: float  # without the wait for the first tick that started after the 201


class _Heard(Struct, frozen=True, kw_only=True):
    """All that was measured."""

    posted: list[Posted]
    offers: list[OfferHeard]
    ticks_s: list[float]  # monotonic
    accepts_s: list[float]  # until `done`
    calm_accepts_s: list[float]
    routes_s: list[float]  # until `assignment_changed`
    unsettled_count: int  # acceptances without an answer
    refusals: dict[str, int]


async def run(size: Size, setting: Setting) -> Outcome:
    """Post for a while, and look at what the couriers heard."""
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        merchants_count=size.merchants_count,
        is_sampled=setting.is_profiled,
    )
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, accepts=True, seed=setting.seed) as fleet,
        remote_shop(host=lab.host, port=lab.port, seed=setting.seed) as shop,
        asyncio.TaskGroup() as group,
    ):
        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        setting.tell("all couriers are connected")
        walking = group.create_task(keep_reporting(fleet, size.couriers_count))
        await first_offer(lab, fleet, shop)
        calm_rate_per_s = size.jobs_per_s / 2.0
        await _post(lab, shop, rate_per_s=calm_rate_per_s, duration_s=size.warm_s)
        setting.tell("warm")
        calm_s = now_s()
        await _post(lab, shop, rate_per_s=calm_rate_per_s, duration_s=size.calm_s)
        before = lab.usage(fleet=fleet.pid, shop=shop.pid)
        async with sampling(lab.pids(), lab.folder if plan.is_sampled else None) as profile:
            heard = await _measure(lab, fleet, shop, size, calm_s=calm_s)
        after = lab.usage(fleet=fleet.pid, shop=shop.pid)
        walking.cancel()
    return _outcome(size, heard, spent_s(before, after), profile)


async def keep_reporting(fleet: RemoteFleet, couriers_count: int) -> None:
    """Let each courier report every few seconds, until cancelled."""
    while True:
        rate_per_s = couriers_count / REPORT_EVERY_S
        await fleet.walk(rate_per_s=rate_per_s, duration_s=2.0 * REPORT_EVERY_S)


async def first_offer(lab: Lab, fleet: RemoteFleet, shop: RemoteShop) -> None:
    """Post a job, and wait until somebody has heard of it: the matching is ready.

    Raises:
        LabError: nobody heard.
    """

    async def is_heard() -> bool:
        return bool((await fleet.tell()).heard.offers)

    await shop.post([lab.people.merchants[0].key], rate_per_s=1.0, duration_s=1.0)
    if not await until(is_heard, s_max=FIRST_OFFER_S_MAX):
        raise LabError("no courier was offered the first job")


async def _post(
    lab: Lab, shop: RemoteShop, *, rate_per_s: float, duration_s: float
) -> list[Posted]:
    keys = [merchant.key for merchant in lab.people.merchants]
    return await shop.post(keys, rate_per_s=rate_per_s, duration_s=duration_s)


async def _measure(
    lab: Lab, fleet: RemoteFleet, shop: RemoteShop, size: Size, *, calm_s: float
) -> _Heard:
    """Post, and wait until the last job was offered, or for long enough; `calm_s` was before."""
    began_s = now_s()
    posted = await _post(lab, shop, rate_per_s=size.jobs_per_s, duration_s=size.measured_s)
    wanted = {post.job_id for post in posted if post.job_id is not None}

    async def is_complete() -> bool:
        return wanted <= set(first_offers((await fleet.tell()).heard.offers))

    async def is_settled() -> bool:
        heard = (await fleet.tell()).heard
        return heard.settled_count == heard.answers_count

    await until(is_complete, s_max=LAST_OFFER_S_MAX)
    await asyncio.sleep(THOUGHT_S_MAX)  # the last ones think
    await until(is_settled, s_max=LAST_ANSWER_S_MAX)
    heard = (await fleet.tell()).heard
    return _Heard(
        posted=posted,
        offers=heard.offers,
        ticks_s=await _ticks_s(lab),
        accepts_s=[each.took_s for each in heard.accepted if each.at_s >= began_s],
        calm_accepts_s=[e.took_s for e in heard.accepted if calm_s <= e.at_s < began_s],
        routes_s=[each.took_s for each in heard.routed if each.at_s >= began_s],
        unsettled_count=heard.answers_count - heard.settled_count,
        refusals=heard.refusals,
    )


async def _ticks_s(lab: Lab) -> list[float]:
    """Return when the ticks on record started, on the monotonic clock, in order."""
    monotonic_less_market_s = now_s() - lab.runtime.clock.now().timestamp()
    async with lab.runtime.pool.connection() as conn:
        rows = await conn.fetch("SELECT at FROM tick WHERE market_id = $1 ORDER BY at", MARKET_ID)
    return [convert(row["at"], datetime).timestamp() + monotonic_less_market_s for row in rows]


def first_offers(offers: Sequence[OfferHeard]) -> dict[str, float]:
    """Return when each job was first heard of."""
    found = dict[str, float]()
    for offer in sorted(offers, key=lambda offer: offer.at_s):
        for job_id in offer.job_ids:
            found.setdefault(job_id, offer.at_s)
    return found


def waits_of(
    posted: Sequence[Posted], offers: Sequence[OfferHeard], ticks_s: Sequence[float]
) -> list[Wait]:
    """Return how long each job that was offered waited; an offer may overtake the 201.

    Args:
        posted: the jobs.
        offers: as heard.
        ticks_s: when ticks started, in order.
    """
    heard_s = first_offers(offers)
    waits = list[Wait]()
    for post in posted:
        if post.job_id is None or post.job_id not in heard_s:
            continue
        offered_s, tick = heard_s[post.job_id], bisect_left(ticks_s, post.answered_s)
        started_s = ticks_s[tick] if tick < len(ticks_s) else post.answered_s
        waits.append(
            Wait(
                whole_s=max(0.0, offered_s - post.answered_s),
                beyond_s=max(0.0, offered_s - max(started_s, post.answered_s)),
            )
        )
    return waits


def _outcome(
    size: Size, heard: _Heard, processor_s: dict[str, float], profile: dict[str, tuple[Share, ...]]
) -> Outcome:
    waits = waits_of(heard.posted, heard.offers, heard.ticks_s)
    whole = distribution([1e3 * wait.whole_s for wait in waits])
    beyond = distribution([1e3 * wait.beyond_s for wait in waits])
    accepts = distribution([1e3 * took_s for took_s in heard.accepts_s])
    routes = distribution([1e3 * took_s for took_s in heard.routes_s])
    calm_accepts = distribution([1e3 * took_s for took_s in heard.calm_accepts_s])
    posts = distribution([1e3 * (post.answered_s - post.due_s) for post in heard.posted])
    created_count = sum(post.status == CREATED for post in heard.posted)
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            Target(
                name="accept round trip, p99",
                unit="ms",
                wanted="at most",
                limit=ACCEPT_P99_MS_MAX,
                measured=accepts.p99,
            ),
        ),
        broken=(
            *holds(created_count == len(heard.posted), "a post was refused"),
            *holds(len(waits) == created_count, "a job was offered to nobody"),
            *holds(heard.unsettled_count == 0, "an acceptance was not answered"),
            *holds(not heard.refusals, f"couriers were refused: {heard.refusals}"),
        ),
        figures={
            "post_to_offer_ms": whole,
            "post_to_offer_beyond_the_tick_wait_ms": beyond,
            "accept_round_trip_ms": accepts,
            "accept_to_the_route_on_the_phone_ms": routes,
            "accept_round_trip_at_half_the_rate_ms": calm_accepts,
            "post_ms": posts,
            "ticks_on_record_per_s": _per_s(heard.ticks_s),
        },
        processor_s={"measured": processor_s},
        profile=profile,
        panels=(
            Panel(
                title="post to offer",
                across="percent of jobs",
                up="ms from the 201 to the phone",
                lines={"all": curve(whole), "beyond the tick wait": curve(beyond)},
            ),
            Panel(
                title="acceptance to its answer",
                across="percent of acceptances",
                up="ms, round trip",
                lines={
                    "until done": curve(accepts),
                    "half as many jobs": curve(calm_accepts),
                    "until the route is there": curve(routes),
                },
                limits={"target of p99": ACCEPT_P99_MS_MAX},
            ),
        ),
    )


def _per_s(instants_s: Sequence[float]) -> float | None:
    """Return how many a second there were, from the first to the last."""
    if len(instants_s) < 2:
        return None
    return (len(instants_s) - 1) / (instants_s[-1] - instants_s[0])
