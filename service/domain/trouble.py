"""What ops are told of without being asked: the rules, and what follows from one look at a market.

Each rule has a measure, a band, and a precedent. Whoever looks brings readings; what is on record
says what is open, and what a human has decided and is not told again for a while.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from math import inf
from uuid import UUID

from msgspec import Struct

from service.domain import webhook
from service.domain.alarm import Band, Level, Signal, Turn, follow, level_of, turn
from service.domain.ids import CourierId, EndpointId, ExceptionId, JobId, MerchantId
from service.domain.progress import STILL_S_MIN
from service.domain.vocabulary import ExceptionKind, Severity

DECIDED_S = 900.0  # market time; what a human has decided is opened within it only if it is worse
DECIDED_WITHIN_S = 480.0  # what became of an attempt: a courier waits no longer at a door
OPEN_COUNT_MAX = 100  # of a kind: nobody works through a longer queue
OPENED_COUNT_MAX = 50  # at one look
DUE_MOVED_S_MIN = 60.0  # less is not told


class Rule(Struct, frozen=True, kw_only=True):
    """When a kind is opened and closed, and from which measure on it is critical."""

    band: Band
    severe_at: float = inf


RULES: Mapping[ExceptionKind, Rule] = {
    # Seconds of a search in which the matching sees nobody who could come. A round is 10 s, so the
    # rings are at their widest after a minute; merchants wait 180 s at least.
    ExceptionKind.NO_COURIER_NEAR: Rule(
        band=Band(raise_at=120.0, clear_at=0.0, raise_after_s=15.0, clear_after_s=15.0),
        severe_at=600.0,
    ),
    # Seconds in one place on the way to a stop: as long as silence until jobs go to others.
    ExceptionKind.COURIER_NOT_MOVING: Rule(
        band=Band(raise_at=300.0, clear_at=STILL_S_MIN), severe_at=900.0
    ),
    # Metres; fleet systems call 500 m off the route a deviation.
    ExceptionKind.COURIER_MOVING_AWAY: Rule(
        band=Band(raise_at=500.0, clear_at=250.0, raise_after_s=30.0, clear_after_s=30.0),
        severe_at=2_000.0,
    ),
    # Seconds at the pickup since the parcel was to be ready; 8 min is what couriers wait at doors.
    ExceptionKind.PICKUP_WAIT: Rule(band=Band(raise_at=480.0, clear_at=0.0), severe_at=1_200.0),
    # Seconds of expected lateness: beyond what a forecast on the last mile is wrong by.
    ExceptionKind.LATE_RISK: Rule(
        band=Band(raise_at=120.0, clear_at=0.0, raise_after_s=30.0, clear_after_s=60.0),
        severe_at=900.0,
    ),
    # Calls that failed in a row: those that open the circuit breaker.
    ExceptionKind.WEBHOOK_FAILING: Rule(
        band=Band(raise_at=webhook.FAILURES_COUNT_MAX, clear_at=0.0, clear_after_s=300.0)
    ),
    # Jobs and couriers that differed from Postgres at two looks of the auditor in the same way.
    ExceptionKind.INDEX_DRIFT: Rule(
        band=Band(raise_at=1.0, clear_at=0.0, clear_after_s=60.0), severe_at=100.0
    ),
}

_RANK = {Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


class Subject(Struct, frozen=True, kw_only=True):
    """Whom or what it is about; the market itself when nothing is named."""

    job_id: JobId | None = None
    courier_id: CourierId | None = None
    merchant_id: MerchantId | None = None
    endpoint_id: EndpointId | None = None

    @property
    def id(self) -> UUID | None:
        return self.job_id or self.courier_id or self.endpoint_id


Key = tuple[ExceptionKind, UUID | None]


class Reading(Struct, frozen=True, kw_only=True):
    """What one look has measured about one subject."""

    kind: ExceptionKind
    subject: Subject
    measure: float | None  # in the unit of the rule; None: it could not be taken
    due_at: datetime | None  # then it is too late, or decides itself

    @property
    def key(self) -> Key:
        return self.kind, self.subject.id


class OnRecord(Struct, frozen=True, kw_only=True):
    """An exception that is open, or was decided by a human a short while ago."""

    id: ExceptionId
    kind: ExceptionKind
    subject: Subject
    severity: Severity
    due_at: datetime | None
    is_open: bool

    @property
    def key(self) -> Key:
        return self.kind, self.subject.id


class Opening(Struct, frozen=True, kw_only=True):
    reading: Reading
    severity: Severity

    @property
    def kind(self) -> ExceptionKind:
        return self.reading.kind


class Change(Struct, frozen=True, kw_only=True):
    kind: ExceptionKind
    exception_id: ExceptionId
    severity: Severity
    due_at: datetime | None


class Closing(Struct, frozen=True, kw_only=True):
    """Its cause has gone."""

    kind: ExceptionKind
    exception_id: ExceptionId


Step = Opening | Change | Closing


class Review(Struct, frozen=True, kw_only=True):
    """What follows from a look, and what is to be remembered until the next one."""

    steps: tuple[Step, ...]
    left_over: frozenset[ExceptionKind]  # of which there was no room to open all
    signals: Mapping[Key, Signal]


def review(
    readings: Sequence[Reading],
    records: Sequence[OnRecord],
    signals: Mapping[Key, Signal],
    *,
    partial_kinds: Collection[ExceptionKind],
    now: datetime,
) -> Review:
    """Return what to open, change and close; a subject that is no more has no trouble either.

    Args:
        readings: of this look, one of a kind about a subject.
        records: what is open or was decided lately, of the kinds that have a rule.
        signals: what was remembered of the look before; empty after a change of the leader.
        partial_kinds: of which the look has not gone over everything: of them none is closed for
            its absence.
        now: market time.
    """
    followed = {
        one.key: follow(signals.get(one.key), level_of(one.measure, RULES[one.kind].band), now=now)
        for one in readings
    }
    standing = {one.key: one for one in records if one.is_open}
    hushed = _hushed(records)
    steps: list[Step] = []
    openings: list[Opening] = []
    for one in readings:
        record = standing.get(one.key)
        turned = turn(followed[one.key], RULES[one.kind].band, is_open=record is not None, now=now)
        severity = _severity(one)
        if turned is Turn.OPEN and _RANK[severity] > hushed.get(one.key, -1):
            openings.append(Opening(reading=one, severity=severity))
        elif record is not None and turned is Turn.CLOSE:
            steps.append(Closing(kind=one.kind, exception_id=record.id))
        elif record is not None and followed[one.key].level is Level.RAISED:
            steps += _changes(record, one)
    # Twice: a job that changes hands between two queries of one look is in neither.
    gone = (one for key, one in standing.items() if key not in followed and key not in signals)
    steps += [
        Closing(kind=record.kind, exception_id=record.id)
        for record in gone
        if record.kind not in partial_kinds
    ]
    chosen = _chosen(openings, standing)
    chosen_keys = {one.reading.key for one in chosen}
    left_over = frozenset(one.kind for one in openings if one.reading.key not in chosen_keys)
    return Review(steps=(*steps, *chosen), left_over=left_over, signals=followed)


def _hushed(records: Iterable[OnRecord]) -> Mapping[Key, int]:
    """Return how bad it was, as a rank, when a human decided about it the worst of times."""
    ranks: dict[Key, int] = {}
    for one in records:
        if not one.is_open:
            ranks[one.key] = max(ranks.get(one.key, 0), _RANK[one.severity])
    return ranks


def _severity(reading: Reading) -> Severity:
    is_severe = reading.measure is not None and reading.measure >= RULES[reading.kind].severe_at
    return Severity.CRITICAL if is_severe else Severity.WARNING


def _changes(record: OnRecord, reading: Reading) -> Iterable[Change]:
    """Yield what is new about an open one: it only becomes worse, until it is over."""
    severity = max(record.severity, _severity(reading), key=lambda one: _RANK[one])
    if severity is not record.severity or _has_moved(record.due_at, reading.due_at):
        yield Change(
            kind=record.kind, exception_id=record.id, severity=severity, due_at=reading.due_at
        )


def _has_moved(before: datetime | None, after: datetime | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs((after - before).total_seconds()) >= DUE_MOVED_S_MIN


def _chosen(openings: Sequence[Opening], standing: Iterable[Key]) -> list[Opening]:
    """Return the worst of them, as many as there is room for; the others come when there is."""
    room_count = dict.fromkeys(RULES, OPEN_COUNT_MAX)
    for kind, _ in standing:
        room_count[kind] -= 1
    chosen: list[Opening] = []
    for one in sorted(openings, key=_excess, reverse=True):
        kind = one.reading.kind
        if room_count[kind] > 0 and len(chosen) < OPENED_COUNT_MAX:
            room_count[kind] -= 1
            chosen.append(one)
    return chosen


def _excess(opening: Opening) -> float:
    """Return how far beyond its threshold the measure is, comparable between kinds."""
    return (opening.reading.measure or 0.0) / RULES[opening.reading.kind].band.raise_at
