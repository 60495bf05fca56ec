"""The app's side: starts the supervisor, and brings it back when somebody kills it."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO

import structlog

from service.embedded.errors import EmbeddedError, StateFolderUnusableError
from service.embedded.pace import pause_before_start_s
from service.embedded.report import ServerUrls, decode_report

log = structlog.get_logger(__name__)

SUPERVISOR = "service.embedded.supervisor"
STOP_TIMEOUT_S = 30.0  # the supervisor's own patience with its servers, and some


class EmbeddedServers:
    """PostgreSQL and Valkey for as long as the `with` block runs, however it ends.

    Either server, or their supervisor, may be killed at any moment: what was killed is back within
    a second or two, at the same URLs and with its data. `durable=False` is for tests: faster, but
    the last commits before a kill may be lost.

    Raises:
        EmbeddedError: on entering; the message says what to do.
    """

    def __init__(self, state_dir: Path, *, durable: bool = True) -> None:
        self._state_dir = state_dir.resolve()
        self._flags = () if durable else ("--not-durable",)
        self._is_closing = threading.Event()
        self._spawning = threading.Lock()
        self._watcher = threading.Thread(target=self._watch, name="embedded-servers", daemon=True)
        self._supervisor: subprocess.Popen[bytes]

    def __enter__(self) -> ServerUrls:
        try:
            self._state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._supervisor = self._spawn()
        except OSError as error:
            raise StateFolderUnusableError(
                f"The state folder {self._state_dir} cannot be used: {error.strerror}. Choose "
                "another one, or set DATABASE_URL and REDIS_URL to servers of your own."
            ) from error
        urls = _urls_from(self._supervisor)
        self._watcher.start()
        return urls

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_closing.set()
        with self._spawning:  # from here on no other supervisor is spawned
            supervisor = self._supervisor
        _end(supervisor)
        self._watcher.join()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self._state_dir / "supervisor.log").open("ab") as log_file:
            return subprocess.Popen(  # noqa: S603 -- our own module
                [sys.executable, "-m", SUPERVISOR, str(self._state_dir), *self._flags],
                stdin=subprocess.PIPE,  # its end is the sign to stop
                stdout=subprocess.PIPE,
                stderr=log_file,
                start_new_session=True,  # a Ctrl-C is for the app, which then stops us in order
            )

    def _watch(self) -> None:
        spawned_at_s = time.monotonic()
        while True:
            self._supervisor.wait()
            if self._is_closing.wait(pause_before_start_s(time.monotonic() - spawned_at_s)):
                return
            spawned_at_s = time.monotonic()
            try:
                self._restart()
            except (EmbeddedError, OSError) as error:
                log.warning("task_failed", task="embedded-servers", error=str(error))

    def _restart(self) -> None:
        _end(self._supervisor)
        log.warning("process_ended", child=SUPERVISOR, status=self._supervisor.returncode)
        with self._spawning:
            if self._is_closing.is_set():
                return
            self._supervisor = self._spawn()
        _urls_from(self._supervisor)
        log.warning("process_started", child=SUPERVISOR)


def _urls_from(supervisor: subprocess.Popen[bytes]) -> ServerUrls:
    """Wait for the supervisor's report; end it when that is not a good one."""
    try:
        with _pipe(supervisor.stdout) as stdout:
            return decode_report(stdout.readline())
    except BaseException:
        _end(supervisor)
        raise


def _end(supervisor: subprocess.Popen[bytes]) -> None:
    """Let the supervisor stop its servers, and wait for it."""
    _pipe(supervisor.stdin).close()
    try:
        supervisor.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        supervisor.wait()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "asked for with subprocess.PIPE"
    return stream
