"""Asks the processes of a lab for a profile of what happens while a block runs."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path

import msgspec

from service.clock import monotonic_s

SAMPLER = Path(__file__).with_name("sampler")
WRITTEN_S_MAX = 5.0
TOP_COUNT_MAX = 25
SAMPLED = ("api", "relay", "dispatch")


class Profile(msgspec.Struct):
    samples_count: int
    own: dict[str, int]
    total: dict[str, int]
    tasks: dict[str, int] = {}  # asyncio's at the end, by name


class Share(msgspec.Struct):
    """How much of the processor time a function has by itself, and with what it calls."""

    function: str
    own_share: float
    total_share: float


def sampled(folder: Path) -> dict[str, str]:
    """Return the environment that puts the sampler into the processes."""
    former = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(SAMPLER), *([former] if former else [])])
    return {"PYTHONPATH": path, "LOADTEST_PROFILES": str(folder)}


@asynccontextmanager
async def sampling(
    pids: Mapping[str, Sequence[int]], folder: Path | None
) -> AsyncGenerator[dict[str, tuple[Share, ...]]]:
    """Sample the processes while the block runs; the shares, by name, are filled in at its end.

    Args:
        pids: by name, of a lab whose plan says `is_sampled`; those of our own are sampled.
        folder: of the lab; None to sample nothing.
    """
    shares = dict[str, tuple[Share, ...]]()
    if folder is None:
        yield shares
        return
    ours = {name: pids[name] for name in SAMPLED if name in pids}
    for pid in chain.from_iterable(ours.values()):
        os.kill(pid, signal.SIGUSR1)
    yield shares
    for pid in chain.from_iterable(ours.values()):
        os.kill(pid, signal.SIGUSR2)
    for name, each in ours.items():
        paths = [folder / f"profile-{pid}.json" for pid in each]
        shares[name] = tuple(top([await asyncio.to_thread(_written, path) for path in paths]))


async def tasks_of(pid: int, folder: Path) -> dict[str, int]:
    """Return the asyncio tasks that a process of a sampled lab has now, by name.

    Not while it is sampled: that would end then.
    """
    os.kill(pid, signal.SIGUSR2)
    return (await asyncio.to_thread(_written, folder / f"profile-{pid}.json")).tasks


def top(profiles: Sequence[Profile]) -> list[Share]:
    """Return the functions with the largest shares of all samples, by their own."""
    count = sum(profile.samples_count for profile in profiles)
    own, total = dict[str, int](), dict[str, int]()
    for profile in profiles:
        for name in profile.total:
            own[name] = own.get(name, 0) + profile.own.get(name, 0)
            total[name] = total.get(name, 0) + profile.total[name]
    ranked = sorted(own, key=lambda name: (-own[name], -total[name], name))[:TOP_COUNT_MAX]
    return [
        Share(
            function=name,
            own_share=round(own[name] / count, 4),
            total_share=round(total[name] / count, 4),
        )
        for name in ranked
    ]


def _written(path: Path) -> Profile:
    until_s = monotonic_s() + WRITTEN_S_MAX
    while not path.exists():
        if monotonic_s() > until_s:
            raise TimeoutError(f"no profile at {path}")
        time.sleep(0.02)
    profile = msgspec.json.decode(path.read_bytes(), type=Profile)
    path.unlink()
    return profile
