"""What processes use, read from /proc: memory, processor time, open files. Linux only."""

import asyncio
import os
import resource
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

IDLE_LOOK_S, IDLE_SHARE_MAX = 0.3, 0.15  # of one core
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1_024
_UTIME, _STIME, _CUTIME, _CSTIME = 11, 12, 13, 14  # of /proc/<pid>/stat, behind the name


class Usage(Struct, frozen=True, kw_only=True):
    """Of one process, or of several together."""

    rss_kib: int
    pss_kib: int  # shared pages by share, so that several processes add up
    cpu_s: float
    files_count: int
    processes_count: int


def usage(pids: Iterable[int]) -> Usage:
    """Return the sum over the processes; one that has ended meanwhile counts nothing."""
    memory = {"Rss": 0, "Pss": 0}
    cpu_s, files_count, processes_count = 0.0, 0, 0
    for pid in pids:
        folder = Path(f"/proc/{pid}")
        try:
            rollup = (folder / "smaps_rollup").read_text()
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            files_count += len(list((folder / "fd").iterdir()))
        except (FileNotFoundError, ProcessLookupError):
            continue
        for line in rollup.splitlines():
            name, _, value = line.partition(":")
            if name in memory:
                memory[name] += int(value.split()[0])
        # with the children that have ended: backends of Postgres come and go
        spent = sum(int(fields[i]) for i in (_UTIME, _STIME, _CUTIME, _CSTIME))
        cpu_s += spent / _TICKS_PER_S
        processes_count += 1
    return Usage(
        rss_kib=memory["Rss"],
        pss_kib=memory["Pss"],
        cpu_s=cpu_s,
        files_count=files_count,
        processes_count=processes_count,
    )


def resident_kib(pid: int) -> int:
    """Return the resident memory of a process; unlike `usage` it costs the process nothing."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KIB


def spent_s(before: Mapping[str, Usage], after: Mapping[str, Usage]) -> dict[str, float]:
    """Return the processor seconds of each group between two looks."""
    return {name: round(after[name].cpu_s - before[name].cpu_s, 3) for name in before}


def descendants(pid: int) -> list[int]:
    """Return the children of a process, and theirs."""
    try:
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    children = [int(word) for word in words]
    return [*children, *(below for child in children for below in descendants(child))]


async def until_idle(pids: Iterable[int], *, s_max: float = 30.0) -> None:
    """Wait until the processes together do next to nothing.

    Raises:
        TimeoutError: they go on and on.
    """
    watched = tuple(pids)
    async with asyncio.timeout(s_max):
        before_s, now_s = float("-inf"), usage(watched).cpu_s
        while now_s - before_s > IDLE_SHARE_MAX * IDLE_LOOK_S:
            await asyncio.sleep(IDLE_LOOK_S)
            before_s, now_s = now_s, usage(watched).cpu_s


def raise_files_max() -> None:
    """Allow this process, and those it starts, as many open files as the machine lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
