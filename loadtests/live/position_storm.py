"""How many positions a second does one api process bring into the index, next to bare decoding?

Moving couriers report at a rate that is raised until it no longer holds: until 1 in 100 reports of
the couriers who are watched takes more than 250 ms from the client's send to a reader of the index
in Redis. The bare server decodes the same messages and drops them; its count takes the place of the
index, and everything else is the same.
"""

from collections.abc import Awaitable, Callable, Mapping
from math import isfinite

import msgspec
from msgspec import Struct

from loadtests.live.bare import bare_server
from loadtests.live.fleet import remote_fleet
from loadtests.live.lab import LabPlan, open_lab
from loadtests.live.outcome import Outcome, Panel, Target, distribution, holds
from loadtests.live.people import CENTER_DEG
from loadtests.live.probe import spent_s, until_idle, usage
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from loadtests.live.sustained import Try, best, search
from loadtests.live.tallies import Heard, Walk
from loadtests.live.visible import delays_s, lags_s, watching_count, watching_index

QUESTION = "How many positions a second reach the index, next to a bare server that decodes them?"
P99_MS_MAX = 250.0
RATIO_MIN = 0.5
KEPT_UP_SHARE_MIN = 0.98  # of the rate: the client itself must be able to send it


class Size(Struct, frozen=True, kw_only=True):
    couriers_count: int
    marked_count: int  # couriers whose every report is looked for
    try_s: float
    first_per_s: float
    most_per_s: float
    steps: int  # halvings, see `sustained.search`


WHOLE = Size(
    couriers_count=5_000,
    marked_count=150,
    try_s=8.0,
    first_per_s=2_000.0,
    most_per_s=64_000.0,
    steps=4,
)
QUICK = Size(
    couriers_count=1_000,
    marked_count=40,
    try_s=2.0,
    first_per_s=2_000.0,
    most_per_s=30_000.0,
    steps=2,
)
LEAST = Size(
    couriers_count=30, marked_count=5, try_s=0.5, first_per_s=50.0, most_per_s=100.0, steps=1
)
S_MAX = 900.0


class _Search(Struct, frozen=True, kw_only=True):
    """All tries on one server, and a profile of the best one."""

    tries: list[Try]
    profile: Mapping[str, tuple[Share, ...]] = {}

    @property
    def best(self) -> Try | None:
        return best(self.tries)

    def curve(self) -> list[tuple[float, float]]:
        """Return the delay of the slowest percent, by rate, as far as all reports were seen."""
        found = sorted((t.rate_per_s, t.p99_ms) for t in self.tries)
        return [point for point in found if isfinite(point[1])]


async def run(size: Size, setting: Setting) -> Outcome:
    """Search on our api, then on a bare server, with the same client."""
    ours, heard = await _ours(size, setting)
    bare = await _bare(size, setting)
    best_ours, best_bare = ours.best, bare.best
    ratio = best_ours.sent_per_s / best_bare.sent_per_s if best_ours and best_bare else None
    us_each = _us_each(best_ours, best_bare)
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            Target(
                name="send to index visible, p99, at the sustained rate",
                unit="ms",
                wanted="at most",
                limit=P99_MS_MAX,
                measured=best_ours.p99_ms if best_ours else None,
            ),
            Target(
                name="sustained positions a second over those of the bare app",
                unit="",
                wanted="at least",
                limit=RATIO_MIN,
                measured=ratio,
            ),
        ),
        broken=(*holds(not heard.refusals, f"positions were refused: {heard.refusals}"),),
        figures={
            "positions_per_s": best_ours.sent_per_s if best_ours else None,
            "bare_positions_per_s": best_bare.sent_per_s if best_bare else None,
            "processor_us_per_position": us_each,
            "tries": msgspec.to_builtins(ours.tries),
            "bare_tries": msgspec.to_builtins(bare.tries),
        },
        processor_s={
            name: found.processor_s
            for name, found in (("sustained rate", best_ours), ("bare", best_bare))
            if found
        },
        profile=dict(ours.profile),
        panels=(
            Panel(
                title="delay of the slowest percent by rate",
                across="positions a second",
                up="ms from send to visible, p99",
                lines={"api to index": ours.curve(), "bare decoding": bare.curve()},
                limits={"target": P99_MS_MAX},
                is_logarithmic=True,
            ),
            Panel(
                title="processor time of one position",
                across="process",
                up="microseconds",
                bars=us_each,
            ),
        ),
    )


