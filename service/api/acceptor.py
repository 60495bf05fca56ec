"""Accepts connections no faster than they are served; the rest wait in the kernel.

By itself asyncio accepts whoever dials, at once. When ten thousand come back together, each waits
in the process behind all who came before; many give up meanwhile, and cost as much as those who
stay. Left in the kernel's queue a dialler costs nothing until it is its turn, and who does not fit
into that is told nothing: the dialler's kernel knocks again a second later.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator

ACCEPTED_PER_TURN_COUNT_MAX = 16


async def accept_all(
    listener: socket.socket,
    new_protocol: Callable[[], asyncio.Protocol],
    handshakes: asyncio.Semaphore,
) -> None:
    """Accept for ever, in the order in which they came: a few in each turn of the event loop.

    Args:
        listener: a socket that listens.
        new_protocol: makes the protocol of a connection.
        handshakes: those of websockets; while somebody waits for one, nobody is accepted.

    Raises:
        OSError: there is no room for another connection; it may be tried again after a while.
    """
    loop = asyncio.get_running_loop()
    listener.setblocking(False)  # noqa: FBT003  # its only form
    while True:
        async with handshakes:  # in one line with those who wait for theirs
            pass
        first, _ = await loop.sock_accept(listener)
        begun = [loop.connect_accepted_socket(new_protocol, first)]
        begun += [loop.connect_accepted_socket(new_protocol, next_) for next_ in _waiting(listener)]
        await asyncio.gather(*begun, return_exceptions=True)  # who is gone is gone


def _waiting(listener: socket.socket) -> Iterator[socket.socket]:
    """Yield more of those who wait, if there are."""
    for _ in range(ACCEPTED_PER_TURN_COUNT_MAX - 1):
        try:
            yield listener.accept()[0]
        except OSError:  # nobody is there; whatever else it may be, the next one will meet it
            return
