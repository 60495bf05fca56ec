"""What the processes of the service hold: memory, files, tasks, connections."""

import asyncio
from collections.abc import Iterator, Mapping

from msgspec import Struct

from loadtests.live.lab import Lab
from loadtests.live.probe import usage
from loadtests.live.queues import queues
from loadtests.live.sampling import SAMPLED, tasks_count
from service.clock import monotonic_s

PROCESSES = ("api", "relay", "dispatch", "webhooks")
REST_S_MAX = 60.0
LOOK_S = 1.0
MEMORY_GROWTH_SHARE_MAX = 0.1
TASKS_COUNT_SLACK = 2  # a market's acceptances and acknowledgements begin with the first of each
FILES_COUNT_SLACK = 16  # connections to the servers behind come and go


class Held(Struct, frozen=True, kw_only=True):
    """Of one process; `peers_count` are the connections to its port, however far they have come."""

    pid: int
    rss_kib: int
    files_count: int
    tasks_count: int
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
                tasks_count=await tasks_count(pid, lab.folder) if name in SAMPLED else 0,
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
        if now.tasks_count > was.tasks_count + TASKS_COUNT_SLACK:
            yield f"{name} has {now.tasks_count} tasks, and had {was.tasks_count}"
        if now.peers_count > was.peers_count:
            yield f"{name} has {now.peers_count} connections, and had {was.peers_count}"
        if now.files_count > was.files_count + FILES_COUNT_SLACK:
            yield f"{name} has {now.files_count} files, and had {was.files_count}"
        if growth_share(was, now) > MEMORY_GROWTH_SHARE_MAX:
            yield f"{name} has {now.rss_kib} KiB, and had {was.rss_kib}"


def growth_share(was: Held, now: Held) -> float:
    """Return by which share of its memory a process has grown."""
    return now.rss_kib / was.rss_kib - 1.0


def _counts(held: Mapping[str, Held]) -> list[tuple[int, int]]:
    return [(one.tasks_count, one.peers_count) for one in held.values()]
