"""The promises, what was found, and the records of the runs, each read from where it is kept."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from loadtests.plain import is_mapping

ROOT = Path(__file__).parents[2]


class Promise(Struct, frozen=True, kw_only=True):
    """A guarantee as a sentence that can be tested, the tests and the runs that do."""

    id: str
    name: str
    text: str
    proofs: tuple[str, ...]  # paths of test files
    runs: tuple[str, ...] = ()


class Recovery(Struct, frozen=True, kw_only=True):
    """How long until all was whole, in seconds: of `count` effective trials of one kind."""

    count: int
    p50: float
    most: float


class Run(Struct, frozen=True, kw_only=True):
    """One record; `reached` of `wanted`, and what was found broken in it."""

    name: str
    what: str  # is counted
    wanted: int  # for a release
    reached: int = 0
    broken: int = 0
    command: str = ""
    revision: str = ""
    at: str = ""
    recovery_s: Mapping[str, Recovery] = {}


class _Record(Struct):
    """What every record says; its figures are where its kind has them."""

    command: str
    revision: str
    at: str
    recovery_s: dict[str, Recovery] = {}


class Finding(Struct, frozen=True, kw_only=True):
    """A bug of ours that a run found, how to see it again before its fix, and the fix."""

    by: str
    promise: str
    what: str
    again: str
    fix: str
    is_open: bool = False


class Sabotage(Struct, frozen=True, kw_only=True):
    """A guard that was taken away, and the tests that failed then."""

    name: str
    guard: str
    path: str
    by: tuple[str, ...]


class Kind(Struct, frozen=True, kw_only=True):
    """Where a run keeps its record, and where in it the figures are (paths of keys)."""

    what: str
    wanted: int
    paths: tuple[str, ...]  # the first that is there counts
    reached: tuple[str, ...]
    broken: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "faults": Kind(
        what="faults in real processes",
        wanted=500,
        paths=(
            "loadtests/faults/results/release.json",
            "loadtests/faults/results/short.json",
        ),
        reached=("counts", "verdicts", "held"),  # what was void or not possible proves nothing
        broken=("violations",),
    ),
    "races": Kind(
        what="attempts of who races for the same jobs",
        wanted=1_000_000,
        paths=("loadtests/races/results/races.json",),
        reached=("attempts_count",),
        broken=("broken_count",),
    ),
    "hostile": Kind(
        what="hostile inputs",
        wanted=1_000_000,
        paths=("loadtests/hostile/results/hostile.json",),
        reached=("inputs_count",),
        broken=("broken",),
    ),
    "worlds": Kind(
        what="simulated worlds",
        wanted=100_000,
        paths=("tests/simulation/results/worlds.json",),
        reached=("worlds_count",),
        broken=("failed_seeds",),
    ),
    "overload": Kind(
        what="times the rated load",
        wanted=3,
        paths=("loadtests/live/results/overload.json",),
        reached=("figures", "load_factor"),
        broken=("missed",),
    ),
}


def read_run(name: str) -> Run:
    """Return the record of a run; one that reached nothing where there is no record."""
    kind = KINDS[name]
    empty = Run(name=name, what=kind.what, wanted=kind.wanted)
    for path in kind.paths:
        if (ROOT / path).exists():
            text = (ROOT / path).read_bytes()
            record = msgspec.json.decode(text, type=_Record)
            figures = msgspec.json.decode(text, type=dict[str, object])
            return msgspec.structs.replace(
                empty,
                reached=_count(figures, kind.reached),
                broken=_count(figures, kind.broken),
                command=record.command,
                revision=record.revision,
                at=record.at,
                recovery_s=record.recovery_s,
            )
    return empty


def _count(record: object, keys: tuple[str, ...]) -> int:
    found = record
    for key in keys:
        assert is_mapping(found), "a path leads through objects"
        found = found[key]
    return found if isinstance(found, int) else len(msgspec.convert(found, list[object]))


def read_promises() -> list[Promise]:
    """Return the promises, in the order of their numbers."""
    path = Path(__file__).with_name("promises.json")
    return msgspec.json.decode(path.read_bytes(), type=list[Promise])


def read_findings() -> list[Finding]:
    """Return what was found, oldest first."""
    path = Path(__file__).with_name("findings.json")
    return msgspec.json.decode(path.read_bytes(), type=list[Finding])


def read_sabotages() -> list[Sabotage]:
    """Return what became of each guard that was taken away."""
    path = ROOT / "tests" / "sabotage" / "results" / "sabotages.json"
    return msgspec.json.decode(path.read_bytes(), type=list[Sabotage])
