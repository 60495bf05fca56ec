"""What do clients cost that do not read, and who else notices?

Good couriers report and ask, first alone and then beside hostile consoles, in one run. A hostile
one costs something from when `COST_BYTES` wait for it in the kernel, or from its first ping; the
kernel's buffers count as memory like those of the process.
"""

import asyncio

import msgspec
from msgspec import Struct

from loadtests.live.asking import Asked, RemoteAskingFleet, asking_fleet
from loadtests.live.census import events_in, faults_in
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.nuisances import Nuisances
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
from loadtests.live.probe import spent_s, usage
from loadtests.live.queues import Queue, queues
from loadtests.live.remote import Remote, remote
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from service.clock import monotonic_s

QUESTION = "What do clients cost that do not read, and who notices?"
KIB_EACH_MAX = 256.0
GONE_S_MAX = 10.0
P99_RATIO_MAX = 1.2
COST_BYTES = 65_536
LOOK_S = 0.25
VIEW_DEG = 0.02  # to each side of the middle: about a sixth of the couriers
ZOOM, FRAMES_PER_S = 16.0, 4.0
REPORT_S = 4.0  # between two reports of a courier


class Size(Struct, frozen=True, kw_only=True):
    """The good ones are measured for `alone_s` alone, and beside the others at least as long."""

    couriers_count: int
    hostile_count: int
    questions_per_s: float
    warm_s: float
    alone_s: float
    beside_s_max: float  # until the last hostile one is gone


WHOLE = Size(
    couriers_count=2_000,
    hostile_count=200,
    questions_per_s=100.0,
    warm_s=10.0,
    alone_s=20.0,
    beside_s_max=90.0,
)
QUICK = Size(
    couriers_count=400,
    hostile_count=30,
    questions_per_s=50.0,
    warm_s=4.0,
    alone_s=5.0,
    beside_s_max=60.0,
)
LEAST = Size(
    couriers_count=60,
    hostile_count=6,
    questions_per_s=20.0,
    warm_s=0.2,
    alone_s=1.0,
    beside_s_max=3.0,
)
S_MAX = 400.0


class Watched(Struct, kw_only=True):
    """One hostile connection, as the server's end of it looked from time to time."""

    kind: str
    came_at_s: float
    costs_at_s: float | None = None
    gone_at_s: float | None = None
    queued_bytes_max: int = 0

    def look(self, queue: Queue | None, *, now_s: float) -> None:
        """Note what the server's end is like now; None when it is closed."""
        if self.gone_at_s is not None:
            return
        if queue is None:
            self.gone_at_s = now_s
            return
        self.queued_bytes_max = max(self.queued_bytes_max, queue.unsent_bytes)
        if self.costs_at_s is None and queue.unsent_bytes >= COST_BYTES:
            self.costs_at_s = now_s

    @property
    def gone_after_s(self) -> float | None:
        """How long it cost something; None while it is there, 0 if it never did."""
        if self.gone_at_s is None:
            return None
        return 0.0 if self.costs_at_s is None else self.gone_at_s - self.costs_at_s


class _Beside(Struct, frozen=True, kw_only=True):
    """What the part with hostile clients looked like from outside."""

    watched: list[Watched]
    rss_kib_before: int
    rss_kib_max: int


