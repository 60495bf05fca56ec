"""Puts together what the checks look at."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from loadtests.faults.history import Event
from loadtests.faults.kinds import PROCESSES
from loadtests.faults.opened import opened_rows
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Carrier, Effect, OpenFiles, Proof, Receiver, Watched
from loadtests.faults.quiet import come_to_rest
from loadtests.faults.recorded import POST_JOB
from loadtests.faults.rows import Rows, read_rows
from loadtests.faults.world import CANARIES, MARKET_ID, World
from service.clock import monotonic_s
from service.simulation.run.evidence import Evidence, read_evidence
from service.simulation.run.quiet import Look

LOOKS_COUNT_MAX = 5
_TOKEN = re.compile(r'"tracking_token":"([^"]+)"')

FilesCounts = Mapping[tuple[str, int], int]  # by process and pid


def tokens_in(history: Iterable[Event]) -> list[str]:
    """Return the tokens of links that answers to posts have handed out."""
    bodies = (str(event.words.get("body", "")) for event in history if event.what == POST_JOB)
    return sorted({token for body in bodies for token in _TOKEN.findall(body)})


def count_files(world: World) -> FilesCounts:
    """Return how many files each process of ours has open."""
    pids = world.lab.processes.pids()
    return {(name, pid): len(list(Path(f"/proc/{pid}/fd").glob("*"))) for name, pid in pids.items()}


async def _read(world: World, look: Look) -> tuple[Rows, Evidence]:
    owners = sorted({watcher.owner for watcher in world.watchers})
    async with world.runtime.pool.snapshot() as conn:
        rows = await read_rows(conn, MARKET_ID, watched=owners)
    run = await read_evidence(
        world.runtime, MARKET_ID, stream_ends=look.stream_ends, index_view=look.index
    )
    return rows, run


async def gather(
    world: World,
    trial: Trial,
    effect: Effect,
    *,
    recovery_s: float | None,
    files_before: FilesCounts,
) -> Proof:
    """Wait until all is quiet, and return the state of everything.

    Raises:
        UnavailableError: Postgres or Redis stayed away.
    """
    paused_s = monotonic_s()
    looks_count = 0
    while True:
        look, is_quiet = await come_to_rest(world)
        rows, run = await _read(world, look)
        looks_count += 1
        if tuple(world.crowd.streams()) == look.streams or looks_count == LOOKS_COUNT_MAX:
            break  # else somebody was told something meanwhile, as that an offer had expired
    files_now = count_files(world)
    return Proof(
        trial=trial,
        history=tuple(world.history.events),
        rows=opened_rows(rows, world.lab.recipient_keys),
        run=run,
        witness=replace(world.crowd.testify(), streams=look.streams),
        receivers=[
            Receiver(who=f"sink:{one.name}", endpoint_id=one.id, secret=one.secret)
            for one in world.endpoints
        ],
        watched=[
            Watched(who=watcher.who, owner=watcher.owner, is_live=watcher.is_live)
            for watcher in world.watchers
        ],
        carriers=[
            Carrier(who=f"courier:{row}", courier_id=courier.id, is_live=courier.connection.is_live)
            for row, courier in enumerate(world.crowd.couriers)
        ],
        files=[
            OpenFiles(
                process=key[0],
                before_count=files_before.get(key, 0),
                after_count=files_now.get(key, 0),
            )
            for key in {**files_before, **files_now}  # whose sockets go to who was left, and back
        ],
        logs={
            **{name: world.lab.log_of(name) for name in PROCESSES},
            **{name: world.lab.log_of_server(name) for name in ("postgres", "valkey")},
        },
        canaries=[
            *CANARIES,
            *world.keys,
            *(one.secret for one in world.endpoints),
            *tokens_in(world.history.events),
        ],
        effect=effect,
        recovery_s=recovery_s,
        is_quiet=is_quiet,
        rested_s=monotonic_s() - paused_s,
    )
