"""The socket that a server listens on, bound by whoever starts the server and kept by them."""

import socket

BACKLOG_COUNT_MAX = 512  # at 100 a second the last waits 5 s, half of what an app may wait
SEND_BYTES = 32_768  # of the kernel's buffer, which grows to megabytes for a peer that stalls
UNSENT_BYTES_MAX = 8_192  # of it, that the peer has no room for: so it is soon known who stalls
PORTS_TRIED_COUNT_MAX = 100


def listen(host: str, port: int, *, or_next: bool = False) -> socket.socket:
    """Return a socket that listens on the port; on any if it is 0.

    It listens from here on: between a mere look at a port and its use another program could take
    it, and two bound sockets that do not listen yet may even share one.

    Args:
        host: an address of this machine.
        port: the one wished for.
        or_next: whether one of the next ports will do as well.

    Raises:
        OSError: there is no such port to be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = port + PORTS_TRIED_COUNT_MAX - 1 if or_next else port
    for wished in range(port, min(last, 65_535) + 1):
        # The protocol named: without it asyncio leaves Nagle's algorithm on, at 40 ms an answer.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # What is set here, those accepted have, too.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES_MAX)
        try:
            listener.bind((host, wished))
            listener.listen(BACKLOG_COUNT_MAX)
        except OSError:
            listener.close()
            if wished == last:
                raise
        else:
            return listener
    raise OSError(f"no port from {port} on")