async def run(size: Size, setting: Setting) -> Outcome:
    """Measure the good ones alone, and then beside the others."""
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        is_sampled=setting.is_profiled,
    )
    async with (
        open_lab(plan) as lab,
        asking_fleet(host=lab.host, port=lab.port, seed=setting.seed) as fleet,
        remote(Nuisances, **_nuisances(lab)) as hostile,
    ):
        (api,) = lab.pids()["api"]
        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        async with asyncio.TaskGroup() as group:
            walking = group.create_task(_walk(fleet, size))
            await fleet.inquire(rate_per_s=size.questions_per_s, duration_s=size.warm_s)
            codes_before = (await fleet.tell()).counts.close_codes
            used = [lab.usage(client=fleet.pid, hostile=hostile.pid)]
            alone = await fleet.inquire(rate_per_s=size.questions_per_s, duration_s=size.alone_s)
            used.append(lab.usage(client=fleet.pid, hostile=hostile.pid))
            setting.tell(f"alone: {_in_ms(alone)}")
            async with sampling([api], lab.folder if setting.is_profiled else None) as shares:
                watching = group.create_task(_watch(api, lab, hostile, size))
                beside = await _inquire_until_done(fleet, size, watching)
            used.append(lab.usage(client=fleet.pid, hostile=hostile.pid))
            setting.tell(f"beside: {_in_ms(beside)}")
            walking.cancel()
        told = await fleet.tell()
        faults = faults_in(events_in(lab.folder / "api.log"))
    parts = {"alone": spent_s(used[0], used[1]), "beside": spent_s(used[1], used[2])}
    return _outcome(
        size,
        alone=alone,
        beside=beside,
        seen=watching.result(),
        broken=(
            *holds(not faults, f"faults were logged: {faults}"),
            *holds(
                told.counts.close_codes == codes_before,
                f"good connections ended: {codes_before} and then {told.counts.close_codes}",
            ),
            *holds(not beside.unanswered_count, "a good one was not answered"),
        ),
        processor_s=parts,
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


async def _watch(api: int, lab: Lab, hostile: Remote, size: Size) -> _Beside:
    """Let the hostile ones in, and look at them until all are gone."""
    rss_kib_before = rss_kib_max = usage([api]).rss_kib
    until_s = monotonic_s() + size.beside_s_max
    ports = await hostile.ask(dict[str, list[int]], "begin", count=size.hostile_count)
    now_s = monotonic_s()
    watched = {
        port: Watched(kind=kind, came_at_s=now_s, costs_at_s=now_s if kind == "flooding" else None)
        for kind, each in ports.items()
        for port in each
    }
    while monotonic_s() < until_s and any(one.gone_at_s is None for one in watched.values()):
        found, now_s = queues(api, lab.port), monotonic_s()
        for port, one in watched.items():
            one.look(found.get(port), now_s=now_s)
        rss_kib_max = max(rss_kib_max, usage([api]).rss_kib)
        await asyncio.sleep(LOOK_S)
    return _Beside(
        watched=list(watched.values()), rss_kib_before=rss_kib_before, rss_kib_max=rss_kib_max
    )


async def _inquire_until_done(
    fleet: RemoteAskingFleet, size: Size, watching: asyncio.Task[_Beside]
) -> Asked:
    """Ask until the hostile ones are gone, and at least for as long as alone."""
    took_s, unanswered_count, is_first = list[float](), 0, True
    while is_first or not watching.done():
        part_s = size.alone_s if is_first else min(5.0, size.alone_s)
        part = await fleet.inquire(rate_per_s=size.questions_per_s, duration_s=part_s)
        took_s += part.took_s
        unanswered_count += part.unanswered_count
        is_first = False
    return Asked(took_s=took_s, unanswered_count=unanswered_count)


def _in_ms(asked: Asked) -> str:
    found = _milliseconds(asked)
    return f"p50 {found.p50} ms, p99 {found.p99} ms over {found.count}"


def _milliseconds(asked: Asked) -> Distribution:
    return distribution([1e3 * each for each in asked.took_s])


def _outcome(
    size: Size,
    *,
    alone: Asked,
    beside: Asked,
    seen: _Beside,
    broken: tuple[str, ...],
    processor_s: dict[str, dict[str, float]],
    shares: list[Share],
) -> Outcome:
    alone_ms, beside_ms = _milliseconds(alone), _milliseconds(beside)
    queued_kib = sum(one.queued_bytes_max for one in seen.watched) / 1024.0
    grown_kib = float(seen.rss_kib_max - seen.rss_kib_before)
    stays = [one.gone_after_s for one in seen.watched]
    gone_s = [stay for stay in stays if stay is not None]
    is_all_gone = len(gone_s) == len(stays)
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            _at_most(
                "p99 beside them, of that alone", "", P99_RATIO_MAX, _ratio(beside_ms, alone_ms)
            ),
            _at_most(
                "memory of each, with the kernel's",
                "KiB",
                KIB_EACH_MAX,
                (grown_kib + queued_kib) / len(stays),
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
            "alone_ms": alone_ms,
            "beside_ms": beside_ms,
            "process_grown_kib_each": grown_kib / len(stays),
            "kernel_queued_kib_each": queued_kib / len(stays),
            "by_kind": _by_kind(seen.watched),
        },
        processor_s=processor_s,
        profile=tuple(shares),
        panels=(
            Panel(
                title="answers to good couriers, all samples",
                across="percent of the questions",
                up="ms",
                lines={"alone": curve(alone_ms), "beside": curve(beside_ms)},
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
