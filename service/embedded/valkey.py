"""Valkey (or Redis): its data folder, its settings, and how to see that it is ready."""

import signal
import socket
from pathlib import Path

from service.embedded.binaries import Program
from service.embedded.identity import Identity, give_folder
from service.embedded.server import Recipe
from service.embedded.sockets import VALKEY_SOCKET

_PING_TIMEOUT_S = 1.0
_SETTINGS = {
    "port": "0",  # no TCP
    "unixsocketperm": "700",
    "appendonly": "yes",
    "save": "",
    "maxmemory-policy": "noeviction",  # a full server says so; it never drops a key of ours
    "daemonize": "no",
}


def valkey_url(socket_folder: Path) -> str:
    return f"unix://{socket_folder / VALKEY_SOCKET}"


def valkey_recipe(
    program: Program, *, state_dir: Path, socket_folder: Path, durable: bool
) -> Recipe:
    socket_path = socket_folder / VALKEY_SOCKET
    data_dir = _data_folder(state_dir)
    pid_file = data_dir / "valkey.pid"
    settings = _SETTINGS | {
        "unixsocket": str(socket_path),
        "dir": str(data_dir),
        "pidfile": str(pid_file),
        "appendfsync": "everysec" if durable else "no",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return Recipe(
        name="valkey",
        argv=(str(program.path), *options),
        stop_signal=signal.SIGTERM,
        pid_file=pid_file,
        stale_paths=(pid_file, socket_path),
        is_ready=lambda _: answers_ping(socket_path),
    )


def prepare_data(identity: Identity, state_dir: Path) -> None:
    give_folder(_data_folder(state_dir), identity)


def answers_ping(socket_path: Path) -> bool:
    """Tell whether the server has loaded its data and answers."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_PING_TIMEOUT_S)
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(7).startswith(b"+PONG")
    except OSError:
        return False


def _data_folder(state_dir: Path) -> Path:
    return state_dir / "valkey"
