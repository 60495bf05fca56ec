"""All that the checks look at, as plain data: the history, the rows, the logs, and the fault."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from loadtests.faults.history import Event, Operation, operations
from loadtests.faults.plan import Trial
from loadtests.faults.rows import Rows
from service.simulation.run.evidence import Evidence
from service.simulation.run.witness import Witness


class Effect(Struct, kw_only=True):
    """What a fault was seen to do: each of `seen` must be more than nothing."""

    seen: dict[str, float] = {}
    surprises: list[str] = []  # what must never be, fault or not

    def saw(self, what: str, count: float) -> None:
        """Note that something happened so often."""
        self.seen[what] = self.seen.get(what, 0) + count


class Receiver(Struct, frozen=True, kw_only=True):
    """A webhook endpoint: who heard its calls in the history, and how they are signed."""

    who: str
    endpoint_id: str
    secret: str


class OpenFiles(Struct, frozen=True, kw_only=True):
    """How many files a process holds open, before the fault and after."""

    process: str
    before_count: int
    after_count: int


class Watched(Struct, frozen=True, kw_only=True):
    """A watcher at the end; `who` in the history."""

    who: str
    owner: str
    is_live: bool


class Carrier(Struct, frozen=True, kw_only=True):
    """A courier at the end; `who` in the history."""

    who: str
    courier_id: UUID
    is_live: bool


class Proof(Struct, frozen=True, kw_only=True):
    """The state of everything after a trial."""

    trial: Trial
    history: Sequence[Event]  # of the whole lab, the trials before this one too
    rows: Rows
    run: Evidence  # what a demo's run is judged by
    witness: Witness  # what the clients' own checks say
    receivers: Sequence[Receiver]
    watched: Sequence[Watched]
    carriers: Sequence[Carrier]
    files: Sequence[OpenFiles]  # of the processes that lived all the while
    logs: Mapping[str, str]  # by process
    canaries: Sequence[str]  # what may not be in them
    effect: Effect
    recovery_s: float | None  # since the harm was over, until all was whole; None: it never was
    is_quiet: bool  # whether all that was decided has been told
    rested_s: float  # how long the market was paused then

    def operations(self) -> list[Operation]:
        """Return every operation of the lab."""
        return operations(self.history)
