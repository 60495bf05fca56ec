"""The one way in which this package fails."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from redis.exceptions import RedisError

from service.domain.errors import UnavailableError


class LiveUnavailableError(UnavailableError):
    """Redis is away, too slow, or refuses to work; whether a write was applied is not known."""


@contextmanager
def translated() -> Generator[None]:
    """Raise whatever goes wrong with the server as `LiveUnavailableError`.

    Also what the server answers as an error: out of memory, loading, read-only or a full disk all
    mean to the caller that there is no live index just now.
    """
    try:
        yield
    except (RedisError, OSError) as error:
        raise LiveUnavailableError(f"Redis: {type(error).__name__}") from error


@asynccontextmanager
async def in_time(timeout_s: float) -> AsyncGenerator[None]:
    """Let the block take this long, and translate what goes wrong in it, lateness included."""
    with translated():
        async with asyncio.timeout(timeout_s):
            yield
