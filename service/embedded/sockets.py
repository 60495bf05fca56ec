"""The folder of the servers' sockets: short enough for a socket address, plain enough for a URL."""

import hashlib
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from service.embedded.errors import StateFolderUnusableError
from service.embedded.identity import Identity, give_folder

POSTGRES_PORT = 5432  # names the socket; nothing listens on TCP
POSTGRES_SOCKET = f".s.PGSQL.{POSTGRES_PORT}"
VALKEY_SOCKET = "valkey.sock"
SOCKET_PATH_BYTES_MAX = 103  # macOS; Linux allows 107
_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")  # needs no quoting in a URL or in a server's settings


def choose_socket_folder(state_dir: Path, temporary_dirs: Iterable[Path], *, user_id: int) -> Path:
    """Return a folder in the state folder, or a short one elsewhere that is its alone.

    The same for the same state folder, so that the URLs survive a restart of everything.

    Raises:
        StateFolderUnusableError: every place is too long.
    """
    digest = hashlib.sha256(str(state_dir).encode()).hexdigest()[:16]
    elsewhere = (folder / f"hexhaul-{user_id}-{digest}" for folder in temporary_dirs)
    for folder in (state_dir / "sockets", *elsewhere):
        if _fits(folder):
            return folder
    raise StateFolderUnusableError(
        f"The path {state_dir} is too long for a socket, and so is the folder for temporary files. "
        "Choose a state folder with a shorter path."
    )


def open_socket_folder(folder: Path, identity: Identity, *, state_dir: Path) -> None:
    """Make the folder, private to the servers.

    Raises:
        StateFolderUnusableError: somebody else made the folder first.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.parent != state_dir and not _is_private(folder, identity):
        raise StateFolderUnusableError(
            f"{folder} is not a private folder of ours. Remove it, or choose a state folder with a "
            "shorter path."
        )
    give_folder(folder, identity)


def _is_private(folder: Path, identity: Identity) -> bool:
    """Tell whether a folder among everybody's temporary files is ours alone, and no link."""
    status = folder.lstat()
    is_ours = status.st_uid in {os.geteuid(), identity.owner_id}
    return stat.S_ISDIR(status.st_mode) and is_ours and not status.st_mode & 0o077


def _fits(folder: Path) -> bool:
    path = str(folder / POSTGRES_SOCKET)
    return len(path.encode()) <= SOCKET_PATH_BYTES_MAX and _PLAIN.fullmatch(path) is not None
