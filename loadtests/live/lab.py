"""The whole service on this machine for one load test, as `hexhaul up` would start it.

    async with open_lab(LabPlan(couriers_count=5_000, online_count=5_000)) as lab:
        async with remote(Fleet, host=lab.host, port=lab.port) as fleet:
            before = lab.usage(client=fleet.pid)

PostgreSQL with fsync, Valkey, relay, dispatch and api are real processes in a temporary folder that
is removed at the end. `lab.runtime` is this process's own way into both stores, to look at what
there is.
"""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from loadtests.live.people import People, settle
from loadtests.live.probe import Usage, descendants, raise_files_max, usage
from loadtests.live.sampling import sampled
from service.domain.policy import Policy
from service.runtime import Runtime, open_runtime
from service.settings import own_servers
from service.stack import Plan, Stack, running_stack

_STANDING_FOR_MANY = ("MERCHANT", "OPS", "STRANGER")  # a few play many, and are not to be limited


class LabError(Exception):
    """The load test cannot run here; the message says what to do."""


class LabPlan(Struct, frozen=True, kw_only=True):
    """What a scenario needs."""

    couriers_count: int
    online_count: int = 0  # of the couriers: on duty from the start
    merchants_count: int = 1
    policy: Policy = Policy()
    environment: Mapping[str, str] = {}  # settings of the processes
    is_sampled: bool = False  # whether its processes can be asked for a profile


class Lab(NamedTuple):
    """A running service, and who may use it."""

    stack: Stack[People]
    runtime: Runtime
    folder: Path  # with the logs of the processes

    @property
    def host(self) -> str:
        return self.stack.settings.http_host

    @property
    def port(self) -> int:
        return self.stack.settings.http_port

    @property
    def people(self) -> People:
        return self.stack.prepared

    def pids(self) -> dict[str, list[int]]:
        """Return the processes of the service by name; Postgres with its backends."""
        found = dict[str, list[int]]()
        for name, pid in self.stack.processes.pids().items():
            found.setdefault(name.partition("-")[0], []).append(pid)
        for name, path in (
            ("postgres", self.folder / "postgres" / "postmaster.pid"),
            ("valkey", self.folder / "valkey" / "valkey.pid"),
        ):
            pid = int(path.read_text().split()[0])
            found[name] = [pid, *descendants(pid)]
        return found

    def usage(self, **others: int) -> dict[str, Usage]:
        """Return what each process has used until now; `others` are pids beside the service's."""
        named = self.pids() | {name: [pid] for name, pid in others.items()}
        return {name: usage(pids) for name, pids in named.items()}


@asynccontextmanager
async def open_lab(plan: LabPlan) -> AsyncGenerator[Lab]:
    """Start everything, and stop it when the block ends.

    Raises:
        LabError: servers of somebody's own are set.
        EmbeddedError, StackFailedError: the service does not start.
    """
    if own_servers() is not None:
        raise LabError("DATABASE_URL and REDIS_URL are set; a load test brings its own servers")
    raise_files_max()

    async def prepare(runtime: Runtime) -> People:
        return await settle(
            runtime,
            couriers_count=plan.couriers_count,
            online_count=plan.online_count,
            merchants_count=plan.merchants_count,
            policy=plan.policy,
        )

    with _temporary_folder() as folder:
        environment = {
            "HEXHAUL_DRAIN_S": "0.3",
            **{f"HEXHAUL_{who}_REQUESTS_PER_S_MAX": "100000" for who in _STANDING_FOR_MANY},
            # Phones that report as fast as they can, and come back again and again.
            "HEXHAUL_COURIER_POSITIONS_PER_S_MAX": "100000",
            "HEXHAUL_COURIER_SOCKETS_PER_MIN_MAX": "100000",
            "HEXHAUL_WATCHER_SOCKETS_PER_MIN_MAX": "100000",
            **plan.environment,
        }
        if plan.is_sampled:
            environment |= sampled(folder)
        stack_plan = Plan(state_dir=folder, environment=environment)
        async with (
            running_stack(stack_plan, prepare) as stack,
            open_runtime(stack.settings) as runtime,
        ):
            yield Lab(stack=stack, runtime=runtime, folder=folder)


@contextmanager
def _temporary_folder() -> Generator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hexhaul-live-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
