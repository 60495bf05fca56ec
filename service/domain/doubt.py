"""How doubtful a phone's positions are: a score of signs, for a human to look at, never a verdict.

Each sign alone has an honest cause: a tunnel, an echo between houses, a phone that rounds. So
nothing that was seen once reaches the threshold, and nothing follows from it but a question to ops.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from math import prod
from statistics import median

from msgspec import Struct

from service.domain import track
from service.domain.geo import Point
from service.domain.track import Report, Span, Spot

DOUBTFUL_FROM = 0.7
REPORTS_COUNT_MIN = 24  # fewer say nothing

SPEED_MPS_MAX = 55.0  # faster than any road vehicle in a city
SPEED_OVER_S = 8.0
ACCELERATION_MPS2_MAX = 12.0  # more than any brakes
DELAY_S = 1.5  # by so much a network delays one report and not the next
SILENCE_S = 60.0
SILENT_SPEED_MPS_MAX = 35.0  # straight across; a motorway in a tunnel has 28
REGULAR_S_MAX = 0.03  # between the usual intervals; a mobile network varies by more
MOVING_M_MIN = 3.0
STRAIGHT_M_MAX = 0.15  # beside the line; a receiver strays farther, six decimals less
STRAIGHT_COUNT_MIN = 12
GRID_DEG = 1e-4  # 11 m
CLOCK_S_MAX, CLOCK_S_FAR = 120.0, 600.0  # a phone that nobody has set
CLOCK_GAIN_S_MAX = 10.0  # within a window: a recording that is played at another speed
NEAR_M = 150.0
DWELL_S_MIN = 10.0  # to hand over a parcel


class Sign(StrEnum):
    """What speaks against positions, as ops read it."""

    SPEED = "speed"
    ACCELERATION = "acceleration"
    JUMP_AFTER_SILENCE = "jump_after_silence"
    ACCURACY = "accuracy"  # the same in every report, or never told
    NO_JITTER = "no_jitter"  # straight lines, to the decimetre
    ROUNDED = "rounded"  # all on a grid of four decimals
    FROZEN = "frozen"  # one place to the last digit, all the time
    INTERVAL = "interval"  # as regular as a program
    DEVICE_TIME = "device_time"  # far from ours
    DEVICE_PACE = "device_pace"  # the phone's time runs faster or slower than ours
    NO_DWELL = "no_dwell"  # a stop is done as soon as the door is reached
    FAR_FROM_STOP = "far_from_stop"  # when it was done


WEIGHTS: Mapping[Sign, float] = {
    Sign.SPEED: 0.75,
    Sign.ACCELERATION: 0.4,
    Sign.JUMP_AFTER_SILENCE: 0.75,
    Sign.ACCURACY: 0.3,
    Sign.NO_JITTER: 0.5,
    Sign.ROUNDED: 0.5,
    Sign.FROZEN: 0.2,
    Sign.INTERVAL: 0.3,
    Sign.DEVICE_TIME: 0.45,
    Sign.DEVICE_PACE: 0.6,
    Sign.NO_DWELL: 0.35,
    Sign.FAR_FROM_STOP: 0.6,
}


class Visit(Struct, frozen=True):
    """A stop that was done, and when."""

    done_at_s: float  # of market time
    door: Point


class Doubt(Struct, frozen=True, kw_only=True):
    score: float  # from 0 to 1
    signs: tuple[Sign, ...]  # those that were seen, the weightiest first

    @property
    def is_grave(self) -> bool:
        """Return whether a human should look."""
        return self.score >= DOUBTFUL_FROM


class _Seen(Struct, frozen=True, kw_only=True):
    """A window of a track, as the signs look at it."""

    reports: Sequence[Report]
    spots: Sequence[Spot]
    steps: Sequence[Span]  # from each spot to the next
    visits: Sequence[Visit]


def doubt_of(reports: Sequence[Report], visits: Sequence[Visit] = ()) -> Doubt:
    """Return how doubtful a window of reports is.

    Args:
        reports: of one courier, in the order in which they came.
        visits: stops that the courier did meanwhile.
    """
    told = track.useful(reports)
    if len(told) < REPORTS_COUNT_MIN:
        return Doubt(score=0.0, signs=())
    spots = track.spots_of(told)
    seen = _Seen(reports=told, spots=spots, steps=track.steps_of(spots), visits=visits)
    shares = {sign: WEIGHTS[sign] * strength(seen) for sign, strength in _STRENGTHS.items()}
    found = sorted((sign for sign in shares if shares[sign] > 0.0), key=lambda sign: -shares[sign])
    return Doubt(score=1.0 - prod(1.0 - share for share in shares.values()), signs=tuple(found))


# ------------------------------------------------------- how strong a sign is, from 0 to 1
def _speed(seen: _Seen) -> float:
    spans = track.spans_of(seen.spots, seconds_min=SPEED_OVER_S)
    fast = (one for one in spans if one.elapsed_s < SILENCE_S and one.speed_mps > SPEED_MPS_MAX)
    return _repeated(sum(1 for _ in fast))


def _acceleration(seen: _Seen) -> float:
    """Say how often nobody can have changed speed like that, whatever the network delayed."""
    count = 0
    for before, after in pairwise(seen.steps):
        if max(before.elapsed_s, after.elapsed_s) >= SILENCE_S:
            continue
        slow, fast = (before, after) if before.moved_m < after.moved_m else (after, before)
        if fast.moved_m < ACCELERATION_MPS2_MAX:
            continue  # most of them
        fast_mps = max(0.0, fast.moved_m - fast.slack_m) / (fast.elapsed_s + DELAY_S)
        slow_s = max(slow.elapsed_s - DELAY_S, track.BURST_S)
        slow_mps = (slow.moved_m + slow.slack_m) / slow_s
        between_s = (before.elapsed_s + after.elapsed_s) / 2.0
        count += (fast_mps - slow_mps) / between_s > ACCELERATION_MPS2_MAX
    return _repeated(count)


def _jump_after_silence(seen: _Seen) -> float:
    return _repeated(
        sum(
            one.elapsed_s >= SILENCE_S and one.speed_mps > SILENT_SPEED_MPS_MAX
            for one in seen.steps
        )
    )


def _accuracy(seen: _Seen) -> float:
    return float(len({one.accuracy_m for one in seen.reports}) == 1)


def _no_jitter(seen: _Seen) -> float:
    besides_m = [
        track.beside_m(before, here, after)
        for before, here, after in zip(seen.spots, seen.spots[1:], seen.spots[2:], strict=False)
        if min(track.apart_m(before, here), track.apart_m(here, after)) >= MOVING_M_MIN
    ]
    if len(besides_m) < STRAIGHT_COUNT_MIN:
        return 0.0
    straight_share = sum(one < STRAIGHT_M_MAX for one in besides_m) / len(besides_m)
    return max(0.0, min(1.0, (straight_share - 0.4) / 0.3))  # of honest ones 0.3 at most


def _rounded(seen: _Seen) -> float:
    places = {(one.lat_deg, one.lng_deg) for one in seen.reports}
    return float(len(places) >= 3 and all(_on_grid(lat) and _on_grid(lng) for lat, lng in places))


def _frozen(seen: _Seen) -> float:
    return float(len({(one.lat_deg, one.lng_deg) for one in seen.reports}) == 1)


def _interval(seen: _Seen) -> float:
    intervals_s = sorted(b.at_s - a.at_s for a, b in pairwise(seen.reports))
    tenth = len(intervals_s) // 10
    return float(intervals_s[-1 - tenth] - intervals_s[tenth] < REGULAR_S_MAX)


def _device_time(seen: _Seen) -> float:
    off_s = abs(median(_lags_s(seen) or (0.0,)))
    return 1.0 if off_s > CLOCK_S_FAR else 0.5 if off_s > CLOCK_S_MAX else 0.0


def _device_pace(seen: _Seen) -> float:
    lags_s = _lags_s(seen)
    if len(lags_s) < REPORTS_COUNT_MIN:
        return 0.0
    third = len(lags_s) // 3
    gain_s = abs(median(lags_s[-third:]) - median(lags_s[:third]))
    return float(gain_s > CLOCK_GAIN_S_MAX)


def _lags_s(seen: _Seen) -> list[float]:
    return [one.lag_s for one in seen.reports if one.lag_s is not None]


def _no_dwell(seen: _Seen) -> float:
    """Say how often a stop was done right after a report from elsewhere."""
    count = 0
    for visit in seen.visits:
        door = track.place_of(visit.door, seen.reports[0])
        before = [one for one in seen.spots if one.at_s <= visit.done_at_s]
        away = [one for one in before if _is_away(one, door)]
        count += bool(away) and visit.done_at_s - away[-1].at_s < DWELL_S_MIN
    return _repeated(count)


def _far_from_stop(seen: _Seen) -> float:
    count = 0
    for visit in seen.visits:
        door = track.place_of(visit.door, seen.reports[0])
        before = [one for one in seen.spots if one.at_s <= visit.done_at_s]
        count += bool(before) and _is_away(before[-1], door)
    return _repeated(count)


def _is_away(spot: Spot, door: Spot) -> bool:
    return track.apart_m(spot, door) > NEAR_M + spot.slack_m


def _on_grid(degrees: float) -> bool:
    return abs(degrees / GRID_DEG - round(degrees / GRID_DEG)) < 1e-5


def _repeated(count: int) -> float:
    """Return how much an event says that once may have been an accident."""
    return (0.0, 0.7)[count] if count < 2 else 1.0


_STRENGTHS: Mapping[Sign, Callable[[_Seen], float]] = {
    Sign.SPEED: _speed,
    Sign.ACCELERATION: _acceleration,
    Sign.JUMP_AFTER_SILENCE: _jump_after_silence,
    Sign.ACCURACY: _accuracy,
    Sign.NO_JITTER: _no_jitter,
    Sign.ROUNDED: _rounded,
    Sign.FROZEN: _frozen,
    Sign.INTERVAL: _interval,
    Sign.DEVICE_TIME: _device_time,
    Sign.DEVICE_PACE: _device_pace,
    Sign.NO_DWELL: _no_dwell,
    Sign.FAR_FROM_STOP: _far_from_stop,
}
