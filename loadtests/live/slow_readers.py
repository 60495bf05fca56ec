"""What do clients cost that do not read, and who else notices?

Good couriers report and ask, alone and beside hostile consoles, in one run. A hostile one costs
something from when `COST_BYTES` wait for it in the kernel, or from its first ping; the kernel's
buffers count as memory like those of the process.

To compare like with like: the couriers are alone before and after, and both count; as many good
consoles who watch the same are measured, too; and consoles arrive over some seconds, so few that
all are there before the first is cut. What it costs when many come at once asks `reconnect_storm`.
"""

import asyncio
from collections.abc import Sequence

import msgspec

from loadtests.live.asking import Asked, RemoteAskingFleet, asking_fleet
from loadtests.live.census import events_in, faults_in
from loadtests.live.company import Pace, Part, Scene
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.nuisances import GOOD, HOSTILE, Nuisances
from loadtests.live.outcome import (
    Distribution,
    Outcome,
    Panel,
    Target,
    curve,
    distribution,
    holds,
)
from loadtests.live.people import CENTER_DEG
from loadtests.live.remote import remote
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from loadtests.live.watched import Watched

QUESTION = "What do clients cost that do not read, and who notices?"
KIB_EACH_MAX = 256.0
GONE_S_MAX = 10.0
P99_RATIO_MAX = 1.2
VIEW_DEG = 0.02  # to each side of the middle: about a sixth of the couriers
ZOOM, FRAMES_PER_S = 16.0, 4.0
REPORT_S = 4.0  # between two reports of a courier


class Size(Pace, frozen=True, kw_only=True):
    couriers_count: int
    warm_s: float


WHOLE = Size(
    couriers_count=2_000,
    consoles_count=200,
    questions_per_s=100.0,
    warm_s=10.0,
    arrive_s=5.0,
    part_s=20.0,
    beside_s_max=90.0,
)
QUICK = Size(
    couriers_count=400,
    consoles_count=30,
    questions_per_s=50.0,
    warm_s=4.0,
    arrive_s=2.0,
    part_s=8.0,
    beside_s_max=60.0,
)
LEAST = Size(
    couriers_count=60,
    consoles_count=6,
    questions_per_s=20.0,
    warm_s=0.2,
    arrive_s=0.2,
    part_s=0.8,
    beside_s_max=3.0,
)
S_MAX = 400.0


async def run(size: Size, setting: Setting) -> Outcome:
    """Measure the good ones alone, beside other good ones, beside hostile ones, and alone again."""
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        is_sampled=setting.is_profiled,
    )
    async with (
        open_lab(plan) as lab,
        asking_fleet(host=lab.host, port=lab.port, seed=setting.seed) as fleet,
        remote(Nuisances, **_nuisances(lab)) as consoles,
    ):
        scene = Scene(lab, fleet, consoles, size)

        async def part(name: str, kinds: Sequence[str]) -> Part:
            done = await scene.part(name, kinds)
            found = _milliseconds(done.asked)
            setting.tell(f"{name}: p50 {found.p50} ms, p99 {found.p99} ms over {found.count}")
            return done

        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        async with asyncio.TaskGroup() as group:
            walking = group.create_task(_walk(fleet, size))
            await fleet.inquire(rate_per_s=size.questions_per_s, duration_s=size.warm_s)
            codes_before = (await fleet.tell()).counts.close_codes
            before = await part("alone, before", ())
            good = await part("beside good ones", GOOD)
            profiles = lab.folder if setting.is_profiled else None
            async with sampling(lab.pids(), profiles) as shares:
                hostile = await part("beside hostile ones", HOSTILE)
            after = await part("alone, after", ())
            walking.cancel()
        told = await fleet.tell()
        faults = faults_in(events_in(lab.folder / "api.log"))
    parts = (before, good, hostile, after)
    return _outcome(
        size,
        parts,
        broken=(
            *holds(not faults, f"faults were logged: {faults}"),
            *holds(
                told.counts.close_codes == codes_before,
                f"good connections ended: {codes_before} and then {told.counts.close_codes}",
            ),
            *holds(
                not any(part.asked.unanswered_count for part in parts), "a good one had no answer"
            ),
            *holds(
                all(one.gone_at_s is None for one in good.watched), "a console that reads was cut"
            ),
        ),
        shares=shares,
    )


