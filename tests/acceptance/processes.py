"""Look at a running `hexhaul` from outside: its processes, and what can be done to them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(*arguments, **changes):
    """Start `hexhaul` with these arguments, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **changes,
    )


def _stat(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return fields[0], int(fields[1])  # state, parent


def descendants(pid):
    """Return {pid: command line} of every living process below this one."""
    parents, commands = {}, {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = _stat(path.name)
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
        if state != "Z":
            parents[int(path.name)] = parent
            commands[int(path.name)] = command
    found, frontier = {}, [pid]
    while frontier:
        here = frontier.pop()
        for child, parent in parents.items():
            if parent == here:
                found[child] = commands[child]
                frontier.append(child)
    return found


def pid_of(root_pid, part, *, within_s=60.0):
    """Wait for the process below `root_pid` whose command line has this part; return its pid."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        pids = [pid for pid, command in descendants(root_pid).items() if part in command]
        if pids:
            return min(pids)
        time.sleep(0.1)
    raise AssertionError(f"no process with {part!r} below {root_pid}")


def is_alive(pid):
    try:
        return _stat(pid)[0] != "Z"
    except OSError:
        return False


def wait_gone(pids, *, within_s=10.0):
    """Wait until none of these processes lives; return those that still do."""
    deadline_s = time.monotonic() + within_s
    left = set(pids)
    while left and time.monotonic() < deadline_s:
        left = {pid for pid in left if is_alive(pid)}
        time.sleep(0.05)
    return left


def kill(pid):
    os.kill(pid, signal.SIGKILL)
