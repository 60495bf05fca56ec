"""Does anything grow when the service works for two hours at 60 % of what it can?

Couriers report, accept and lose their connections now and then; merchants post and cancel; others
watch; and all renew their sessions as apps do. Every few seconds it is noted what the processes
hold. Flat is what grows by no more than a stated share over the second half, by least squares: so
a level that trembles does not count, nor what is filled once at first. The database grows with the
jobs that are kept, by design: it is drawn, and has no target.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from loadtests.live.census import events_in, faults_in, holdings
from loadtests.live.fleet import RemoteFleet, remote_fleet
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.offer_latency import first_offer
from loadtests.live.onlookers import Onlookers
from loadtests.live.outcome import Outcome, Panel, Target, distribution, holds
from loadtests.live.people import CENTER_DEG
from loadtests.live.posting import remote_shop
from loadtests.live.probe import spent_s, usage
from loadtests.live.regulars import Regulars
from loadtests.live.remote import Remote, remote
from loadtests.live.setting import Setting
from loadtests.live.watchers import views_of
from service.clock import monotonic_s

CAPACITY_RECORD = Path(__file__).with_name("results") / "position_storm.json"
QUESTION = "Does anything grow in two hours at 60 % of the capacity?"
LOAD_SHARE = 0.6
POSITIONS_PER_S_DEFAULT = 5_000.0  # the capacity, where no record of `position_storm` says it
MEMORY_GROWTH_SHARE_MAX = 0.03  # over the second half
COUNT_GROWTH_SHARE_MAX = 0.05
MEMORY_MIB_MIN, COUNT_MIN = 32.0, 40.0  # less counts as this: a MiB, or two of a kind, is no trend
HOLD_S = 20.0  # a job is in hand for so long
CUT_SHARE, CUT_EVERY_S, CUT_SPREAD_S = 0.01, 10.0, 3.0
MERCHANTS_COUNT = 20
OVER = "4401"  # the close code of a session that was not renewed
POOL_QUERY = """
SELECT pg_database_size(current_database())::int8 AS database_bytes,
       count(*)::int8 AS connections_count,
       count(*) FILTER (WHERE state LIKE 'idle in transaction%'
                          AND state_change < clock_timestamp() - interval '3 s')::int8
         AS stuck_count
  FROM pg_stat_activity WHERE application_name = 'hexhaul'
