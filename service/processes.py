"""Keeps the child processes of one app running, and takes them along when the app ends."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger(__name__)

RESTART_DELAY_S_MIN = 0.2
RESTART_DELAY_S_MAX = 5.0
STEADY_AFTER_S = 30.0  # alive for so long, a process is no longer one that cannot start
LOG_BYTES_MAX = 16 * 1024 * 1024  # of one file at a start; the one before it is kept

# Runs before the program, in its process: the end of the parent kills it (1 is PR_SET_PDEATHSIG).
# Not a `preexec_fn`: that runs Python between fork and exec, which is unsafe beside threads.
_TETHER = """\
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execvp(sys.argv[2], sys.argv[2:])
"""


def restart_delay_s(quick_ends_count: int) -> float:
    """Return the wait before the next start, after so many early ends in a row (at least 1)."""
    doublings_count = min(quick_ends_count - 1, 10)  # far above the maximum, far below overflow
    return min(RESTART_DELAY_S_MAX, RESTART_DELAY_S_MIN * 2.0**doublings_count)


def tethered(argv: Sequence[str], *, parent_id: int) -> list[str]:
    """Return the command line that runs `argv` no longer than the parent lives (on Linux)."""
    if sys.platform != "linux":
        return list(argv)
    return [sys.executable, "-I", "-S", "-c", _TETHER, str(parent_id), *argv]


class Processes:
    """Named commands, each kept running while the `async with` block runs.

    All have the same `environment`, or that of this process; `own_environments` adds to the former.
    What they print goes to `<name>.log` in `log_dir`. They are started in the given order and
    stopped in reverse, each with its share of `stop_timeout_s` before it is killed. Each has a
    session of its own, so a Ctrl-C reaches the app alone. Enter it in the main thread: the
    tether is to the thread that starts a process.
    """

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        log_dir: Path,
        environment: Mapping[str, str] | None = None,
        own_environments: Mapping[str, Mapping[str, str]] | None = None,
        inherited_fds: Sequence[int] = (),
        stop_timeout_s: float = 3.0,
    ) -> None:
        self._commands = commands
        self._log_dir = log_dir
        self._environment = environment
        self._own_environments = own_environments or {}
        self._inherited_fds = tuple(inherited_fds)
        self._stop_timeout_s = stop_timeout_s
        self._running: dict[str, Process] = {}
        self._restarts_count = dict.fromkeys(commands, 0)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._stop)
            keepers = await stack.enter_async_context(asyncio.TaskGroup())
            for name in self._commands:
                await self._start(name)
                task = keepers.create_task(self._keep(name), name=f"keep {name}")
                stack.callback(task.cancel)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._stack.__aexit__(exception_type, exception, traceback)
        except BaseExceptionGroup as group:
            if group.exceptions != (exception,):
                raise
            # The block's own exception goes on as it is; that there is a group is our affair.

    def pids(self) -> dict[str, int]:
        """Return the pid of each process that is running now."""
        return {
            name: process.pid
            for name, process in self._running.items()
            if process.returncode is None
        }

    def restarts(self) -> dict[str, int]:
        """Return how often each process was started again."""
        return dict(self._restarts_count)

    async def _start(self, name: str) -> None:
        path = self._log_dir / f"{name}.log"
        _turn_over(path)
        with path.open("ab") as log_file:
            self._running[name] = await asyncio.create_subprocess_exec(
                *tethered(self._commands[name], parent_id=os.getpid()),
                stdin=DEVNULL,
                stdout=log_file,
                stderr=log_file,
                env=self._environment_of(name),
                pass_fds=self._inherited_fds,
                start_new_session=True,
            )

    def _environment_of(self, name: str) -> Mapping[str, str] | None:
        """Return what all have, and what is the process' own beside it; None: what we have."""
        if self._environment is None:
            return None
        return {**self._environment, **self._own_environments.get(name, {})}

    async def _keep(self, name: str) -> None:
        loop = asyncio.get_running_loop()
        started_at_s = loop.time()
        quick_ends_count = 0
        while True:
            status = await self._running[name].wait()
            alive_s = loop.time() - started_at_s
            quick_ends_count = 1 if alive_s >= STEADY_AFTER_S else quick_ends_count + 1
            delay_s = restart_delay_s(quick_ends_count)
            log.warning("process_ended", child=name, status=status, restart_in_s=delay_s)
            await asyncio.sleep(delay_s)
            started_at_s = loop.time()
            try:
                await self._start(name)
            except OSError as error:  # no descriptor, no memory: another early end
                log.warning("task_failed", task=f"start {name}", error=str(error))
            else:
                self._restarts_count[name] += 1
                log.warning("process_started", child=name, restarts=self._restarts_count[name])

    async def _stop(self) -> None:
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + self._stop_timeout_s
        for left_count in range(len(self._running), 0, -1):
            _, process = self._running.popitem()  # the latest first
            share_s = max(0.0, deadline_s - loop.time()) / left_count
            await _end(process, timeout_s=share_s)


async def _end(process: Process, *, timeout_s: float) -> None:
    """Ask the process to end; kill it when it takes too long."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)  # at once: when all ends there is nowhere to move to
    try:
        async with asyncio.timeout(timeout_s):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _turn_over(path: Path) -> None:
    """Set a log aside that has grown large, over the one set aside before."""
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_suffix(".log.1"))
