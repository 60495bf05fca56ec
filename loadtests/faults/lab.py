"""The whole service for trials: two processes of each role, and a proxy on every connection.

    clients --door--> api, api-2        relay, relay-2, dispatch, dispatch-2
                        |  each by a proxy of its own to each server  |
                        +---------> Postgres, Valkey <----------------+

Servers and processes are those of `hexhaul up`, as real, and whatever ends is started again by the
same supervisors. The driver's own way to the servers has no proxy.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from msgspec import Struct

from loadtests.faults.kinds import EVERYBODY, LEADER, PROCESSES, Surroundings
from loadtests.faults.proxy import Proxy
from loadtests.faults.signals import tree
from loadtests.faults.surroundings import FakedClock, small_disk
from loadtests.faults.versions import Version, former_version, founded
from loadtests.live.probe import raise_files_max
from loadtests.live.waiting import until
from service.clock import real_now
from service.domain.sealing import KeyChain, new_chain
from service.embedded.client import EmbeddedServers
from service.embedded.postgres import postgres_url
from service.embedded.sockets import POSTGRES_SOCKET, VALKEY_SOCKET
from service.embedded.valkey import valkey_url
from service.key_file import write_new_key_file
from service.listeners import listen
from service.processes import Processes
from service.settings import Settings, child_environment, own_servers
from service.stack import StackFailedError

HOST = "127.0.0.1"
TIME_SCALE = 60.0  # market seconds per real second: deliveries take seconds
STOP_S_MAX = 5.0
READY_S_MAX = 90.0

_ASKERS = ("MERCHANT", "COURIER", "OPS", "STRANGER")  # a few play many, and are not to be limited
_SOCKETS = {"postgres": POSTGRES_SOCKET, "valkey": VALKEY_SOCKET}


class Lab(Struct, frozen=True, kw_only=True):
    """A running service, and where to take hold of it."""

    folder: Path
    settings: Settings  # for the driver: straight to the servers
    door: Proxy  # between clients and the apis
    legs: Mapping[tuple[str, str], Proxy]  # by process and server
    processes: Processes
    version: Version  # that processes are started from
    clock: FakedClock | None
    recipient_keys: KeyChain
    keys: tuple[str, ...]  # of everybody, as `founding` prints them

    @property
    def state_dir(self) -> Path:
        """Where the servers have their data."""
        return self.folder / "state"

    @property
    def url(self) -> str:
        """Where clients go."""
        return f"http://{HOST}:{self.door.port}"

    def server_pids(self, name: str) -> list[int]:
        """Return the processes of `postgres` or `valkey`, the one that the others belong to first.

        None are known while the server is being started again.
        """
        file = "postmaster.pid" if name == "postgres" else "valkey.pid"
        try:
            pid = int((self.state_dir / name / file).read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return []
        return tree(pid)

    def log_of(self, name: str) -> str:
        """Return what a process has logged, in this lab."""
        path = self.folder / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def log_of_server(self, name: str) -> str:
        """Return what Postgres or Valkey has logged."""
        path = self.folder / "state" / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def count_refusals(self) -> int:
        """Return how often somebody who no longer led was kept from writing, in this lab."""
        return sum(self.log_of(name).count('"lease_refused"') for name in PROCESSES)

    def legs_of(self, victim: str, server: str) -> list[Proxy]:
        """Return the proxies between a process, or all of them, and a server."""
        names = PROCESSES if victim == EVERYBODY else (victim,)
        return [self.legs[name, server] for name in names]

    def led_by(self, role: str, *, epoch: int) -> str:
        """Return the process that took a role's lease under this epoch, as its log says.

        Raises:
            LookupError: none says so.
        """
        mark = f'"epoch": {epoch},'
        for name in (role, f"{role}-2"):
            lines = self.log_of(name).splitlines()
            if any('"lease_taken"' in line and mark in line for line in lines):
                return name
        raise LookupError(f"nobody has taken the lease of {role} under epoch {epoch}")


def is_leader(victim: str) -> bool:
    """Return whether a victim is named by what it does at the time."""
    return victim.startswith(LEADER)


@asynccontextmanager
async def open_lab(surroundings: Surroundings, *, seed: int) -> AsyncGenerator[Lab]:
    """Start everything, and stop it when the block ends.

    Args:
        surroundings: what the service stands on, and of which version it is at first.
        seed: of what the networks draw.

    Raises:
        NotPossibleError: this machine has no such surroundings.
        EmbeddedError, StackFailedError: the service does not start.
    """
    if own_servers() is not None:
        raise StackFailedError("DATABASE_URL and REDIS_URL are set; faults need servers of ours")
    raise_files_max()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_temporary_folder())
        if surroundings == "small_disk":
            stack.enter_context(small_disk(folder / "state"))
        clock = FakedClock(folder) if surroundings == "faked_clock" else None
        version = Version(folder)
        if surroundings == "former_version":
            version.deploy(await asyncio.to_thread(former_version, folder))
        urls = stack.enter_context(EmbeddedServers(folder / "state"))
        legs = await _open_legs(stack, folder, urls.database_url, seed=seed)
        listener = stack.enter_context(listen(HOST, 0))
        port = listener.getsockname()[1]
        settings = Settings(
            database_url=urls.database_url, redis_url=urls.redis_url, http_port=port
        )
        servers = {"DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
        keys = await founded(version.root, child_environment(servers))
        recipient_keys = new_chain(real_now())
        write_new_key_file(folder / "keys", recipient_keys)
        environment = {
            "HEXHAUL_HTTP_HOST": HOST,
            "HEXHAUL_RECIPIENT_KEYS": str(folder / "keys"),
            "HEXHAUL_DRAIN_S": "0.3",  # nobody but our own clients is to be spared
            "HEXHAUL_WEBHOOK_LOOPBACK": "true",
            **{f"HEXHAUL_{who}_REQUESTS_PER_S_MAX": "100000" for who in _ASKERS},
            "HEXHAUL_COURIER_SOCKETS_PER_MIN_MAX": "100000",
            "HEXHAUL_WATCHER_SOCKETS_PER_MIN_MAX": "100000",
            **({} if clock is None else clock.environment),
        }
        processes = await stack.enter_async_context(
            Processes(
                {
                    name: _command(folder, name, version.link, listener.fileno())
                    for name in PROCESSES
                },
                log_dir=folder,
                environment=child_environment(environment),
                inherited_fds=[listener.fileno()],
                stop_timeout_s=STOP_S_MAX,
            )
        )
        door = await stack.enter_async_context(Proxy((HOST, 0), (HOST, port), seed=seed))
        lab = Lab(
            folder=folder,
            settings=settings,
            door=door,
            legs=legs,
            processes=processes,
            version=version,
            clock=clock,
            recipient_keys=recipient_keys,
            keys=tuple(keys),
        )
        await _wait_ready(lab)
        yield lab


async def _open_legs(
    stack: AsyncExitStack, folder: Path, database_url: str, *, seed: int
) -> dict[tuple[str, str], Proxy]:
    """Open a proxy from each process to each server."""
    sockets = Path(parse_qs(urlsplit(database_url).query)["host"][0])
    legs = dict[tuple[str, str], Proxy]()
    for number, name in enumerate(PROCESSES):
        _legs_folder(folder, name).mkdir(parents=True)
        for server, socket in _SOCKETS.items():
            proxy = Proxy(_legs_folder(folder, name) / socket, sockets / socket, seed=seed + number)
            legs[name, server] = await stack.enter_async_context(proxy)
    return legs


def _legs_folder(folder: Path, name: str) -> Path:
    return folder / "legs" / name


def _command(folder: Path, name: str, version: Path, listener_fd: int) -> list[str]:
    """Return the command line of a process of a version, with its own way to the servers."""
    role, legs = name.partition("-")[0], _legs_folder(folder, name)
    words = [f"DATABASE_URL={postgres_url(legs)}", f"REDIS_URL={valkey_url(legs)}"]
    command = ["env", f"--chdir={version}", *words, sys.executable, "-m", "service", role]
    return [*command, "--listener-fd", str(listener_fd)] if role == "api" else command


async def _wait_ready(lab: Lab) -> None:
    """Wait until the door is answered, and every process has a database.

    Raises:
        StackFailedError: that takes too long.
    """
    legs = [leg for (_, server), leg in lab.legs.items() if server == "postgres"]
    async with httpx.AsyncClient(base_url=lab.url, trust_env=False) as http:

        async def is_ready() -> bool:
            return all(leg.connections_count > 0 for leg in legs) and await _answers(http)

        if not await until(is_ready, s_max=READY_S_MAX):
            raise StackFailedError(
                f"The service was not ready within {READY_S_MAX:.0f} s; the logs in {lab.folder} "
                "say why."
            )


async def _answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.TransportError:
        return False


@contextmanager
def _temporary_folder() -> Generator[Path]:
    """Make a folder, its name short as there are sockets in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"hxl-faults-{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
