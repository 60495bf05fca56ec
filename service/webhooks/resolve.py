"""The addresses of a host, in threads of our own: a slow name server holds up its own host only."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Thread

Resolve = Callable[[str, int], Awaitable[list[str]]]


class TooManyLookupsError(Exception):
    """Name servers are silent about too many hosts: no fault of the one that is asked for now."""


class Resolver:
    """The name service of this host; the event loop's own threads are few, and not for us.

    Who asks for a host that is being looked up waits for the same answer. Nobody waits for a thread
    when the process ends: a name server may take minutes.
    """

    def __init__(self, *, lookups_count_max: int) -> None:
        self._lookups_count_max = lookups_count_max
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of the host, the best first.

        Raises:
            OSError: it has none, or nobody can tell.
            TooManyLookupsError: it was not asked for.
        """
        answer = self._asked.get((host, port))
        if answer is None:
            if len(self._asked) >= self._lookups_count_max:
                raise TooManyLookupsError(f"{len(self._asked)} hosts are being looked up")
            answer = self._look_up(host, port)
        return await asyncio.shield(answer)  # others may wait for the same

    def _look_up(self, host: str, port: int) -> asyncio.Future[list[str]]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()

        def tell(found: list[str] | Exception) -> None:
            del self._asked[host, port]
            if isinstance(found, Exception):
                answer.set_exception(found)
                answer.exception()  # looked at: perhaps nobody waited so long
            else:
                answer.set_result(found)

        def look_up() -> None:
            found: list[str] | Exception
            try:
                found = _addresses(host, port)
            except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
                found = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, found)

        Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
        self._asked[host, port] = answer  # once there is a thread
        return answer


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # the codec of host names refuses some that are names to us
        raise OSError(f"no host name: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
