"""What a lab stands on besides a plain folder: a small disk, or clocks that can be moved."""

import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

DISK_BYTES = 768 * 1024 * 1024  # Postgres and Valkey take a quarter of it
BALLAST_CHUNK_BYTES = 1_048_576
# Where packages put libfaketime; the variant for threads first.
FAKETIME_PATTERNS = ("*/faketime/libfaketimeMT.so.1", "*/faketime/libfaketime.so.1")
LIBRARIES = Path("/usr/lib")


class NotPossibleError(Exception):
    """This machine does not allow a fault; the message says what is missing."""


@contextmanager
def small_disk(folder: Path) -> Generator[None]:
    """Mount a file system of a known size over the folder while the block runs.

    Raises:
        NotPossibleError: nobody may mount here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "faults", str(folder)]
    if not _runs(words):
        raise NotPossibleError("mounting a file system is not allowed here")
    try:
        yield
    finally:
        _runs(["umount", "--lazy", str(folder)])


def fill(folder: Path) -> bool:
    """Write until nothing more fits on the folder's disk; return whether it came to that."""
    chunk = bytes(BALLAST_CHUNK_BYTES)
    try:
        with _ballast(folder).open("wb", buffering=0) as file:
            for _ in range(2 * DISK_BYTES // BALLAST_CHUNK_BYTES):
                file.write(chunk)
    except OSError:
        return True
    return False


def is_full(folder: Path) -> bool:
    """Return whether not even a page fits on the folder's disk."""
    probe = folder / "probe"
    try:
        probe.write_bytes(bytes(4_096))
    except OSError:
        return True
    finally:
        with suppress(FileNotFoundError):
            probe.unlink()
    return False


def empty(folder: Path) -> None:
    """Take away what `fill` has written."""
    _ballast(folder).unlink(missing_ok=True)


def _ballast(folder: Path) -> Path:
    return folder / "ballast"


class FakedClock:
    """The wall clock of processes that were started with its environment; monotonic time is true.

    Raises:
        NotPossibleError: libfaketime is not installed.
    """

    def __init__(self, folder: Path) -> None:
        found = [path for pattern in FAKETIME_PATTERNS for path in LIBRARIES.glob(pattern)]
        if not found:
            raise NotPossibleError("libfaketime is not installed")
        self._library, self._control = found[0], folder / "faketime"
        self.jump(0)

    @property
    def environment(self) -> Mapping[str, str]:
        """What to start processes with."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._control),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, offset_s: int) -> None:
        """Move the clock so far from the true one."""
        following = self._control.with_suffix(".next")
        following.write_text(f"{offset_s:+d}s\n")
        following.replace(self._control)


def _runs(words: list[str]) -> bool:
    try:
        return subprocess.run(words, check=False, capture_output=True).returncode == 0  # noqa: S603  # our own
    except FileNotFoundError:
        return False
