"""What waits in the kernel at the server's end of each connection; Linux, IPv4."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LISTENS = "0A"  # a state in /proc/net/tcp


class Queue(NamedTuple):
    """Of one connection; bytes that the peer has not taken yet, and that we have not."""

    unsent_bytes: int
    unread_bytes: int


def queues(pid: int, port: int) -> dict[int, Queue]:
    """Return the queues of the connections to its port that a process has open, by peer's port."""
    folder, held = f"/proc/{pid}/fd", set[str]()
    for name in os.listdir(folder):  # noqa: PTH208  # thousands, often: a Path each is too much
        with suppress(FileNotFoundError):  # closed meanwhile
            held.add(os.readlink(f"{folder}/{name}"))  # noqa: PTH115
    found = dict[int, Queue]()
    here = f":{port:04X} "
    for line in Path(f"/proc/{pid}/net/tcp").read_text("utf-8").splitlines()[1:]:
        if here not in line:
            continue
        _, local, peer, state, waiting, *_, inode = line.split()[:10]
        is_ours = _port(local) == port and state != LISTENS
        if is_ours and f"socket:[{inode}]" in held:
            unsent, _, unread = waiting.partition(":")
            found[_port(peer)] = Queue(int(unsent, 16), int(unread, 16))
    return found


def _port(address: str) -> int:
    return int(address.partition(":")[2], 16)
