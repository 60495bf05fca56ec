"""Does hostile traffic leave anything behind, or disturb anybody?

Frames of all kinds and handshakes of all kinds, seeded, from many peers at once with keys of all
audiences. Beside them a good courier works, and requests are probed. Afterwards the api process
must hold what it held when it was warm: tasks, files, memory.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import httpx
import msgspec
from msgspec import Struct

from loadtests.live.census import (
    Holdings,
    at_rest,
    events_in,
    examples_in,
    faults_in,
    is_more,
    settled,
)
from loadtests.live.fleet import RemoteFleet, remote_fleet
from loadtests.live.hostile.attackers import Attackers
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.outcome import Outcome, Panel, Target, distribution, holds
from loadtests.live.people import CENTER_DEG
from loadtests.live.posters import Posters
from loadtests.live.probe import spent_s
from loadtests.live.remote import Remote, remote
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting
from loadtests.live.waiting import until
from service.api.errors import STATUS_OF_CODE
from service.clock import monotonic_s

QUESTION = "Does hostile traffic leave anything behind?"
MEMORY_GROWTH_SHARE_MAX = 0.1
SETTLE_S_MAX = 45.0  # for sockets that wait for an end that never comes
PROBE_INTERVAL_S = 0.05
MERCHANT_LANES_COUNT = OPS_LANES_COUNT = 3
POSTED_S = 0.5  # jobs that are posted first, so that there are offers and stops of others
OFFERED_S_MAX = 20.0
IDS_COUNT_MAX = 200
TOLD_COUNT = 12  # bars of a chart


class Size(Struct, frozen=True, kw_only=True):
    """`warm_count` frames come first: what the process holds after them is held against it."""

    frames_count: int
    handshakes_count: int
    warm_count: int
    courier_lanes_count: int


WHOLE = Size(frames_count=100_000, handshakes_count=5_000, warm_count=5_000, courier_lanes_count=10)
QUICK = Size(frames_count=4_000, handshakes_count=300, warm_count=1_000, courier_lanes_count=4)
LEAST = Size(frames_count=400, handshakes_count=60, warm_count=1_000, courier_lanes_count=2)
S_MAX = 1_200.0


class _Tally(Struct):
    connections_count: int
    hostilities_count: int
    answers: dict[str, int]
    kinds: dict[str, int]
    surprises: list[str]


class _Probed(Struct):
    """What requests beside the attack were answered."""

    statuses: Counter[str] = msgspec.field(default_factory=Counter[str])
    took_s: list[float] = []


class _Seen(Struct, frozen=True, kw_only=True):
    """Everything that a run has to be judged by."""

    frames: _Tally
    handshakes: _Tally
    probed: _Probed
    before: Holdings
    after: Holdings
    spent_s: float
    courier_codes: dict[str, int]
    courier_refusals: dict[str, int]
    stolen_count: int  # offers of the good courier's that were answered
    events: dict[str, int]
    faults: dict[str, int]
    examples: list[str]


async def run(size: Size, setting: Setting) -> Outcome:
    """Attack, and look at what is left."""
    plan = LabPlan(
        couriers_count=1 + size.courier_lanes_count,
        online_count=1,
        merchants_count=2,
        is_sampled=True,
    )
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, seed=setting.seed) as fleet,
        remote(Attackers, **_attackers(lab)) as attackers,
    ):
        (api,) = lab.pids()["api"]
        await fleet.enlist(lab.people.enlisted(1), center_deg=CENTER_DEG)
        await fleet.dial(1)
        ids = await _ids_of_others(lab, fleet)
        async with _beside(lab, fleet) as probed:
            await _attack(attackers, size.warm_count, seed=setting.seed - 1, ids=ids)
            before = await at_rest(api, lab, s_max=SETTLE_S_MAX)
            setting.tell(f"warm: {before}")
            used, began_s = lab.usage(client=attackers.pid), monotonic_s()
            async with sampling(lab.pids(), lab.folder if setting.is_profiled else None) as profile:
                frames = await _attack(attackers, size.frames_count, seed=setting.seed, ids=ids)
            took_s = monotonic_s() - began_s
            processor_s = spent_s(used, lab.usage(client=attackers.pid))
            setting.tell(f"{frames.hostilities_count} frames in {took_s:.0f} s")
            handshakes = await attackers.ask(
                _Tally, "knock", count=size.handshakes_count, seed=setting.seed
            )
            after = await settled(api, lab, as_before=before, s_max=SETTLE_S_MAX)
            setting.tell(f"after: {after}")
        told = await fleet.tell()
        events = events_in(lab.folder / "api.log")
        seen = _Seen(
            frames=frames,
            handshakes=handshakes,
            probed=probed,
            before=before,
            after=after,
            spent_s=took_s,
            courier_codes=told.counts.close_codes,
            courier_refusals=told.heard.refusals,
            stolen_count=await _stolen_count(lab),
            events=dict(events),
            faults=faults_in(events),
            examples=examples_in(lab.folder / "api.log"),
        )
    return _outcome(size, seen, processor_s, profile)


def _attackers(lab: Lab) -> dict[str, object]:
    """Return what attackers are to know: all keys but those of the good ones."""
    merchant, operator = lab.people.merchants[1].key, lab.people.operator.key
    return {
        "address": f"{lab.host}:{lab.port}",
        "lanes": [
            *(("/v1/courier", courier.key) for courier in lab.people.couriers[1:]),
            *[("/v1/stream", merchant)] * MERCHANT_LANES_COUNT,
            *[("/v1/ops/feed", operator)] * OPS_LANES_COUNT,
        ],
        "codes": sorted(STATUS_OF_CODE),
    }


async def _attack(attackers: Remote, count: int, *, seed: int, ids: Sequence[str]) -> _Tally:
    return await attackers.ask(_Tally, "attack", count=count, seed=seed, ids=ids)


async def _ids_of_others(lab: Lab, fleet: RemoteFleet) -> list[str]:
    """Let there be jobs, and offers to the good courier; return ids of both and of stops."""
    await fleet.walk(rate_per_s=5.0, duration_s=0.5)
    words = {"host": lab.host, "port": lab.port, "keys": [lab.people.merchants[0].key]}
    async with remote(Posters, **words) as posters:
        await posters.ask(object, "post", connections_count=1, duration_s=POSTED_S)

    async def is_offered() -> bool:
        await fleet.walk(rate_per_s=2.0, duration_s=0.5)
        return bool((await fleet.tell()).heard.offers)

    await until(is_offered, s_max=OFFERED_S_MAX)
    query = (
        "SELECT id::text FROM (SELECT id FROM offer LIMIT $1) UNION ALL"
        " SELECT id::text FROM (SELECT id FROM job LIMIT $1) UNION ALL"
        " SELECT id::text FROM (SELECT id FROM stop LIMIT $1)"
    )
    async with lab.runtime.pool.connection() as conn:
        return [str(row["id"]) for row in await conn.fetch(query, IDS_COUNT_MAX)]


async def _stolen_count(lab: Lab) -> int:
    query = (
        "SELECT count(*)::int8 AS stolen_count FROM offer"
        " WHERE courier_id = $1 AND status IN ('accepted', 'declined')"
    )
    async with lab.runtime.pool.connection() as conn:
        rows = await conn.fetch(query, lab.people.couriers[0].id)
    return int(str(rows[0]["stolen_count"]))


@asynccontextmanager
async def _beside(lab: Lab, fleet: RemoteFleet) -> AsyncGenerator[_Probed]:
    """Let the good courier move, and probe with requests, while the block runs."""
    probed = _Probed()

    async def move() -> None:
        while True:
            await fleet.walk(rate_per_s=1.0, duration_s=1.0)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(move()), group.create_task(_probe(lab, probed))]
        yield probed
        for task in tasks:
            task.cancel()


async def _probe(lab: Lab, probed: _Probed) -> None:
    """Ask good and bad questions in turn, for ever."""
    headers = {"Authorization": f"Bearer {lab.people.merchants[0].key}"}
    asked: list[tuple[str, str, dict[str, str], bytes]] = [
        ("GET", "/health/ready", {}, b""),
        ("GET", "/v1/jobs?limit=5", headers, b""),
        ("GET", "/v1/jobs", {}, b""),
        ("POST", "/v1/jobs", headers, b'{"pickup": NaN}'),
        ("GET", "/v1/nowhere", headers, b""),
    ]
    async with httpx.AsyncClient(base_url=lab.stack.url, trust_env=False, timeout=30.0) as http:
        while True:
            for method, path, extra, body in asked:
                began_s = monotonic_s()
                answer = await http.request(method, path, headers=extra, content=body)
                probed.took_s.append(monotonic_s() - began_s)
                probed.statuses[str(answer.status_code)] += 1
                await asyncio.sleep(PROBE_INTERVAL_S)


def _outcome(
    size: Size,
    seen: _Seen,
    processor_s: dict[str, float],
    profile: dict[str, tuple[Share, ...]],
) -> Outcome:
    growth_share = seen.after.rss_kib / seen.before.rss_kib - 1.0
    blamed = {code: n for code, n in seen.probed.statuses.items() if code.startswith("5")}
    surprises = (*seen.frames.surprises, *seen.handshakes.surprises)
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            _at_most("tasks left behind", seen.after.tasks_count - seen.before.tasks_count),
            _at_most("connections left open", seen.after.peers_count - seen.before.peers_count),
            _at_most("answers 5xx", sum(blamed.values())),
            _at_most("faults logged", sum(seen.faults.values())),
            _at_most("memory grown, share", growth_share, limit=MEMORY_GROWTH_SHARE_MAX),
        ),
        broken=(
            *holds(not blamed, f"requests beside were answered {blamed}"),
            *holds(not seen.faults, f"faults were logged: {seen.faults}"),
            *holds(
                not is_more(seen.after, seen.before), f"before {seen.before}, after {seen.after}"
            ),
            *holds(not surprises, f"{len(surprises)} surprises: {surprises[:3]}"),
            *holds(
                not seen.courier_codes and not seen.courier_refusals,
                f"the good courier: {seen.courier_codes}, {seen.courier_refusals}",
            ),
            *holds(not seen.stolen_count, "an offer was answered by another than its courier"),
        ),
        figures={
            "connections_count": seen.frames.connections_count,
            "frames_count": seen.frames.hostilities_count,
            "frames_per_s": seen.frames.hostilities_count / seen.spent_s,
            "handshakes_count": seen.handshakes.hostilities_count,
            "answers": seen.frames.answers,
            "handshakes_answers": seen.handshakes.answers,
            "kinds": seen.frames.kinds,
            "before": msgspec.to_builtins(seen.before),
            "after": msgspec.to_builtins(seen.after),
            "requests_beside": dict(seen.probed.statuses),
            "requests_beside_ms": distribution([1e3 * each for each in seen.probed.took_s]),
            "events": seen.events,
            "faults": seen.examples,
        },
        processor_s={"frames": processor_s},
        profile=profile,
        panels=_panels(seen),
    )


def _at_most(name: str, measured: float, *, limit: float = 0.0) -> Target:
    return Target(name=name, unit="", wanted="at most", limit=limit, measured=measured)


def _panels(seen: _Seen) -> tuple[Panel, ...]:
    answers = sorted(seen.frames.answers.items(), key=lambda pair: -pair[1])[:TOLD_COUNT]
    return (
        Panel(
            title=f"how {seen.frames.connections_count} connections ended, and refusals",
            across="close code, or code of a refusal",
            up="count",
            bars={code.replace("_", "\n"): float(count) for code, count in answers},
            is_logarithmic=True,
        ),
        Panel(
            title="held by the api process",
            across="after the warm-up, and after all",
            up="tasks, peers, MiB",
            bars={
                f"{what}\n{when}": value
                for when, held in (("before", seen.before), ("after", seen.after))
                for what, value in (
                    ("tasks", held.tasks_count),
                    ("peers", held.peers_count),
                    ("MiB", held.rss_kib / 1024.0),
                )
            },
        ),
    )
