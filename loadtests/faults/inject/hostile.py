"""Hostile clients at the door: frames that no app would send, and peers that only take up room."""

import asyncio
from asyncio import StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.world import World
from loadtests.live.hostile.attack import Target, attack, handshake
from loadtests.live.hostile.doors import knock
from loadtests.live.hostile.kinds import PING, frame, text
from service.api.errors import STATUS_OF_CODE

FRAMES_COUNT = 120
KNOCKS_COUNT = 60
KNOCK_S_MAX = 5.0
STALLED_COUNT = 12  # of each manner
FLOOD_COUNT = 2_000  # pings that nobody reads the answers to
HALF = 40  # bytes of a request that never ends


@asynccontextmanager
async def attacked(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Send hostile frames and handshakes with a courier's key; only the rules may end them."""
    codes = frozenset(STATUS_OF_CODE)
    target = _target(world)
    async with asyncio.TaskGroup() as group:
        frames = group.create_task(attack(target, seed=trial.seed, count=FRAMES_COUNT, codes=codes))
        knocks = group.create_task(
            knock(target, seed=trial.seed, count=KNOCKS_COUNT, patience_s=KNOCK_S_MAX)
        )
        yield
    for tally in (frames.result(), knocks.result()):
        effect.saw("hostilities", tally.hostilities_count)
        effect.surprises += tally.surprises


@asynccontextmanager
async def stalled(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Hold connections that send half a request, or read nothing of what they asked for."""
    target = _target(world)
    host, port = target.address.split(":")
    opened = list[StreamWriter]()
    half = handshake(target)[:HALF]
    flood = handshake(target) + text({"type": "resume"}) + frame(PING, b"still here") * FLOOD_COUNT
    try:
        for sent in [half, flood] * STALLED_COUNT:
            _reader, writer = await asyncio.open_connection(host, int(port))
            opened.append(writer)
            writer.write(sent)
        effect.saw("peers stalled", len(opened))
        yield
    finally:
        for writer in opened:
            with suppress(OSError):
                writer.transport.abort()


def _target(world: World) -> Target:
    return Target(urlsplit(world.lab.url).netloc, "/v1/courier", world.stranger_key)
