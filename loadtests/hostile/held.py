"""What the processes of the service hold: memory, files, tasks, connections."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from loadtests.live.lab import Lab
from loadtests.live.probe import usage
from loadtests.live.queues import queues
from loadtests.live.sampling import SAMPLED, tasks_of
from service.clock import monotonic_s

PROCESSES = ("api", "relay", "dispatch", "webhooks")
REST_S_MAX = 60.0
LOOK_S = 1.0
MEMORY_GROWTH_SHARE_MAX = 0.1
FILES_COUNT_SLACK = 16  # connections to the servers behind come and go


class Held(Struct, frozen=True, kw_only=True):
    """Of one process; `peers_count` are the connections to its port, however far they have come."""

    pid: int
    rss_kib: int
    files_count: int
    tasks: dict[str, int]  # by name
    peers_count: int


async def look(lab: Lab) -> dict[str, Held]:
    """Return what each process holds now."""
    found = dict[str, Held]()
    for name, pids in lab.pids().items():
        if name in PROCESSES:
            (pid,) = pids
            used = usage([pid])
            found[name] = Held(
                pid=pid,
                rss_kib=used.rss_kib,
                files_count=used.files_count,
                tasks=await tasks_of(pid, lab.folder) if name in SAMPLED else {},
                peers_count=len(queues(pid, lab.port)) if name == "api" else 0,
            )
    return found


async def at_rest(lab: Lab) -> dict[str, Held]:
    """Return what each process holds once tasks and connections stay the same, or then."""
    until_s = monotonic_s() + REST_S_MAX
    before = await look(lab)
    while True:
        await asyncio.sleep(LOOK_S)
        now = await look(lab)
        if _counts(now) == _counts(before) or monotonic_s() > until_s:
            return now
        before = now


async def settled(lab: Lab, *, as_before: Mapping[str, Held]) -> dict[str, Held]:
    """Return what each process holds as soon as nothing is left behind, or in the end."""
    until_s = monotonic_s() + REST_S_MAX
    while True:
        now = await look(lab)
        if not list(left_behind(as_before, now)) or monotonic_s() > until_s:
            return now
        await asyncio.sleep(LOOK_S)


def left_behind(before: Mapping[str, Held], after: Mapping[str, Held]) -> Iterator[str]:
    """Yield what a process holds more of than before, and which is another one than before."""
    for name, was in before.items():
        now = after.get(name)
        if now is None or now.pid != was.pid:
            yield f"{name} has ended"
            continue
        if more := _more_tasks(was.tasks, now.tasks):
            yield f"{name} has more tasks than it had: {more}"
        if now.peers_count > was.peers_count:
            yield f"{name} has {now.peers_count} connections, and had {was.peers_count}"
        if now.files_count > was.files_count + FILES_COUNT_SLACK:
            yield f"{name} has {now.files_count} files, and had {was.files_count}"
        if growth_share(was, now) > MEMORY_GROWTH_SHARE_MAX:
            yield f"{name} has {now.rss_kib} KiB, and had {was.rss_kib}"


def _more_tasks(was: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """Return the names of which there are more, but for loops that have begun, one of each name.

    What a market needs by itself begins with the first who asks for it: `api:accept:vienna`.
    """
    more = Counter(now) - Counter(was)
    return {name: count for name, count in more.items() if name in was or now[name] > 1}


def growth_share(was: Held, now: Held) -> float:
    """Return by which share of its memory a process has grown."""
    return now.rss_kib / was.rss_kib - 1.0


def _counts(held: Mapping[str, Held]) -> list[tuple[dict[str, int], int]]:
    return [(one.tasks, one.peers_count) for one in held.values()]
