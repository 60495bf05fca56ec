"""When a measure that comes and goes is worth a human's attention, and when no longer: hysteresis.

Two thresholds and two times keep a measure that trembles from opening and closing a matter again
and again (O. H. Schmitt, *A thermionic trigger*, 1938): between the thresholds all stays as it is,
and beyond one of them the measure must stay for a while.
"""

from datetime import datetime
from enum import Enum, auto

from msgspec import Struct


class Band(Struct, frozen=True, kw_only=True):
    """Thresholds in the unit of the measure, `clear_at` below `raise_at`; times in market time."""

    raise_at: float
    clear_at: float
    raise_after_s: float = 0.0
    clear_after_s: float = 0.0


class Level(Enum):
    CALM = auto()
    BETWEEN = auto()  # or nobody knows
    RAISED = auto()


class Signal(Struct, frozen=True, kw_only=True):
    """On which side of its band a measure has been, and since when."""

    level: Level
    since: datetime


class Turn(Enum):
    KEEP = auto()
    OPEN = auto()
    CLOSE = auto()


def level_of(measure: float | None, band: Band) -> Level:
    """Return where the measure stands; None: it could not be taken."""
    if measure is None:
        return Level.BETWEEN
    if measure >= band.raise_at:
        return Level.RAISED
    return Level.CALM if measure <= band.clear_at else Level.BETWEEN


def follow(known: Signal | None, level: Level, *, now: datetime) -> Signal:
    """Return the signal after another look; the same object if it stands where it stood."""
    if known is not None and known.level is level:
        return known
    return Signal(level=level, since=now)


def turn(signal: Signal, band: Band, *, is_open: bool, now: datetime) -> Turn:
    """Return whether the matter is to be opened or closed now."""
    lasted_s = (now - signal.since).total_seconds()
    if not is_open and signal.level is Level.RAISED and lasted_s >= band.raise_after_s:
        return Turn.OPEN
    if is_open and signal.level is Level.CALM and lasted_s >= band.clear_after_s:
        return Turn.CLOSE
    return Turn.KEEP
