"""What an api process of a sampled lab holds, seen from outside: tasks, files, memory, log lines."""

import json
import os
import signal
from collections import Counter
from pathlib import Path

import msgspec

from loadtests.live.probe import usage
from loadtests.live.sampling import written


class Holdings(msgspec.Struct, frozen=True, kw_only=True):
    tasks_count: int
    files_count: int
    rss_kib: int
    threads_count: int


async def holdings(pid: int, folder: Path) -> Holdings:
    """Return what an api process holds now."""
