"""The file with the keys of recipients' data: out of the database, and not in its backups."""

import os
import stat
from pathlib import Path

from msgspec.structs import replace

from service.domain.sealing import UNSEALED, KeyChain, chain_text, read_chain
from service.settings import Settings, UnfitError

BYTES_MAX = 65_536
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def recipient_keys_of(settings: Settings) -> KeyChain:
    """Return the keys of what is known of recipients, as the settings have them.

    Raises:
        UnfitError: as `read_key_file` says.
    """
    return replace(read_key_file(settings.recipient_keys), seals=settings.seal_recipients)


def read_key_file(path: str) -> KeyChain:
    """Return the keys in the file; none if no file is named.

    Raises:
        UnfitError: it is not there or no key file, or others may read it.
    """
    if not path:
        return UNSEALED
    file = Path(path)
    try:
        if file.stat().st_mode & _OTHERS:
            raise UnfitError(f"{path} may be read by others: chmod 600 {path}")
        with file.open(encoding="ascii") as opened:
            return read_chain(opened.read(BYTES_MAX))
    except OSError as error:
        raise UnfitError(f"recipient_keys: {error}") from error
    except ValueError as error:
        raise UnfitError(f"{path} is no key file: {error}") from error


def write_new_key_file(path: Path, chain: KeyChain) -> None:
    """Write a file that was not there before.

    Raises:
        FileExistsError: it was.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(chain_text(chain))
        file.flush()
        os.fsync(file.fileno())


def replace_key_file(path: Path, chain: KeyChain) -> None:
    """Put other keys in the place of those in the file, wholly or not at all; it keeps its owner.

    Where the path is a link, what it leads to is replaced.

    Raises:
        OSError: that is not possible here, as where a file by itself is mounted.
    """
    path = path.resolve(strict=True)
    owner = path.stat()
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    write_new_key_file(beside, chain)
    try:
        if (beside.stat().st_uid, beside.stat().st_gid) != (owner.st_uid, owner.st_gid):
            os.chown(beside, owner.st_uid, owner.st_gid)
        beside.replace(path)
    except OSError:
        beside.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
