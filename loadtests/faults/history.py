"""What clients asked, were answered and heard, in order of time: kept, and written as JSON lines.

As Jepsen records it: an operation is invoked and then ok, failed, or unknown when nobody can say
whether it was carried out (Kingsbury, "Jepsen", 2013).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

import msgspec
from msgspec import Struct

from service.clock import monotonic_s

Outcome = Literal["ok", "fail", "unknown"]
Kind = Literal["invoke", "heard", "fault", "heal"] | Outcome
Word = str | int | float | bool | None


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a history; `at_s` is monotonic, `operation` ties an end to its beginning."""

    at_s: float
    kind: Kind
    trial: int
    who: str  # merchant:3, courier:7, ops, sink:<endpoint>, driver
    what: str
    operation: int = 0
    words: dict[str, Word] = {}


class Operation(Struct, frozen=True, kw_only=True):
    """An operation from beginning to end; without an end it hangs, or its client gave up on it."""

    number: int
    trial: int
    who: str
    what: str
    asked: dict[str, Word]
    invoked_s: float
    outcome: Outcome | None
    ended_s: float | None
    answered: dict[str, Word]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Event).decode


class History:
    """Events as they come, inside `with`; `trial` is the number that new ones get."""

    def __init__(self, path: Path, *, now_s: Callable[[], float] = monotonic_s) -> None:
        self.events: list[Event] = []
        self.trial = 0
        self._path, self._now_s = path, now_s
        self._file: IO[bytes] | None = None
        self._open: dict[int, tuple[str, str]] = {}  # who and what, by operation
        self._operations_count = 0

    def __enter__(self) -> Self:
        self._file = self._path.open("wb")
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None

    def invoke(self, who: str, what: str, **asked: Word) -> int:
        """Note that somebody asks for something; return the number of the operation."""
        self._operations_count += 1
        number = self._operations_count
        self._open[number] = (who, what)
        self._keep("invoke", who, what, number, asked)
        return number

    def end(self, operation: int, outcome: Outcome, **answered: Word) -> None:
        """Note how an operation ended."""
        who, what = self._open.pop(operation)
        self._keep(outcome, who, what, operation, answered)

    def hear(self, who: str, what: str, **words: Word) -> None:
        """Note something that was told to somebody."""
        self._keep("heard", who, what, 0, words)

    def fault(self, what: str, **words: Word) -> None:
        """Note that a fault begins."""
        self._keep("fault", "driver", what, 0, words)

    def heal(self, what: str, **words: Word) -> None:
        """Note that a fault is over."""
        self._keep("heal", "driver", what, 0, words)

    def flush(self) -> None:
        """Have everything on disk that was noted."""
        if self._file is not None:
            self._file.flush()

    def _keep(
        self,
        kind: Kind,
        who: str,
        what: str,
        operation: int,
        words: dict[str, Word],
    ) -> None:
        if self._file is None:
            return  # the run is over: what still comes is nobody's
        event = Event(
            at_s=self._now_s(),
            kind=kind,
            trial=self.trial,
            who=who,
            what=what,
            operation=operation,
            words=words,
        )
        self.events.append(event)
        self._file.write(_encode(event) + b"\n")


def read_history(path: Path) -> list[Event]:
    """Return the events of a file that a `History` has written."""
    return [_decode(line) for line in path.read_bytes().splitlines()]


def operations(events: Iterable[Event]) -> list[Operation]:
    """Return each operation of a history, in the order of their beginnings."""
    begun = dict[int, Event]()
    ended = dict[int, Event]()
    for event in events:
        if event.kind == "invoke":
            begun[event.operation] = event
        elif event.operation:
            ended[event.operation] = event
    return [_operation(event, ended.get(number)) for number, event in begun.items()]


def _outcome(end: Event) -> Outcome | None:
    return end.kind if end.kind in ("ok", "fail", "unknown") else None


def _operation(invoke: Event, end: Event | None) -> Operation:
    return Operation(
        number=invoke.operation,
        trial=invoke.trial,
        who=invoke.who,
        what=invoke.what,
        asked=invoke.words,
        invoked_s=invoke.at_s,
        outcome=None if end is None else _outcome(end),
        ended_s=None if end is None else end.at_s,
        answered={} if end is None else end.words,
    )
