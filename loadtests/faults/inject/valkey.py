"""Valkey: killed, with its data or without, frozen, flushed, robbed of keys, given wrong ones."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.signals import freeze, kill, state_of, thaw
from loadtests.faults.world import World
from loadtests.live.waiting import until

BACK_S_MAX = 30.0
FLUSHES_COUNT = 5
SHARE = 0.5  # of the keys that are deleted or replaced
_STRING = (b"string", "string")


@asynccontextmanager
async def killed(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Kill it; what its log of writes holds is there again when it is back."""
    before = world.lab.server_pids("valkey")[0]
    effect.saw("servers killed", await kill([before]))
    yield
    effect.saw("servers back", await _is_back(world, before))


@asynccontextmanager
async def emptied(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Kill it, and let it come back without any data."""
    await _flush(world, effect)
    async with killed(world, trial, effect):
        yield


@asynccontextmanager
async def frozen(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Stop it: connections stay open, and nobody answers."""
    pids = world.lab.server_pids("valkey")
    effect.saw("processes frozen", await freeze(pids))
    try:
        yield
    finally:
        thaw(pids)


@asynccontextmanager
async def flushed(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Delete every key."""
    await _flush(world, effect)
    yield


@asynccontextmanager
async def flushed_again(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Delete every key again and again, while they are being written anew."""
    for _ in range(FLUSHES_COUNT):
        await _flush(world, effect)
        await asyncio.sleep(trial.span_s / FLUSHES_COUNT)
    yield


@asynccontextmanager
async def robbed(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Delete some of the keys."""
    keys = await _some_keys(world, trial)
    gone_count = await world.runtime.redis.execute("DEL", *keys)
    effect.saw("keys deleted", _number(gone_count))
    yield


@asynccontextmanager
async def mistaken(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Put a value of another type in the place of some of the keys."""
    redis = world.runtime.redis
    for key in await _some_keys(world, trial):
        is_string = await redis.execute("TYPE", key) in _STRING
        await redis.execute("DEL", key)
        words = ("RPUSH", key, "poison") if is_string else ("SET", key, "poison")
        await redis.execute(*words)
        effect.saw("keys replaced", 1)
    yield


async def _flush(world: World, effect: Effect) -> None:
    keys_count = await world.runtime.redis.execute("DBSIZE")
    await world.runtime.redis.execute("FLUSHALL")
    effect.saw("keys flushed", _number(keys_count))


async def _some_keys(world: World, trial: Trial) -> list[bytes]:
    """Return some of the keys, always of the same share; at least one if there is any."""
    found = await world.runtime.redis.execute("KEYS", "*")
    keys = sorted(key for key in found if isinstance(key, bytes)) if isinstance(found, list) else []
    count = max(1, int(SHARE * len(keys)))
    return random.Random(trial.seed).sample(keys, min(count, len(keys)))


def _number(reply: object) -> int:
    return reply if isinstance(reply, int) else 0


async def _is_back(world: World, before: int) -> bool:
    async def is_back() -> bool:
        pids = world.lab.server_pids("valkey")
        return bool(pids) and pids[0] != before and state_of(pids[0]) not in ("", "Z")

    return await until(is_back, s_max=BACK_S_MAX)
