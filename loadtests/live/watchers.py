"""What does it cost to be watched: by consoles with a part of the map each, and by merchants?

Couriers move, and each has a job in hand, of a merchant of its own. First nobody watches, then
merchants, then consoles as well: close in, a quarter of the city, and far out, each at its pace.
"""

import asyncio

import msgspec
from msgspec import Struct

from loadtests.live.fleet import RemoteFleet, remote_fleet
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.offer_latency import first_offer, keep_reporting
from loadtests.live.onlookers import Onlookers, Seen
from loadtests.live.outcome import Outcome, Panel, Target, curve, distribution, holds
from loadtests.live.people import CENTER_DEG
from loadtests.live.posting import RemoteShop, remote_shop
from loadtests.live.probe import spent_s
from loadtests.live.remote import Remote, remote
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from loadtests.live.waiting import until

QUESTION = "What does it cost to be watched?"
AGE_P99_S_MAX = 2.0  # promised of positions on a console
ASSIGNED_S_MAX = 120.0
ASSIGNED_SHARE_MIN = 0.8  # of the jobs; then it is time to watch
POSTS_PER_S = 50.0
CONSOLES = {  # kind: degrees to each side of a middle, zoom, frames a second
    "close in": (0.006, 16.0, 4.0),
    "quarter": (0.02, 14.0, 2.0),
    "far out": (0.06, 11.0, 1.0),
}


class Size(Struct, frozen=True, kw_only=True):
    couriers_count: int
    consoles_count: int
    merchants_count: int
    part_s: float  # of each of the three parts
    sighting_interval_s: float = 5.0  # of a courier, for a merchant


WHOLE = Size(couriers_count=2_000, consoles_count=50, merchants_count=2_000, part_s=30.0)
QUICK = Size(couriers_count=300, consoles_count=12, merchants_count=200, part_s=6.0)
LEAST = Size(
    couriers_count=30, consoles_count=3, merchants_count=10, part_s=1.5, sighting_interval_s=0.5
)
S_MAX = 600.0


class _Told(Struct):
    seen: dict[str, Seen]
    close_codes: dict[str, int]
    open_count: int


class _Part(Struct, frozen=True, kw_only=True):
    """A while with some of them watching."""

    name: str
    told: _Told
    processor_s: dict[str, float]


async def run(size: Size, setting: Setting) -> Outcome:
    """Let more and more people watch."""
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        merchants_count=size.merchants_count,
        environment={"HEXHAUL_SIGHTING_INTERVAL_S": str(size.sighting_interval_s)},
        is_sampled=setting.is_profiled,
    )
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, accepts=True, seed=setting.seed) as fleet,
        remote_shop(host=lab.host, port=lab.port, seed=setting.seed) as shop,
        remote(Onlookers, host=lab.host, port=lab.port) as onlookers,
        asyncio.TaskGroup() as group,
    ):
        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        walking = group.create_task(keep_reporting(fleet, size.couriers_count))
        assigned_count = await _give_work(lab, fleet, shop, size)
        setting.tell(f"{assigned_count} jobs are in hand")
        parts = [await _part("nobody", lab, fleet, onlookers, size)]
        keys = [merchant.key for merchant in lab.people.merchants]
        await _join(onlookers, "merchants", "/v1/stream", keys, [])
        parts.append(await _part("merchants", lab, fleet, onlookers, size))
        for kind, watches in views_of(size.consoles_count).items():
            keys = [lab.people.operator.key] * len(watches)
            await _join(onlookers, kind, "/v1/ops/feed", keys, watches)
        async with sampling(lab.pids(), lab.folder if plan.is_sampled else None) as profile:
            parts.append(await _part("merchants and consoles", lab, fleet, onlookers, size))
        walking.cancel()
    return _outcome(size, parts, assigned_count=assigned_count, profile=profile)


async def _give_work(lab: Lab, fleet: RemoteFleet, shop: RemoteShop, size: Size) -> int:
    """Post one job of each merchant, and wait until most are in hand; return how many are."""
    await first_offer(lab, fleet, shop)
    jobs_count = min(size.merchants_count, size.couriers_count)
    keys = [merchant.key for merchant in lab.people.merchants[:jobs_count]]
    await shop.post(keys, rate_per_s=POSTS_PER_S, duration_s=jobs_count / POSTS_PER_S)

    async def is_in_hand() -> bool:
        return await _in_hand_count(lab) >= ASSIGNED_SHARE_MIN * jobs_count

    await until(is_in_hand, s_max=ASSIGNED_S_MAX)
    return await _in_hand_count(lab)


