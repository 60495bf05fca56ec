"""The ways in which this package fails."""

import asyncio
import struct
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import msgspec
from redis.exceptions import MasterDownError, ReadOnlyError, RedisError, ResponseError

from service.domain.errors import UnavailableError


class LiveUnavailableError(UnavailableError):
    """Redis is away, too slow, or refuses to work; whether a write was applied is not known."""


class LiveFollowsError(LiveUnavailableError):
    """This server follows another by now, which is to be had where this one was, or soon will."""


class LiveCorruptError(LiveUnavailableError):
    """What is kept is nothing that we have written: it is to be forgotten, and built anew."""


@contextmanager
def legible() -> Generator[None]:
    """Raise as `LiveCorruptError` that what was read does not decode."""
    try:
        yield
    except (msgspec.MsgspecError, struct.error, ValueError) as error:
        raise LiveCorruptError(f"Redis: {error!r}") from error


@contextmanager
def translated() -> Generator[None]:
    """Raise whatever goes wrong with the server as `LiveUnavailableError`.

    Also what the server answers as an error: out of memory, loading, read-only or a full disk all
    mean to the caller that there is no live index just now. Only a key of another type than ours
    is there to stay: `LiveCorruptError`.
    """
    try:
        yield
    except (ReadOnlyError, MasterDownError) as error:
        raise LiveFollowsError(f"Redis: {type(error).__name__}") from error
    except ResponseError as error:
        is_corrupt = "WRONGTYPE" in str(error)  # in front, or where a script or pipeline says which
        raised = LiveCorruptError if is_corrupt else LiveUnavailableError
        raise raised(f"Redis: {type(error).__name__}") from error
    except (RedisError, OSError) as error:
        raise LiveUnavailableError(f"Redis: {type(error).__name__}") from error


@asynccontextmanager
async def in_time(timeout_s: float) -> AsyncGenerator[None]:
    """Let the block take this long, and translate what goes wrong in it, lateness included."""
    with translated():
        async with asyncio.timeout(timeout_s):
            yield