def _us_each(ours: Try | None, bare: Try | None) -> dict[str, float]:
    """Return the processor time of one report by process; the bare server's last."""
    found = dict[str, float]()
    if ours is not None:
        found |= {name: round(ours.processor_us_each(name), 1) for name in ours.processor_s}
    if bare is not None:
        found["bare"] = round(bare.processor_us_each("bare"), 1)
    return found


async def _ours(size: Size, setting: Setting) -> tuple[_Search, Heard]:
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        is_sampled=setting.is_profiled,
    )
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, seed=setting.seed) as fleet,
    ):
        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        await fleet.walk(rate_per_s=size.first_per_s, duration_s=size.try_s)  # to warm up
        rows = _marked_rows(size)
        watched = [(row, lab.people.couriers[row].id) for row in rows]

        async def offer(rate_per_s: float) -> Try:
            before = lab.usage(client=fleet.pid)
            async with watching_index(lab.runtime.redis, watched) as seen:
                walk = await fleet.walk(
                    rate_per_s=rate_per_s, duration_s=size.try_s, marked_rows=rows
                )
                await until_idle([*lab.pids()["api"], fleet.pid])
            spent = spent_s(before, lab.usage(client=fleet.pid))
            found = _judged(rate_per_s, size, walk, delays_s(walk.marked, seen), spent)
            setting.tell(f"api: {_line(found)}")
            return found

        tries = await _searched(size, offer)
        found, profile = best(tries), dict[str, tuple[Share, ...]]()
        if setting.is_profiled and found:
            async with sampling(lab.pids(), lab.folder) as profile:
                await fleet.walk(rate_per_s=found.rate_per_s, duration_s=size.try_s)
        return _Search(tries=tries, profile=profile), (await fleet.tell()).heard


async def _bare(size: Size, setting: Setting) -> _Search:
    people = [(str(row), "none") for row in range(size.couriers_count)]
    async with (
        bare_server("decode") as bare,
        remote_fleet(host=bare.host, port=bare.port, is_bare=True, seed=setting.seed) as fleet,
    ):
        await fleet.enlist(people, center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)

        async def offer(rate_per_s: float) -> Try:
            named = {"bare": bare.pid, "client": fleet.pid}
            counted_before = bare.heard_count()
            before = {name: usage([pid]) for name, pid in named.items()}
            async with watching_count(bare.heard_count) as counts:
                walk = await fleet.walk(rate_per_s=rate_per_s, duration_s=size.try_s)
                await until_idle(named.values())
            spent = spent_s(before, {name: usage([pid]) for name, pid in named.items()})
            lags = lags_s(walk.slots, counts, counted_before=counted_before)
            found = _judged(rate_per_s, size, walk, lags, spent)
            setting.tell(f"bare: {_line(found)}")
            return found

        await until_idle([bare.pid])
        return _Search(tries=await _searched(size, offer))


def _marked_rows(size: Size) -> list[int]:
    """Return the rows of the couriers whose every report is looked for, spread evenly."""
    step = size.couriers_count // size.marked_count
    return list(range(0, size.couriers_count, step))[: size.marked_count]


async def _searched(size: Size, offer: Callable[[float], Awaitable[Try]]) -> list[Try]:
    return await search(
        offer, first_per_s=size.first_per_s, most_per_s=size.most_per_s, steps=size.steps
    )


def _judged(
    rate_per_s: float, size: Size, walk: Walk, took_s: list[float], processor_s: dict[str, float]
) -> Try:
    took = distribution([1e3 * each_s for each_s in took_s])
    p50_ms, p99_ms = took.p50 or 0.0, took.p99 or 0.0
    sent_per_s = walk.sent_count / size.try_s
    has_kept_up = sent_per_s >= KEPT_UP_SHARE_MIN * rate_per_s
    return Try(
        rate_per_s=rate_per_s,
        sent_count=walk.sent_count,
        sent_per_s=sent_per_s,
        p50_ms=p50_ms,
        p99_ms=p99_ms,
        processor_s=processor_s,
        is_sustained=has_kept_up and took.count > 0 and p99_ms <= P99_MS_MAX,
    )


def _line(found: Try) -> str:
    verdict = "holds" if found.is_sustained else "does not hold"
    return (
        f"{found.rate_per_s:.0f}/s {verdict}: sent {found.sent_per_s:.0f}/s, "
        f"p50 {found.p50_ms:.0f} ms, p99 {found.p99_ms:.0f} ms"
    )
