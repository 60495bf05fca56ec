"""The addresses of a host, in threads of our own: a slow name server holds up its own host only."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Thread

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Resolver:
    """The name service of this host; the event loop's own threads are few, and not for us.

    Nobody waits for a thread when the process ends: a name server may take minutes.
    """

    def __init__(self, *, lookups_count_max: int) -> None:
        self._free = asyncio.Semaphore(lookups_count_max)

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of the host, the best first.

        Raises:
            OSError: it has none, or nobody can tell.
        """
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[list[str]] = loop.create_future()

        def tell(found: list[str] | Exception) -> None:
            self._free.release()
            if answered.done():  # nobody waited so long
                return
            if isinstance(found, Exception):
                answered.set_exception(found)
            else:
                answered.set_result(found)

        def look_up() -> None:
            found: list[str] | Exception
            try:
                found = _addresses(host, port)
            except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
                found = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, found)

        Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
        return await answered


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # the codec of host names refuses some that are names to us
        raise OSError(f"no host name: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
