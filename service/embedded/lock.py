"""Locks on files that last as long as any process which inherited them.

A server inherits the descriptor of its lock, so the lock is free again exactly when the server and
every process it forked are gone. Pid files cannot say that: pids come back, and a zombie that
nobody reaps counts as alive.
"""

import fcntl
import os
from pathlib import Path


def try_lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock, or None while somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
