"""What the processes logged, and which of it must not be: errors, and lines that are not theirs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import msgspec
from msgspec import Struct, field

from service.logs import EVENTS

ERRORS = frozenset({"error", "critical"})
OURS = frozenset({"batch_failed", "item_failed"})  # warnings, and faults of ours all the same
AWAY = "UnavailableError("  # but for this: a server behind was slow, and it is done again
EXAMPLES_COUNT_MAX = 5
EXAMPLE_LENGTH_MAX = 3_000  # characters
# Lines that are not JSON, and harmless: the library below us says them of what it cannot read.
KNOWN_LINES = frozenset(
    {
        "WARNING:uvicorn.error:Invalid HTTP request received.",
        "WARNING:uvicorn.error:Unsupported upgrade request.",
    }
)


class Logged(Struct, kw_only=True):
    """`faults` are events that must not be; `examples` some of their lines."""

    events: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])
    examples: list[str] = []


class _Line(Struct):
    event: str = ""
    level: str = ""
    error: str = ""


_decode = msgspec.json.Decoder(_Line).decode


def read_logs(paths: Iterable[Path]) -> Logged:
    """Return what is in the logs; each is named by its file."""
    found = Logged()
    for path in paths:
        lines = path.read_text("utf-8", errors="replace").splitlines()
        for is_ours, group in groupby(lines, key=lambda line: line.startswith("{")):
            if is_ours:
                for line in group:
                    _note(found, path.stem, line)
            else:
                _note_strange(found, path.stem, [one for one in group if one not in KNOWN_LINES])
    return found


def _note(found: Logged, name: str, line: str) -> None:
    try:
        entry = _decode(line)
    except msgspec.DecodeError:
        entry = _Line(event="no line of ours")
    found.events[f"{name}: {entry.event}"] += 1
    is_ours = entry.event in OURS and not entry.error.startswith(AWAY)
    if entry.level in ERRORS or is_ours or entry.event not in EVENTS:
        _blame(found, f"{name}: {entry.event}", line)


def _note_strange(found: Logged, name: str, lines: Sequence[str]) -> None:
    """Note lines that follow one another and are not ours, such as a trace, as one fault."""
    if lines:
        _blame(found, f"{name}: no line of ours", "\n".join(lines))


def _blame(found: Logged, fault: str, text: str) -> None:
    found.faults[fault] += 1
    if len(found.examples) < EXAMPLES_COUNT_MAX:
        found.examples.append(f"{fault}: {text[-EXAMPLE_LENGTH_MAX:]}")
