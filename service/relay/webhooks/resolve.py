"""The addresses of a host, in threads of our own: a slow name server holds up its own host only."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Resolver:
    """The name service of this host; the event loop's own threads are few, and not for us."""

    def __init__(self, *, lookups_count_max: int) -> None:
        self._threads = ThreadPoolExecutor(lookups_count_max, thread_name_prefix="resolve")

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of the host, the best first.

        Raises:
            OSError: it has none, or nobody can tell.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _addresses, host, port)

    def close(self) -> None:
        """Begin no more lookups."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # the codec of host names refuses some that are names to us
        raise OSError(f"no host name: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