def _nuisances(lab: Lab) -> dict[str, object]:
    lat_deg, lng_deg = CENTER_DEG
    watch = {
        "type": "watch",
        "south_deg": lat_deg - VIEW_DEG,
        "west_deg": lng_deg - VIEW_DEG,
        "north_deg": lat_deg + VIEW_DEG,
        "east_deg": lng_deg + VIEW_DEG,
        "zoom": ZOOM,
        "frames_per_s": FRAMES_PER_S,
    }
    return {
        "host": lab.host,
        "port": lab.port,
        "key": lab.people.operator.key,
        "watch": msgspec.json.encode(watch).decode(),
    }


async def _walk(fleet: RemoteAskingFleet, size: Size) -> None:
    """Let the couriers move for ever."""
    while True:
        await fleet.walk(rate_per_s=size.couriers_count / REPORT_S, duration_s=1.0)


def _outcome(
    size: Size,
    parts: Sequence[Part],
    *,
    broken: tuple[str, ...],
    shares: dict[str, tuple[Share, ...]],
) -> Outcome:
    before, good, hostile, after = parts
    alone_ms = _milliseconds(before.asked, after.asked)
    good_ms, hostile_ms = _milliseconds(good.asked), _milliseconds(hostile.asked)
    count = len(hostile.watched)
    queued_kib = sum(one.queued_bytes_max for one in hostile.watched) / 1024.0
    grown_kib = float(hostile.rss_kib_max - hostile.rss_kib_before)
    stays = [one.gone_after_s for one in hostile.watched]
    gone_s = [stay for stay in stays if stay is not None]
    is_all_gone = len(gone_s) == count
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            _at_most(
                "p99 beside them, of that alone", "", P99_RATIO_MAX, _ratio(hostile_ms, alone_ms)
            ),
            _at_most(
                "memory of each, with the kernel's",
                "KiB",
                KIB_EACH_MAX,
                (grown_kib + queued_kib) / count,
            ),
            _at_most(
                "gone after it cost something, the slowest",
                "s",
                GONE_S_MAX,
                max(gone_s) if is_all_gone else size.beside_s_max,
            ),
        ),
        broken=broken,
        figures={
            **{part.name.replace(", ", "_"): _milliseconds(part.asked) for part in (before, after)},
            "alone_ms": alone_ms,
            "beside_good_ms": good_ms,
            "beside_hostile_ms": hostile_ms,
            "p99_beside_good_of_alone": _ratio(good_ms, alone_ms),
            "process_grown_kib_each": grown_kib / count,
            "kernel_queued_kib_each": queued_kib / count,
            "by_kind": _by_kind(hostile.watched),
        },
        processor_s={part.name: part.processor_s for part in parts},
        profile=shares,
        panels=(
            Panel(
                title="answers to good couriers, all samples",
                across="percent of the questions",
                up="ms",
                lines={
                    "alone": curve(alone_ms),
                    "beside good ones": curve(good_ms),
                    "beside hostile ones": curve(hostile_ms),
                },
                is_logarithmic=True,
            ),
            Panel(
                title="how long each cost something" + ("" if is_all_gone else ", of those gone"),
                across="percent of the hostile ones",
                up="s",
                lines={"hostile": curve(distribution(gone_s))},
                limits={"target": GONE_S_MAX},
            ),
        ),
    )


def _milliseconds(*asked: Asked) -> Distribution:
    return distribution([1e3 * took_s for each in asked for took_s in each.took_s])


def _by_kind(watched: list[Watched]) -> dict[str, dict[str, object]]:
    kinds = dict[str, list[Watched]]()
    for one in watched:
        kinds.setdefault(one.kind, []).append(one)
    return {
        kind: {
            "count": len(ones),
            "gone_count": sum(one.gone_at_s is not None for one in ones),
            "gone_after_s": distribution(
                [one.gone_after_s for one in ones if one.gone_after_s is not None]
            ),
            "there_s": distribution(
                [one.gone_at_s - one.came_at_s for one in ones if one.gone_at_s is not None]
            ),
            "queued_kib_max": max(one.queued_bytes_max for one in ones) / 1024.0,
        }
        for kind, ones in kinds.items()
    }


def _ratio(over: Distribution, under: Distribution) -> float | None:
    return over.p99 / under.p99 if over.p99 and under.p99 else None


def _at_most(name: str, unit: str, limit: float, measured: float | None) -> Target:
    return Target(name=name, unit=unit, wanted="at most", limit=limit, measured=measured)
