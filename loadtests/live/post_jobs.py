"""How many jobs a second are created durably, and what share of it would Postgres do alone?

At each number of connections the api is posted to, and then pgbench inserts the same rows on the
same server. fsync is on; a 201 is a committed transaction.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from loadtests.live.insert_peer import ROWS_COUNT_OF_A_POST, make_peer
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.outcome import (
    Distribution,
    Outcome,
    Panel,
    Target,
    curve,
    distribution,
    holds,
)
from loadtests.live.posters import Posters
from loadtests.live.probe import spent_s
from loadtests.live.remote import remote
from loadtests.live.sampling import Share, sampling
from loadtests.live.setting import Setting

QUESTION = "How many jobs a second are created durably?"
RATIO_MIN = 0.1  # not asked for: a mark to see it fall by
MERCHANTS_COUNT = 8
WARM_CONNECTIONS_COUNT = 4
REPEATS_COUNT = 200  # of posts, after each level


class Size(Struct, frozen=True, kw_only=True):
    """Connections of each level, and how long it lasts; before the first, jobs to get warm."""

    connections: tuple[int, ...]
    level_s: int
    warm_s: float


class Level(Struct, frozen=True, kw_only=True):
    """One number of connections; milliseconds."""

    connections_count: int
    jobs_per_s: float
    took_ms: Distribution
    repeat_ms: Distribution
    peer_per_s: float
    peer_ms: Distribution
    statuses: dict[str, int]
    repeats_count: int
    same_count: int


WHOLE = Size(connections=(1, 2, 4, 8, 16, 32), level_s=10, warm_s=5.0)
QUICK = Size(connections=(1, 8), level_s=2, warm_s=2.0)
LEAST = Size(connections=(2,), level_s=1, warm_s=0.1)
S_MAX = 300.0


class _Posted(Struct):
    took_s: list[float]
    posted_count: int
    statuses: dict[str, int]
    spent_s: float


class _Repeated(Struct):
    asked_count: int
    same_count: int
    took_s: list[float]


async def run(size: Size, setting: Setting) -> Outcome:
    """Post at every level, and let pgbench insert beside it."""
    plan = LabPlan(
        couriers_count=0, merchants_count=MERCHANTS_COUNT, is_sampled=setting.is_profiled
    )
    async with open_lab(plan) as lab:
        peer = await make_peer(lab.runtime)
        peer_before = await peer.rows_counts()
        keys = [merchant.key for merchant in lab.people.merchants]
        levels = list[Level]()
        async with (
            remote(Posters, host=lab.host, port=lab.port, keys=keys, seed=setting.seed) as posters,
            sampling(lab.pids(), lab.folder if setting.is_profiled else None) as shares,
        ):
            processor_s = dict[str, dict[str, float]]()
            warm = await posters.ask(
                _Posted, "post", connections_count=WARM_CONNECTIONS_COUNT, duration_s=size.warm_s
            )
            for connections_count in size.connections:
                before = lab.usage(client=posters.pid)
                words = {"connections_count": connections_count, "duration_s": size.level_s}
                posted = await posters.ask(_Posted, "post", **words)
                after = lab.usage(client=posters.pid)
                processor_s[f"{connections_count} connections"] = spent_s(before, after)
                repeated = await posters.ask(_Repeated, "repeat", count=REPEATS_COUNT)
                peer_s = await peer.run(clients_count=connections_count, duration_s=size.level_s)
                levels.append(_level(connections_count, posted, repeated, peer_s, size))
                setting.tell(_line(levels[-1]))
        jobs_count, fsync = await _jobs_count(lab), await _fsync(lab)
        peer_after = await peer.rows_counts()
    return _outcome(
        size,
        levels,
        processor_s,
        jobs_count=jobs_count - warm.posted_count,
        fsync=fsync,
        shares=shares,
        peer_rows_counts={name: peer_after[name] - peer_before[name] for name in peer_after},
    )


def _level(
    connections_count: int,
    posted: _Posted,
    repeated: _Repeated,
    peer_s: list[float],
    size: Size,
) -> Level:
    return Level(
        connections_count=connections_count,
        jobs_per_s=posted.posted_count / posted.spent_s,
        took_ms=distribution([1e3 * each for each in posted.took_s]),
        repeat_ms=distribution([1e3 * each for each in repeated.took_s]),
        peer_per_s=len(peer_s) / size.level_s,
        peer_ms=distribution([1e3 * each for each in peer_s]),
        statuses=posted.statuses,
        repeats_count=repeated.asked_count,
        same_count=repeated.same_count,
    )


def _line(level: Level) -> str:
    return (
        f"{level.connections_count} connections: {level.jobs_per_s:.0f} jobs/s, "
        f"p50 {level.took_ms.p50} ms, p99 {level.took_ms.p99} ms; "
        f"pgbench {level.peer_per_s:.0f}/s, p99 {level.peer_ms.p99} ms"
    )


async def _jobs_count(lab: Lab) -> int:
    async with lab.runtime.pool.connection() as conn:
        rows = await conn.fetch("SELECT count(*)::int8 AS jobs_count FROM job")
    return int(str(rows[0]["jobs_count"]))


async def _fsync(lab: Lab) -> str:
    async with lab.runtime.pool.connection() as conn:
        rows = await conn.fetch("SELECT current_setting('fsync') AS fsync")
    return str(rows[0]["fsync"])


def _outcome(
    size: Size,
    levels: list[Level],
    processor_s: dict[str, dict[str, float]],
    *,
    jobs_count: int,
    fsync: str,
    shares: dict[str, tuple[Share, ...]],
    peer_rows_counts: Mapping[str, int],
) -> Outcome:
    best = max(levels, key=lambda level: level.jobs_per_s)
    peer_best = max(levels, key=lambda level: level.peer_per_s)
    ratio = best.jobs_per_s / peer_best.peer_per_s
    answered_count = sum(level.statuses.get("201", 0) for level in levels)
    peer_count = sum(level.peer_ms.count for level in levels)
    others = {code for level in levels for code in level.statuses} - {"201"}
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            Target(
                name="jobs created, of what pgbench inserts at best",
                unit="",
                wanted="at least",
                limit=RATIO_MIN,
                measured=ratio,
            ),
        ),
        broken=(
            *holds(fsync == "on", f"fsync is {fsync}"),
            *holds(not others, f"answers other than 201: {sorted(others)}"),
            *holds(
                jobs_count == answered_count,
                f"{answered_count} answers with 201, and {jobs_count} jobs in Postgres",
            ),
            *holds(
                all(level.same_count == level.repeats_count for level in levels),
                "a repeated post had another answer than the first",
            ),
            *holds(
                peer_rows_counts
                == {name: count * peer_count for name, count in ROWS_COUNT_OF_A_POST.items()},
                f"pgbench made {peer_count} transactions and these rows: {peer_rows_counts}",
            ),
        ),
        figures={
            "jobs_per_s_best": best.jobs_per_s,
            "connections_best": best.connections_count,
            "pgbench_per_s_best": peer_best.peer_per_s,
            "ratio_to_pgbench": ratio,
            "fsync": fsync,
            "levels": [msgspec.to_builtins(level) for level in levels],
        },
        processor_s=processor_s,
        profile=shares,
        panels=_panels(levels),
    )


def _panels(levels: list[Level]) -> tuple[Panel, ...]:
    def by_connections(name: str) -> list[tuple[float, float]]:
        return [(level.connections_count, getattr(level, name)) for level in levels]

    return (
        Panel(
            title="durable transactions",
            across="connections",
            up="per second",
            lines={
                "jobs over REST": by_connections("jobs_per_s"),
                "pgbench, the same rows": by_connections("peer_per_s"),
            },
        ),
        Panel(
            title="time to the answer, all samples",
            across="percent of the posts",
            up="ms",
            lines={
                f"{level.connections_count} connections": curve(level.took_ms) for level in levels
            },
            is_logarithmic=True,
        ),
    )
