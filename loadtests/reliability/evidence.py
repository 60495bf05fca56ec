"""The promises, what was found, and the records of the runs, each read from where it is kept."""

from collections import Counter
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
    """What is on record, by one seed or several: `reached` of `wanted`, and what was broken."""

    name: str
    what: str  # is counted
    wanted: int  # for a release
    reached: int = 0
    broken: int = 0
    besides: Mapping[str, int] = {}  # what else was counted, by its name
    commands: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    at: str = ""  # the last time
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
    """Where a run keeps its records, and where in them the figures are (paths of keys)."""

    what: str
    wanted: int
    paths: tuple[str, ...]  # patterns: what the first finds that finds something counts
    reached: tuple[str, ...]
    broken: tuple[str, ...]
    besides: Mapping[str, str] = {}  # what else is told of it, and the key of its figure


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
        paths=("loadtests/races/results/races-*.json",),
        reached=("attempts_count",),
        broken=("broken_count",),
    ),
    "hostile": Kind(
        what="hostile inputs",
        wanted=1_000_000,
        paths=("loadtests/hostile/results/hostile-*.json",),
        reached=("inputs_count",),
        broken=("broken",),
    ),
    "worlds": Kind(
        what="simulated worlds",
        wanted=100_000,
        paths=("tests/simulation/results/worlds*.json",),
        reached=("worlds_count",),
        broken=("failed_seeds",),
        besides={
            "jobs": "jobs_count",
            "steps": "steps_count",
            "simulated seconds": "virtual_s",
        },
    ),
    "commands": Kind(
        what="sequences of commands beside an oracle",
        wanted=1_000_000,
        paths=("tests/simulation/results/commands-*.json",),
        reached=("sequences_count",),
        broken=("failed_seeds",),
        besides={"commands": "commands_count"},
    ),
    "soak": Kind(
        what="seconds at 60 % of the capacity",
        wanted=7_200,
        paths=("loadtests/live/results/soak.json",),
        reached=("sizes", "duration_s"),
        broken=("broken",),
    ),
    "overload": Kind(
        what="times the rated load",
        wanted=3,
        paths=("loadtests/live/results/overload.json",),
        reached=("figures", "load_factor"),
        broken=("missed",),
    ),
}


def read_run(name: str, root: Path = ROOT) -> Run:
    """Return what is on record of a run; one that reached nothing where nothing is.

    A million of something takes hours: it may be on record in parts, each of a seed of its own.
    """
    kind = KINDS[name]
    records = {record.command: (record, text) for record, text in map(_read, _texts(root, kind))}
    whole = Run(name=name, what=kind.what, wanted=kind.wanted, commands=tuple(records))
    for record, text in records.values():
        figures = msgspec.json.decode(text, type=dict[str, object])
        whole = msgspec.structs.replace(
            whole,
            reached=whole.reached + _count(figures, kind.reached),
            broken=whole.broken + _count(figures, kind.broken),
            besides=Counter(whole.besides) + _besides(figures, kind.besides),
            revisions=tuple(dict.fromkeys((*whole.revisions, record.revision))),
            at=max(whole.at, record.at),
            recovery_s={**whole.recovery_s, **record.recovery_s},
        )
    return whole


def _texts(root: Path, kind: Kind) -> list[bytes]:
    """Return what the records of a kind say, in the order of their seeds."""
    for pattern in kind.paths:
        if paths := sorted(root.glob(pattern), key=lambda path: (len(path.name), path.name)):
            return [path.read_bytes() for path in paths]
    return []


def _read(text: bytes) -> tuple[_Record, bytes]:
    return msgspec.json.decode(text, type=_Record), text


def _besides(figures: Mapping[str, object], keys: Mapping[str, str]) -> Counter[str]:
    """Return what else a record has counted; one that lacks some of it is older, and tells none."""
    if not figures.keys() >= {*keys.values()}:
        return Counter()
    return Counter({name: int(msgspec.convert(figures[key], float)) for name, key in keys.items()})


def _count(record: object, keys: tuple[str, ...]) -> int:
    found = record
    for key in keys:
        assert is_mapping(found), "a path leads through objects"
        found = found[key]
    return (
        int(found) if isinstance(found, int | float) else len(msgspec.convert(found, list[object]))
    )


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
