"""A sequence that fails: its commands with what was chosen, and as few of them as fail alike."""

import traceback

from msgspec import Struct

from tests.simulation.choices import Choice, Recorded, Repeated, Seeded
from tests.simulation.play import STEPS_COUNT, Play, draw_deck


class Done(Struct, frozen=True):
    """One command as it was done, with what was chosen for it."""

    name: str
    choices: tuple[Choice, ...]

    def __str__(self):
        return f"{self.name}({', '.join(_told(choice.value) for choice in self.choices)})"


def _told(value):
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


class Failure(Struct, frozen=True):
    """The commands that were done, the last of which failed, and how."""

    commands: tuple[Done, ...]
    error: Exception

    def is_like(self, other):
        return other is not None and _kind(self.error) == _kind(other.error)


def _kind(error):
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return type(error), type(error.__context__), frame.filename, frame.lineno


def failure_of(seed):
    """Return how the sequence of the seed fails, None if it does not."""
    played, choices = Play(), Seeded(seed)
    deck = draw_deck(choices)
    drawn = ((choices.one_that(deck, played.can), choices) for _ in range(STEPS_COUNT))
    return _failure(played, drawn)


def repeated(commands):
    """Return how these commands fail, None if they do not; what is not possible is left out."""
    played = Play()
    possible = ((one.name, Repeated(one.choices)) for one in commands if played.can(one.name))
    return _failure(played, possible)


def _failure(played, commands):
    done = []
    for name, choices in commands:
        recorded = Recorded(choices)
        try:
            played.do(name, recorded)
        except Exception as error:  # noqa: BLE001  # whatever it is
            return Failure((*done, Done(name, tuple(recorded.made))), error)
        done.append(Done(name, tuple(recorded.made)))
    return None


def shortened(failure):
    """Return a failure of the same kind without any command that can be left out of it.

    Longer and longer parts would have to go together in the worst case: halves are tried first,
    then parts of half their size, to the single command, as long as one can go.
    """
    size = len(failure.commands)
    while size > 0:
        shorter = _without_parts(failure, size)
        if size > 1 or shorter is failure:
            size //= 2
        failure = shorter
    return failure


def _without_parts(failure, size):
    at = 0
    while at < len(failure.commands):
        found = repeated(failure.commands[:at] + failure.commands[at + size :])
        if failure.is_like(found):
            failure = found
        else:
            at += size
    return failure


def lines_of(seed):
    """Return what there is to say of a sequence that fails."""
    failure = failure_of(seed)
    if failure is None:
        return [f"seed {seed}: fails, but not when it is repeated"]
    shorter = shortened(failure)
    return [
        f"seed {seed}: after {len(failure.commands)} commands",
        *(f"  {command}" for command in failure.commands),
        f"fails alike after {len(shorter.commands)}:",
        *(f"  {command}" for command in shorter.commands),
        *"".join(traceback.format_exception(shorter.error)).splitlines(),
        f"again: python3 dev.py commands --count 1 --seed {seed}",
    ]
