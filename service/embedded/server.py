"""One server process: started under its lock, looked after, stopped."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from service.embedded.errors import ServerFailedError
from service.embedded.identity import Identity
from service.embedded.lock import try_lock
from service.embedded.pace import pause_before_start_s

log = logging.getLogger(__name__)

STOP_TIMEOUT_S = 20.0  # a clean stop writes everything out; on a busy disk that takes a while
KILL_TIMEOUT_S = 5.0
LOOK_INTERVAL_S = 0.02
LOG_TAIL_LINES_MAX = 5
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """What is particular to one kind of server."""

    name: str  # of its log and lock
    argv: tuple[str, ...]
    stop_signal: signal.Signals  # asks for a clean stop
    pid_file: Path  # written by the server; its first line is the pid
    stale_paths: tuple[Path, ...]  # left by a killed server, and in the way of the next one
    is_ready: Callable[[int], bool]  # of the pid


class Server:
    """The process of one recipe; at most one at a time on this machine for a state folder."""

    def __init__(self, recipe: Recipe, identity: Identity, state_dir: Path) -> None:
        self.recipe = recipe
        self._identity = identity
        self._lock_path = state_dir / f"{recipe.name}.lock"
        self._log_path = state_dir / f"{recipe.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at_s = 0.0

    def start(self) -> bool:
        """Start the process; return False while another, or a child of it, still holds the lock."""
        lock = try_lock(self._lock_path)
        if lock is None:
            return False
        for path in self.recipe.stale_paths:
            path.unlink(missing_ok=True)
        try:
            self._process = self._spawn(lock)
        finally:
            os.close(lock)  # the server keeps its own
        self._started_at_s = time.monotonic()
        return True

    def evict(self) -> None:
        """Stop what an earlier supervisor left behind, if anything, and wait for its end.

        Raises:
            ServerFailedError: it does not go away.
        """
        kill_at_s = time.monotonic() + STOP_TIMEOUT_S
        self._signal_leftover(self.recipe.stop_signal)
        while self._is_locked():
            if time.monotonic() > kill_at_s + KILL_TIMEOUT_S:
                raise ServerFailedError(
                    f"A {self.recipe.name} server of an earlier run does not end; "
                    f"{self.recipe.pid_file} names its process."
                )
            if time.monotonic() > kill_at_s:
                self._signal_leftover(signal.SIGKILL)
            time.sleep(LOOK_INTERVAL_S)

    def is_ready(self) -> bool:
        """Tell whether the server answers.

        Raises:
            ServerFailedError: it ended.
        """
        if self._process is None:
            return False
        status = self._process.poll()
        if status is not None:
            raise ServerFailedError(
                f"{self.recipe.name} ended with status {status} while starting. "
                f"The end of {self._log_path}:\n{_tail(self._log_path)}"
            )
        return self.recipe.is_ready(self._process.pid)

    def look_after(self) -> None:
        """Start the process again if it has ended, and its pause is over."""
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            log.warning("%s ended with status %d; starting it again", self.recipe.name, status)
            self._process = None
        alive_s = time.monotonic() - self._started_at_s
        if pause_before_start_s(alive_s) == 0.0:
            self.start()

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.recipe.stop_signal)

    def wait_stopped(self) -> None:
        """Wait for the end, and force it when it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        with self._log_path.open("ab") as log_file:
            return subprocess.Popen(  # noqa: S603 -- our own recipe
                [*self._identity.prefix, *self.recipe.argv],
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                cwd="/",  # never keeps somebody's folder in use
                pass_fds=(lock,),
                preexec_fn=end_with_parent(self.recipe.stop_signal),
                user=self._identity.user_id,
                group=self._identity.group_id,
                extra_groups=self._identity.extra_groups,
            )

    def _is_locked(self) -> bool:
        lock = try_lock(self._lock_path)
        if lock is None:
            return True
        os.close(lock)
        return False

    def _signal_leftover(self, signal_number: signal.Signals) -> None:
        if not self._is_locked():
            return  # a pid file without a server is stale, and its pid may be anybody's by now
        with suppress(OSError, ValueError, IndexError):  # no pid yet, or no longer
            pid = int(self.recipe.pid_file.read_text().splitlines()[0])
            os.kill(pid, signal_number)


def end_with_parent(signal_number: signal.Signals) -> Callable[[], None] | None:
    """Return what a new child runs so that the end of its parent sends it the signal.

    Linux only; elsewhere the next supervisor evicts what is left.
    """
    if sys.platform != "linux":
        return None
    parent_id = os.getpid()

    def tether() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != parent_id:  # it ended before the call
            os._exit(1)

    return tether


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4_096))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-LOG_TAIL_LINES_MAX:])
