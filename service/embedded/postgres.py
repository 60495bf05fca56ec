"""PostgreSQL: its data folder, its settings, and how to see that it is ready."""

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from service.embedded.binaries import Program
from service.embedded.errors import ServerFailedError, StateFolderUnusableError
from service.embedded.identity import Identity, give_folder
from service.embedded.server import Recipe, end_with_parent
from service.embedded.sockets import POSTGRES_PORT, POSTGRES_SOCKET

_UNFINISHED = "postgres-unfinished-"
_STATUS_LINE = 7  # of postmaster.pid, counted from 0
_SETTINGS = {
    "listen_addresses": "",  # no TCP: no port to clash, and trusting the socket's owner is safe
    "port": str(POSTGRES_PORT),  # not PGPORT of whoever starts us
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "log_error_verbosity": "terse",  # or it tells of the rows that a constraint refuses
    "log_checkpoints": "off",  # the log is for what went wrong
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def postgres_url(socket_folder: Path) -> str:
    return f"postgresql://postgres@/postgres?host={socket_folder}&port={POSTGRES_PORT}"


def postgres_recipe(
    program: Program, *, state_dir: Path, socket_folder: Path, durable: bool
) -> Recipe:
    data_dir = data_folder(state_dir)
    settings = _SETTINGS | {"unix_socket_directories": str(socket_folder)}
    if not durable:
        settings |= _NOT_DURABLE
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    pid_file = data_dir / "postmaster.pid"
    return Recipe(
        name="postgres",
        argv=(str(program.path), "-D", str(data_dir), *options),
        stop_signal=signal.SIGINT,  # "fast": ends sessions, then writes a checkpoint
        pid_file=pid_file,
        stale_paths=(
            pid_file,
            socket_folder / POSTGRES_SOCKET,
            socket_folder / f"{POSTGRES_SOCKET}.lock",
        ),
        is_ready=lambda pid: says_ready(pid_file, pid),
    )


def data_folder(state_dir: Path) -> Path:
    return state_dir / "postgres"


def says_ready(pid_file: Path, pid: int) -> bool:
    """Tell whether the server of this pid has written that it accepts connections."""
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return (
        len(lines) > _STATUS_LINE
        and lines[0] == str(pid)
        and lines[_STATUS_LINE].strip() == "ready"
    )


def prepare_data(program: Program, identity: Identity, state_dir: Path) -> None:
    """Make the data folder when there is none.

    It gets its name when it is complete, so a start that was cut short leaves no half of one.

    Raises:
        StateFolderUnusableError: the data is another major version's.
        ServerFailedError: `initdb` failed.
    """
    data_dir = data_folder(state_dir)
    for unfinished in state_dir.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    if (data_dir / "PG_VERSION").exists():
        _check_version(program, data_dir)
        give_folder(data_dir, identity)
        return
    new_dir = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=state_dir))
    give_folder(new_dir, identity)
    _initdb(program, identity, new_dir)
    new_dir.rename(data_dir)


def _check_version(program: Program, data_dir: Path) -> None:
    written_by = (data_dir / "PG_VERSION").read_text().strip()
    if written_by != str(program.version[0]):
        raise StateFolderUnusableError(
            f"{data_dir} was written by PostgreSQL {written_by}, but the server found is version "
            f"{program.version_text} ({program.path}). Install that version again, or choose "
            "another state folder."
        )


def _initdb(program: Program, identity: Identity, data_dir: Path) -> None:
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    words = f"-U postgres -A trust -E UTF8 --locale={locale} --no-sync --no-instructions"
    initdb = program.path.parent / "initdb"
    result = subprocess.run(  # noqa: S603 -- the program beside the server
        [*identity.prefix, initdb, "-D", data_dir, *words.split()],
        capture_output=True,
        text=True,
        cwd="/",
        preexec_fn=end_with_parent(signal.SIGKILL),
        user=identity.user_id,
        group=identity.group_id,
        extra_groups=identity.extra_groups,
    )
    if result.returncode != 0:
        raise ServerFailedError(f"{initdb} failed: {result.stderr.strip()}")