"""


class Size(Struct, frozen=True, kw_only=True):
    """`positions_share` is of the capacity; the rest is in proportion to the couriers."""

    couriers_count: int
    consoles_count: int
    positions_share: float
    jobs_per_s: float
    duration_s: float
    look_s: float


WHOLE = Size(
    couriers_count=2_000,
    consoles_count=5,
    positions_share=LOAD_SHARE,
    jobs_per_s=20.0,
    duration_s=7_200.0,
    look_s=5.0,
)
QUICK = Size(
    couriers_count=400,
    consoles_count=3,
    positions_share=0.1,
    jobs_per_s=5.0,
    duration_s=60.0,
    look_s=2.0,
)
LEAST = Size(
    couriers_count=30,
    consoles_count=1,
    positions_share=0.005,
    jobs_per_s=2.0,
    duration_s=4.0,
    look_s=0.5,
)
S_MAX = 8_400.0


class Look(Struct, frozen=True, kw_only=True):
    """What is held at one moment. Memory is resident, of the processes."""

    at_s: float
    api_mib: float
    relay_mib: float
    dispatch_mib: float
    valkey_mib: float
    database_mib: float  # on disk
    api_files: int
    api_tasks: int
    api_threads: int
    api_peers: int
    relay_files: int
    dispatch_files: int
    postgres_connections: int
    postgres_stuck: int  # idle in a transaction for seconds
    valkey_files: int


class _Watched(Struct):
    close_codes: dict[str, int]
    renewed_count: int
    renewal_failures: dict[str, int]


class _Capacity(Struct):
    positions_per_s: float | None  # None: none was sustained


class _Record(Struct):
    figures: _Capacity


class _Traded(Struct):
    statuses: dict[str, int]
    took_s: list[float]


MEMORIES = ("api_mib", "relay_mib", "dispatch_mib", "valkey_mib")
COUNTS = (
    *("api_files", "api_tasks", "api_threads", "api_peers", "relay_files", "dispatch_files"),
    *("postgres_connections", "valkey_files"),
)


async def run(size: Size, setting: Setting) -> Outcome:
    """Let everybody do what they do, and look."""
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        merchants_count=MERCHANTS_COUNT,
        is_sampled=True,
    )
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, accepts=True, seed=setting.seed) as fleet,
        remote(Regulars, **_regulars(lab, setting)) as regulars,
        remote(Onlookers, host=lab.host, port=lab.port) as onlookers,
        asyncio.TaskGroup() as group,
    ):
        await _settle_down(lab, fleet, onlookers, size)
        clients = {"fleet": fleet.pid, "shop": regulars.pid, "client": onlookers.pid}
        before = lab.usage(**clients)
        positions_per_s = size.positions_share * capacity_per_s()
        walking = group.create_task(_walk(fleet, positions_per_s))
        cutting = group.create_task(_cut(fleet, size))
        words = {"rate_per_s": size.jobs_per_s, "hold_s": HOLD_S, "duration_s": size.duration_s}
        trading = group.create_task(regulars.do("trade", **words))
        looks = await _looks(lab, size, setting)
        await trading
        walking.cancel()
        cutting.cancel()
        after = lab.usage(**clients)
        traded = await regulars.ask(_Traded, "tell")
        told, watched = await fleet.tell(), await onlookers.ask(_Watched, "tell")
        faults = faults_in(events_in(lab.folder / "api.log"))
    heard = told.heard
    renewed_count = heard.renewed_count + watched.renewed_count
    setting.tell(f"{renewed_count} sessions renewed, {heard.recovered_count} connections resumed")
    over_count = sum(codes.get(OVER, 0) for codes in (told.counts.close_codes, watched.close_codes))
    failures = {"couriers": told.renewal_failures, "onlookers": watched.renewal_failures}
    blamed = {status: n for status, n in traded.statuses.items() if status.startswith("5")}
    return Outcome(
        sizes={**msgspec.to_builtins(size), "positions_per_s": positions_per_s},
        targets=tuple(targets(looks)),
        broken=(
            *holds(not faults, f"faults were logged: {faults}"),
            *holds(not blamed, f"answers {blamed}"),
            *holds(not heard.gaps_count, f"{heard.gaps_count} events were lost"),
            *holds(not heard.repeats_count, f"{heard.repeats_count} events came twice"),
            *holds(heard.accepted, "no offer was accepted"),
            *holds(
                not over_count,
                f"{over_count} sessions were not renewed in time; of asking failed: {failures}",
            ),
            *holds(not any(look.postgres_stuck for look in looks), "a transaction is stuck"),
        ),
        figures={
            "looks": msgspec.to_builtins(looks),
            "answers": traded.statuses,
            "requests_ms": distribution([1e3 * each for each in traded.took_s]),
            "accepts_ms": distribution([1e3 * each.took_s for each in heard.accepted]),
            "reconnects_count": heard.recovered_count,
            "renewals_count": renewed_count,
            "renewal_failures": failures,
            "close_codes": told.counts.close_codes,
            "events_count": heard.events_count,
        },
        processor_s={"all": spent_s(before, after)},
        profile={},
        panels=_panels(looks),
    )


def capacity_per_s() -> float:
    """Return the positions a second that the record of `position_storm` says are sustained."""
    try:
        record = msgspec.json.decode(CAPACITY_RECORD.read_bytes(), type=_Record)
    except FileNotFoundError:
        return POSITIONS_PER_S_DEFAULT
    return record.figures.positions_per_s or POSITIONS_PER_S_DEFAULT


def _regulars(lab: Lab, setting: Setting) -> dict[str, object]:
    keys = [merchant.key for merchant in lab.people.merchants]
    return {"host": lab.host, "port": lab.port, "keys": keys, "seed": setting.seed}


async def _settle_down(lab: Lab, fleet: RemoteFleet, onlookers: Remote, size: Size) -> None:
    """Connect everybody, and wait until offers are made."""
    await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
    await fleet.dial(size.couriers_count)
    keys = [merchant.key for merchant in lab.people.merchants]
    words = {"path": "/v1/stream", "keys": keys, "watches": []}
    await onlookers.do("join", kind="merchants", **words)
    for kind, watches in views_of(size.consoles_count).items():
        words = {"path": "/v1/ops/feed", "keys": [lab.people.operator.key] * len(watches)}
        await onlookers.do("join", kind=kind, watches=watches, **words)
    await fleet.walk(rate_per_s=size.couriers_count / 2.0, duration_s=2.0)
    async with remote_shop(host=lab.host, port=lab.port) as shop:
        await first_offer(lab, fleet, shop)


async def _walk(fleet: RemoteFleet, positions_per_s: float) -> None:
    """Let the couriers report for ever."""
    while True:
        await fleet.walk(rate_per_s=positions_per_s, duration_s=5.0)


async def _cut(fleet: RemoteFleet, size: Size) -> None:
    """Take the connection from a few now and then."""
    while True:
        await asyncio.sleep(min(CUT_EVERY_S, size.duration_s / 4.0))
        count = max(1, int(CUT_SHARE * size.couriers_count))
        await fleet.cut(count, spread_s_max=min(CUT_SPREAD_S, size.duration_s / 8.0))


async def _looks(lab: Lab, size: Size, setting: Setting) -> list[Look]:
    """Look every few seconds until the time is over."""
    looks, began_s = list[Look](), monotonic_s()
    while (passed_s := monotonic_s() - began_s) < size.duration_s:
        looks.append(await _look(lab, at_s=passed_s))
        if len(looks) % 12 == 0:
            setting.tell(f"after {passed_s:.0f} s: {looks[-1]}")
        await asyncio.sleep(size.look_s)
    return looks


async def _look(lab: Lab, *, at_s: float) -> Look:
    pids = lab.pids()
    held = await holdings(pids["api"][0], lab)
    relay, dispatch, valkey = (usage(pids[name]) for name in ("relay", "dispatch", "valkey"))
    async with lab.runtime.pool.connection() as conn:
        (row,) = await conn.fetch(POOL_QUERY)
    return Look(
        at_s=at_s,
        api_mib=held.rss_kib / 1024.0,
        relay_mib=relay.rss_kib / 1024.0,
        dispatch_mib=dispatch.rss_kib / 1024.0,
        valkey_mib=valkey.rss_kib / 1024.0,
        database_mib=int(str(row["database_bytes"])) / 1_048_576.0,
        api_files=held.files_count,
        api_tasks=held.tasks_count,
        api_threads=held.threads_count,
        api_peers=held.peers_count,
        relay_files=relay.files_count,
        dispatch_files=dispatch.files_count,
        postgres_connections=int(str(row["connections_count"])),
        postgres_stuck=int(str(row["stuck_count"])),
        valkey_files=valkey.files_count,
    )


def growth_share(values: Sequence[float], *, level_min: float) -> float:
    """Return by which share of their mean the values of the second half grow over it.

    The slope is that of least squares; the values are evenly spaced in time. A mean below
    `level_min` counts as that: a pool of ten may well have one more.
    """
    half = np.array(values[len(values) // 2 :], dtype=float)
    if len(half) < 2:
        return 0.0
    slope = float(np.polyfit(np.arange(len(half)), half, 1)[0])
    return slope * (len(half) - 1) / max(level_min, float(half.mean()))


def targets(looks: Sequence[Look]) -> list[Target]:
    """Return what is judged of all that was looked at, at even distances in time."""
    judged = dict.fromkeys(MEMORIES, (MEMORY_GROWTH_SHARE_MAX, MEMORY_MIB_MIN))
    judged |= dict.fromkeys(COUNTS, (COUNT_GROWTH_SHARE_MAX, COUNT_MIN))
    return [
        Target(
            name=f"{name} grows over the second half, share",
            unit="",
            wanted="at most",
            limit=limit,
            measured=growth_share([getattr(look, name) for look in looks], level_min=level_min),
        )
        for name, (limit, level_min) in judged.items()
    ]


def _panels(looks: list[Look]) -> tuple[Panel, ...]:
    def over_time(names: Sequence[str]) -> dict[str, list[tuple[float, float]]]:
        return {
            name.replace("_", " "): [(look.at_s / 60.0, getattr(look, name)) for look in looks]
            for name in names
        }

    return (
        Panel(
            title="memory, and the database on disk",
            across="minutes",
            up="MiB",
            lines=over_time((*MEMORIES, "database_mib")),
        ),
        Panel(
            title="what is held",
            across="minutes",
            up="count",
            lines=over_time(COUNTS),
            is_logarithmic=True,
        ),
    )
