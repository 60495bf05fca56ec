"""Checks of this machine: programs, account, folders, ports, limits."""

import errno
import os
import resource
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from service.commands.doctor.finding import Finding
from service.embedded.binaries import find_postgres, find_valkey
from service.embedded.errors import EmbeddedError
from service.embedded.identity import user_namespaces_work
from service.embedded.sockets import choose_socket_folder

PYTHON_MIN = (3, 11)
FREE_BYTES_MIN = 200 * 1024**2  # one empty PostgreSQL with its first log segments, and some
FREE_BYTES_LOW = 2 * 1024**3
OPEN_FILES_COUNT_MIN = 256
OPEN_FILES_COUNT_LOW = 4_096
PORTS_TRIED_COUNT_MAX = 20


def check_python(version: tuple[int, int]) -> Finding:
    text = ".".join(map(str, version))
    if version < PYTHON_MIN:
        advice = f"use Python {'.'.join(map(str, PYTHON_MIN))} or newer"
        return Finding(level="fail", subject="python", meaning=f"{text} is too old", advice=advice)
    return Finding(level="ok", subject="python", meaning=text)


def check_programs() -> Iterator[Finding]:
    for subject, find in (("postgres", find_postgres), ("valkey", find_valkey)):
        try:
            program = find()
        except EmbeddedError as error:
            yield Finding(level="fail", subject=subject, meaning=str(error))
        else:
            meaning = f"{program.version_text} ({program.path})"
            yield Finding(level="ok", subject=subject, meaning=meaning)


def check_identity() -> Finding:
    if os.geteuid() != 0:
        return Finding(level="ok", subject="account", meaning="the servers run as you do")
    if user_namespaces_work():
        meaning = "you are root; the servers run without its powers, in a user namespace"
        return Finding(level="ok", subject="account", meaning=meaning)
    return Finding(
        level="warn",
        subject="account",
        meaning="you are root and user namespaces are forbidden; the servers run as `nobody`",
        advice="keep the state folder out of private folders, or run as a normal user",
    )


def check_state_folder(state_dir: Path) -> Finding:
    existing = next(path for path in (state_dir, *state_dir.parents) if os.access(path, os.F_OK))
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Finding(
            level="fail",
            subject="state folder",
            meaning=f"{existing} cannot be written to",
            advice="set HEXHAUL_STATE_DIR to a folder of yours",
        )
    return judge_space(state_dir, free_bytes=shutil.disk_usage(existing).free)


def judge_space(state_dir: Path, *, free_bytes: int) -> Finding:
    """Return whether so much free space is enough for what grows in the state folder."""
    meaning = f"{state_dir}, {free_bytes / 1024**3:.1f} GiB free"
    if free_bytes >= FREE_BYTES_LOW:
        return Finding(level="ok", subject="state folder", meaning=meaning)
    return Finding(
        level="fail" if free_bytes < FREE_BYTES_MIN else "warn",
        subject="state folder",
        meaning=meaning,
        advice="free some space, or set HEXHAUL_STATE_DIR to a folder on another disk",
    )


def check_sockets(state_dir: Path) -> Finding:
    try:
        folder = choose_socket_folder(
            state_dir, (Path(tempfile.gettempdir()),), user_id=os.geteuid()
        )
    except EmbeddedError as error:
        return Finding(level="fail", subject="sockets", meaning=str(error))
    return Finding(level="ok", subject="sockets", meaning=f"in {folder}")


def check_open_files(soft_limit: int) -> Finding:
    meaning = f"at most {soft_limit} per process"
    if soft_limit == resource.RLIM_INFINITY or soft_limit >= OPEN_FILES_COUNT_LOW:
        return Finding(level="ok", subject="open files", meaning=meaning)
    return Finding(
        level="fail" if soft_limit < OPEN_FILES_COUNT_MIN else "warn",
        subject="open files",
        meaning=f"{meaning}; every connected courier takes one",
        advice="raise it with `ulimit -n 65536`",
    )


def first_free_port(host: str, port: int) -> int | None:
    """Return the first port from `port` on that can be listened on, of a few."""
    for candidate in range(port, min(port + PORTS_TRIED_COUNT_MAX, 65_536)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, candidate))
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
            else:
                return candidate
    return None


def check_port(host: str, port: int) -> Finding:
    free = first_free_port(host, port)
    if free == port:
        return Finding(level="ok", subject="http port", meaning=f"{port} is free")
    if free is None:
        meaning = f"{port} and the {PORTS_TRIED_COUNT_MAX - 1} after it are taken"
        advice = "set HEXHAUL_HTTP_PORT to a free one"
        return Finding(level="fail", subject="http port", meaning=meaning, advice=advice)
    meaning = f"{port} is taken; {free} would be used"
    return Finding(level="warn", subject="http port", meaning=meaning)
