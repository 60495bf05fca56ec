"""Ending, stopping and waking processes, and seeing in /proc that it happened. Linux only."""

import asyncio
import os
import signal
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from loadtests.live.probe import descendants

LOOK_S = 0.01
LOOK_S_MAX = 5.0
_STOPPED, _DEAD = "T", ("", "Z")


def state_of(pid: int) -> str:
    """Return the letter of a process' state; empty when there is none of this pid."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def tree(pid: int) -> list[int]:
    """Return a process with all below it."""
    return [pid, *descendants(pid)]


async def kill(pids: Sequence[int], *, by: signal.Signals = signal.SIGKILL) -> int:
    """End processes; return how many of those that lived were seen to be gone."""
    living = [pid for pid in pids if state_of(pid) not in _DEAD]
    _send(living, by)
    await _until_all(living, _DEAD)
    return _count(living, _DEAD)


async def freeze(pids: Sequence[int]) -> int:
    """Stop processes; return how many were seen to stand still."""
    _send(pids, signal.SIGSTOP)
    await _until_all(pids, (_STOPPED, *_DEAD))
    return _count(pids, (_STOPPED,))


def thaw(pids: Iterable[int]) -> None:
    """Let processes go on; those that are gone meanwhile are left out."""
    _send(pids, signal.SIGCONT)


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


async def _until_all(pids: Sequence[int], states: tuple[str, ...]) -> None:
    """Look until all are in one of the states, or it takes too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_S_MAX):
            while _count(pids, states) < len(pids):  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(LOOK_S)


def _count(pids: Iterable[int], states: tuple[str, ...]) -> int:
    return sum(state_of(pid) in states for pid in pids)