async def _in_hand_count(lab: Lab) -> int:
    query = "SELECT count(*)::int8 AS jobs_count FROM job WHERE courier_id IS NOT NULL"
    async with lab.runtime.pool.connection() as conn:
        return int(str((await conn.fetch(query))[0]["jobs_count"]))


def views_of(consoles_count: int) -> dict[str, list[str]]:
    """Return what each console watches; all middles are on a diagonal through the city."""
    views = {kind: list[str]() for kind in CONSOLES}
    for row in range(consoles_count):
        kind = tuple(CONSOLES)[row % len(CONSOLES)]
        around_deg, zoom, frames_per_s = CONSOLES[kind]
        off_deg = 0.03 * (row / max(1, consoles_count - 1) - 0.5)
        lat_deg, lng_deg = CENTER_DEG[0] + off_deg, CENTER_DEG[1] + off_deg
        views[kind].append(
            msgspec.json.encode(
                {
                    "type": "watch",
                    "south_deg": lat_deg - around_deg,
                    "west_deg": lng_deg - around_deg,
                    "north_deg": lat_deg + around_deg,
                    "east_deg": lng_deg + around_deg,
                    "zoom": zoom,
                    "frames_per_s": frames_per_s,
                }
            ).decode()
        )
    return views


async def _join(
    onlookers: Remote, kind: str, path: str, keys: list[str], watches: list[str]
) -> None:
    await onlookers.do("join", kind=kind, path=path, keys=keys, watches=watches)


async def _part(name: str, lab: Lab, fleet: RemoteFleet, onlookers: Remote, size: Size) -> _Part:
    """Let it be for a while; return what everybody was sent, and what it cost."""
    await onlookers.do("forget")
    before = lab.usage(fleet=fleet.pid, client=onlookers.pid)
    await asyncio.sleep(size.part_s)
    after = lab.usage(fleet=fleet.pid, client=onlookers.pid)
    told = await onlookers.ask(_Told, "tell")
    return _Part(name=name, told=told, processor_s=spent_s(before, after))


def _outcome(
    size: Size, parts: list[_Part], *, assigned_count: int, profile: dict[str, tuple[Share, ...]]
) -> Outcome:
    last = parts[-1]
    counts = {kind: len(views) for kind, views in views_of(size.consoles_count).items()}
    counts = {"merchants": size.merchants_count} | counts
    age = distribution([each for seen in last.told.seen.values() for each in seen.age_s])
    figures = {
        kind: _figures(last.told.seen[kind], count, size.part_s) for kind, count in counts.items()
    }
    api_share = {part.name: part.processor_s["api"] / size.part_s for part in parts}
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            Target(
                name="age of a position on a console, p99",
                unit="s",
                wanted="at most",
                limit=AGE_P99_S_MAX,
                measured=age.p99,
            ),
        ),
        broken=(
            *holds(not last.told.close_codes, f"connections ended: {last.told.close_codes}"),
            *holds(
                last.told.open_count == sum(counts.values()), "somebody who watched is not there"
            ),
            *holds(
                any(
                    "courier_positions" in part.told.seen["merchants"].frames_count
                    for part in parts[1:]
                ),
                "no merchant was shown a courier",
            ),
        ),
        figures={
            "jobs_in_hand_count": assigned_count,
            "api_processor_share": api_share,
            "position_age_s": age,
            "by_kind": figures,
        },
        processor_s={part.name: part.processor_s for part in parts},
        profile=profile,
        panels=(
            Panel(
                title="api's processor time",
                across="who watches",
                up="share of a core",
                bars={name.replace(" and ", "\nand "): share for name, share in api_share.items()},
            ),
            Panel(
                title="sent to each who watches",
                across="kind",
                up="bytes per second",
                bars={kind: each["bytes_per_s_each"] for kind, each in figures.items()},
                is_logarithmic=True,
            ),
            Panel(
                title="age of positions on a console",
                across="percent of the positions",
                up="s",
                lines={"close in": curve(age)},
                limits={"promise": AGE_P99_S_MAX},
            ),
        ),
    )


def _figures(seen: Seen, count: int, part_s: float) -> dict[str, float]:
    frames_count, bytes_count = sum(seen.frames_count.values()), sum(seen.bytes_count.values())
    return {
        "count": count,
        "frames_per_s": frames_count / part_s,
        "frames_per_s_each": frames_count / part_s / count,
        "bytes_per_s_each": bytes_count / part_s / count,
        "bytes_per_frame": bytes_count / max(1, frames_count),
        **{f"{type_}_per_s": n / part_s for type_, n in seen.frames_count.items()},
    }
