"""The process between an app and its servers: `python -m service.embedded.supervisor STATE_DIR`.

It lives as long as its standard input. Whatever ends the app closes that pipe, and the servers are
stopped properly; whatever ends a server, it is started again at the same place. It has no threads:
the servers are started with code that runs between fork and exec.
"""

import logging
import os
import select
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from service.embedded import postgres, valkey
from service.embedded.binaries import find_postgres, find_valkey
from service.embedded.errors import EmbeddedError, ServerFailedError, StateFolderBusyError
from service.embedded.identity import choose_identity, open_state_folder
from service.embedded.lock import try_lock
from service.embedded.relocation import reachable_program
from service.embedded.report import Failure, Report, ServerUrls, encode_report
from service.embedded.server import LOOK_INTERVAL_S, Server
from service.embedded.sockets import choose_socket_folder, open_socket_folder

READY_TIMEOUT_S = 120.0  # a crash recovery reads all that was written since the last checkpoint
HANDOVER_TIMEOUT_S = 0.5  # until the supervisor of an app that was just killed has noticed
WATCH_INTERVAL_S = 0.1
_STDIN, _STDOUT = 0, 1
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def main() -> None:
    parser = ArgumentParser(prog="service.embedded.supervisor")
    parser.add_argument("state_dir", type=Path)
    parser.add_argument("--not-durable", dest="durable", action="store_false")
    options = parser.parse_args()
    os.umask(0o077)  # the servers' logs quote data
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    for signal_number in _STOP_SIGNALS:
        signal.signal(signal_number, _exit)
    try:
        supervise(options.state_dir, durable=options.durable)
    except EmbeddedError as error:
        _tell(Failure(code=error.code, message=str(error)))
        sys.exit(1)


def supervise(state_dir: Path, *, durable: bool) -> None:
    """Run both servers until standard input ends.

    Raises:
        EmbeddedError: they could not be started.
    """
    lock = _lock_state(state_dir)
    temporary_dirs = (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108 -- owner is checked
    socket_folder = choose_socket_folder(state_dir, temporary_dirs, user_id=os.geteuid())
    servers: list[Server] = []
    try:
        servers += _prepare(state_dir, socket_folder, durable=durable)
        _start(servers)
        _tell(
            ServerUrls(
                database_url=postgres.postgres_url(socket_folder),
                redis_url=valkey.valkey_url(socket_folder),
            )
        )
        while not _input_ended(WATCH_INTERVAL_S):
            for server in servers:
                server.look_after()
    finally:
        # Freed before the servers have ended: the next supervisor waits for theirs.
        os.close(lock)
        _stop(servers)
        _remove_socket_folder(socket_folder, state_dir)


def _lock_state(state_dir: Path) -> int:
    deadline_s = time.monotonic() + HANDOVER_TIMEOUT_S
    while (lock := try_lock(state_dir / "supervisor.lock")) is None:
        if time.monotonic() > deadline_s:
            raise StateFolderBusyError(
                f"Another running app uses the state folder {state_dir}. Stop that app, or give "
                "this one a state folder of its own."
            )
        time.sleep(LOOK_INTERVAL_S)
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())  # for people
    return lock


def _prepare(state_dir: Path, socket_folder: Path, *, durable: bool) -> list[Server]:
    """Return both servers, ready to be started: nobody in their place, and their data prepared."""
    identity = choose_identity()
    open_state_folder(state_dir, identity)
    copies_dir = state_dir / "programs"
    postgres_program = reachable_program(find_postgres(), identity, copies_dir=copies_dir)
    valkey_program = reachable_program(find_valkey(), identity, copies_dir=copies_dir)
    recipes = (
        postgres.postgres_recipe(
            postgres_program, state_dir=state_dir, socket_folder=socket_folder, durable=durable
        ),
        valkey.valkey_recipe(
            valkey_program, state_dir=state_dir, socket_folder=socket_folder, durable=durable
        ),
    )
    servers = [Server(recipe, identity, state_dir) for recipe in recipes]
    for server in servers:
        server.evict()
    open_socket_folder(socket_folder, identity, state_dir=state_dir)
    postgres.prepare_data(postgres_program, identity, state_dir)
    valkey.prepare_data(identity, state_dir)
    return servers


def _start(servers: Sequence[Server]) -> None:
    """Start the servers, and wait until all of them answer."""
    deadline_s = time.monotonic() + READY_TIMEOUT_S
    for server in servers:
        server.start()
    while not all(server.is_ready() for server in servers):
        if time.monotonic() > deadline_s:
            raise ServerFailedError(f"The servers were not ready within {READY_TIMEOUT_S:.0f} s.")
        if _input_ended(LOOK_INTERVAL_S):
            sys.exit()


def _stop(servers: Sequence[Server]) -> None:
    for signal_number in _STOP_SIGNALS:
        signal.signal(signal_number, signal.SIG_IGN)  # already stopping
    for server in servers:
        server.ask_to_stop()
    for server in servers:
        server.wait_stopped()


def _remove_socket_folder(folder: Path, state_dir: Path) -> None:
    """Leave nothing among the temporary files, unless a successor is at work there already."""
    lock = try_lock(state_dir / "supervisor.lock")
    if lock is not None:
        with suppress(OSError):  # a killed server's files are in it; the next start removes them
            folder.rmdir()
        os.close(lock)


def _input_ended(timeout_s: float) -> bool:
    readable, _, _ = select.select([_STDIN], [], [], timeout_s)
    return bool(readable) and not os.read(_STDIN, 1)


def _exit(_signal_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit()


def _tell(report: Report) -> None:
    os.write(_STDOUT, encode_report(report))


if __name__ == "__main__":
    main()
