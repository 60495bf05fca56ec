"""Accepts connections no faster than they are served; the rest wait in the kernel.

By itself asyncio accepts whoever dials, at once. When ten thousand come back together, each waits
in the process behind all who came before; many give up meanwhile, and cost as much as those who
stay. Left in the kernel's queue a dialler costs nothing until it is its turn, and who does not fit
into that is told nothing: the dialler's kernel knocks again a second later.
"""

import asyncio
import socket
from collections.abc import Callable

import structlog

log = structlog.get_logger()

ACCEPTED_PER_TURN_COUNT_MAX = 16

NewProtocol = Callable[[], asyncio.Protocol]


async def accept_all(listener: socket.socket, new_protocol: NewProtocol) -> None:
    """Accept until cancelled, in the order in which they came: a few in a turn of the event loop.

    Who was accepted is served: being cancelled loses nobody.

    Args:
        listener: a socket that listens.
        new_protocol: makes the protocol of a connection.

    Raises:
        OSError: there is no room for another connection; it may be tried again after a while.
    """
    loop = asyncio.get_running_loop()
    listener.setblocking(False)  # noqa: FBT003  # its only form
    knocked = asyncio.Event()
    loop.add_reader(listener, knocked.set)
    try:
        while True:
            await knocked.wait()
            knocked.clear()
            await asyncio.shield(_let_in(_take(listener), new_protocol))
    finally:
        loop.remove_reader(listener)


async def accept_waiting(listener: socket.socket, new_protocol: NewProtocol) -> None:
    """Accept those who wait already, as the last ones."""
    while waiting := _take(listener):
        await _let_in(waiting, new_protocol)


def _take(listener: socket.socket) -> list[socket.socket]:
    """Return the next few who wait.

    Raises:
        OSError: there is no room for even one.
    """
    taken = list[socket.socket]()
    while len(taken) < ACCEPTED_PER_TURN_COUNT_MAX:
        try:
            taken.append(listener.accept()[0])
        except ConnectionAbortedError:  # gone while it waited
            continue
        except BlockingIOError:
            break
        except OSError:
            if not taken:
                raise
            break  # those who were taken first
    return taken


async def _let_in(connections: list[socket.socket], new_protocol: NewProtocol) -> None:
    loop = asyncio.get_running_loop()
    begun = [loop.connect_accepted_socket(new_protocol, each) for each in connections]
    for outcome in await asyncio.gather(*begun, return_exceptions=True):
        if isinstance(outcome, Exception) and not isinstance(outcome, OSError):  # those are gone
            log.error("connection_failed", error=repr(outcome))
