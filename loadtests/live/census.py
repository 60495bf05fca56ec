"""What an api process of a sampled lab holds, seen from outside, and which faults it logged."""

import asyncio
from collections import Counter
from pathlib import Path

import msgspec
from msgspec import Struct

from loadtests.live.lab import Lab
from loadtests.live.probe import usage
from loadtests.live.queues import queues
from loadtests.live.sampling import tasks_of
from service.clock import monotonic_s

FAULTS = ("question_failed", "request_failed", "socket_failed", "task_failed")
LOOK_INTERVAL_S = 0.25
REST_S = 1.0
FAULT_LENGTH_MAX = 6_000  # characters
TRACE_LINES_COUNT_MAX = 24


class Holdings(Struct, frozen=True, kw_only=True):
    """`peers_count` are the connections to its port, however far they have come."""

    tasks_count: int
    peers_count: int
    files_count: int
    rss_kib: int
    threads_count: int


class _Line(Struct):
    event: str = ""
    level: str = ""


_decode_line = msgspec.json.Decoder(_Line).decode


async def holdings(pid: int, lab: Lab) -> Holdings:
    """Return what an api process of this sampled lab holds now."""
    found = usage([pid])
    return Holdings(
        tasks_count=sum((await tasks_of(pid, lab.folder)).values()),
        peers_count=len(queues(pid, lab.port)),
        files_count=found.files_count,
        rss_kib=found.rss_kib,
        threads_count=_threads_count(pid),
    )


async def at_rest(pid: int, lab: Lab, *, s_max: float) -> Holdings:
    """Return what the process holds once that no longer changes; after `s_max` as it is then."""
    until_s = monotonic_s() + s_max
    before = await holdings(pid, lab)
    while True:
        await asyncio.sleep(REST_S)
        now = await holdings(pid, lab)
        is_same = (now.tasks_count, now.peers_count) == (before.tasks_count, before.peers_count)
        if is_same or monotonic_s() > until_s:
            return now
        before = now


async def settled(pid: int, lab: Lab, *, as_before: Holdings, s_max: float) -> Holdings:
    """Return what the process holds as soon as it has no more tasks and peers than before.

    Or, after `s_max`, what it holds then.
    """
    until_s = monotonic_s() + s_max
    while True:
        now = await holdings(pid, lab)
        if not is_more(now, as_before) or monotonic_s() > until_s:
            return now
        await asyncio.sleep(LOOK_INTERVAL_S)


def is_more(now: Holdings, before: Holdings) -> bool:
    """Whether something was left behind; files alone may be connections to Postgres and Redis."""
    return now.tasks_count > before.tasks_count or now.peers_count > before.peers_count


def _threads_count(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def events_in(log: Path) -> Counter[str]:
    """Return how often each event was logged; "traceback" and "error" for what should not be."""
    found = Counter[str]()
    for line in log.read_text("utf-8", errors="replace").splitlines():
        if not line.startswith("{"):
            found["traceback"] += line.startswith("Traceback")
            continue
        entry = _decode_line(line)
        found[entry.event] += 1
        found["error"] += entry.level == "error"
    return found


def examples_in(log: Path) -> list[str]:
    """Return the first lines that tell of each kind of fault of ours, with the trace."""
    lines = log.read_text("utf-8", errors="replace").splitlines()
    found = dict[str, str]()
    for place, line in enumerate(lines):
        if line.startswith("Traceback"):
            trace = lines[max(0, place - 2) : place + TRACE_LINES_COUNT_MAX]
            found.setdefault("traceback", "\n".join(each[:FAULT_LENGTH_MAX] for each in trace))
        elif line.startswith("{") and (event := _decode_line(line).event) in FAULTS:
            found.setdefault(event, line[:FAULT_LENGTH_MAX])
    return list(found.values())


def faults_in(events: Counter[str]) -> dict[str, int]:
    """Return the faults of ours among the events, and how often."""
    return {name: events[name] for name in (*FAULTS, "traceback", "error") if events[name]}
