"""A sampling profiler in every process of ours that starts with this folder on its PYTHONPATH.

SIGUSR1 begins, SIGUSR2 ends and writes: every few milliseconds of processor time the stack is
noted, so that the process is as fast as ever, unlike under a tracing profiler. The time of C code
counts for the Python function that called it.
"""
# ruff: noqa: INP001  # python imports it by this name, from a folder that is no package

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import Task

INTERVAL_S = 0.004  # the kernel's own tick is about as long
STACK_COUNT_MAX = 100
SAMPLED = frozenset({"api", "relay", "dispatch"})  # by the command that they carry out

_own, _total = Counter[str](), Counter[str]()


def _name(frame: FrameType) -> str:
    code = frame.f_code
    path = Path(code.co_filename)
    return f"{path.parent.name}/{path.name}:{code.co_qualname}"


def _note(_: int, frame: FrameType | None) -> None:
    names = list[str]()
    while frame is not None and len(names) < STACK_COUNT_MAX:
        names.append(_name(frame))
        frame = frame.f_back
    if names:
        _own[names[0]] += 1
        _total.update(set(names))


def _tasks() -> Counter[str]:
    """Return how many tasks there are of each name."""
    from asyncio import all_tasks  # every process imports this module

    try:
        return Counter(_name_of(task) for task in all_tasks())
    except RuntimeError:  # no event loop runs
        return Counter()


def _name_of(task: "Task[object]") -> str:
    """Return the name of a task; of one without, what it keeps running, or whose code it runs."""
    if not (name := task.get_name()).startswith("Task-"):
        return name
    runs = task.get_coro()
    frame: FrameType | None = getattr(runs, "cr_frame", None)
    kept = None if frame is None else frame.f_locals.get("name")  # as `keep_running` calls it
    return str(kept or getattr(runs, "__qualname__", "Task"))


def _begin(_: int, __: FrameType | None) -> None:
    _own.clear()
    _total.clear()
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_S, INTERVAL_S)


def _end(_: int, __: FrameType | None) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0.0)
    path = Path(os.environ["LOADTEST_PROFILES"]) / f"profile-{os.getpid()}.json"
    unfinished = path.with_suffix(".unfinished")
    figures = {
        "samples_count": _own.total(),
        "own": _own,
        "total": _total,
        "tasks": _tasks(),
    }
    unfinished.write_text(json.dumps(figures), "utf-8")
    unfinished.replace(path)


if "LOADTEST_PROFILES" in os.environ and not SAMPLED.isdisjoint(sys.orig_argv):
    signal.signal(signal.SIGPROF, _note)
    signal.signal(signal.SIGUSR1, _begin)
    signal.signal(signal.SIGUSR2, _end)
