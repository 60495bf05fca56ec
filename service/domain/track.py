"""What a phone said of its way, on a plane: reports without what says nothing, steps and spans."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, radians

from msgspec import Struct

from service.domain.geo import EARTH_RADIUS_M, Point

BURST_S = 0.5  # what comes closer together was kept by a network; the last of it is the newest
USELESS_FROM_M = 500.0  # a phone that says so says that it does not know
ACCURACY_ASSUMED_M = 10.0  # of a phone that says none, or claims a better one
ECHO_COUNT_MAX = 3  # spots far from those around them, who are near each other: no way at all
ECHO_M_MIN = 100.0


class Report(Struct, frozen=True):
    """One reading as it was told, believed or not."""

    at_s: float  # of market time, when it was received
    lat_deg: float
    lng_deg: float
    accuracy_m: float  # 0.0: untold
    lag_s: float | None = None  # received so long after the device says it was taken


class Spot(Struct, frozen=True):
    """A report on a plane, in metres around the first of its track."""

    at_s: float
    east_m: float
    north_m: float
    slack_m: float  # so far off it may be


class Span(Struct, frozen=True):
    """From one spot to a later one."""

    elapsed_s: float
    moved_m: float
    slack_m: float

    @property
    def speed_mps(self) -> float:
        """Return how fast it was at least."""
        return max(0.0, self.moved_m - self.slack_m) / max(self.elapsed_s, BURST_S)


def useful(reports: Sequence[Report]) -> list[Report]:
    """Return the reports that say something, of each burst the last."""
    found: list[Report] = []
    begun_s = -BURST_S
    for one in reports:
        if one.accuracy_m >= USELESS_FROM_M:
            continue
        if found and one.at_s - begun_s < BURST_S:
            found.pop()
        else:
            begun_s = one.at_s
        found.append(one)
    return found


def spots_of(reports: Sequence[Report]) -> list[Spot]:
    """Return the reports as spots, without echoes: a few that lie far from the rest."""
    if not reports:
        return []
    spots = [_spot(one, reports[0]) for one in reports]
    kept = spots[:1]
    here = 1
    while here < len(spots):
        here += _echoes_count(kept[-1], spots[here : here + ECHO_COUNT_MAX + 1])
        kept.append(spots[here])
        here += 1
    return kept


def place_of(point: Point, origin: Report) -> Spot:
    """Return where a place lies on the plane of a track that begins with this report."""
    return _spot(Report(origin.at_s, point.lat_deg, point.lng_deg, 0.0), origin)


def _spot(report: Report, first: Report) -> Spot:
    east_deg = (report.lng_deg - first.lng_deg + 180.0) % 360.0 - 180.0
    return Spot(
        at_s=report.at_s,
        east_m=radians(east_deg) * EARTH_RADIUS_M * cos(radians(first.lat_deg)),
        north_m=radians(report.lat_deg - first.lat_deg) * EARTH_RADIUS_M,
        slack_m=max(report.accuracy_m, ACCURACY_ASSUMED_M),
    )


def _echoes_count(before: Spot, ahead: Sequence[Spot]) -> int:
    """Return how many of the next spots only go somewhere and come back."""
    if apart_m(before, ahead[0]) <= 2.0 * ECHO_M_MIN:
        return 0  # most of them
    for count in range(1, len(ahead)):
        after = ahead[count]
        near_m = max(ECHO_M_MIN, apart_m(before, after))
        if all(
            min(apart_m(before, one), apart_m(one, after)) > 2.0 * near_m for one in ahead[:count]
        ):
            return count
    return 0


def apart_m(a: Spot, b: Spot) -> float:
    """Return how far apart they are on the plane."""
    return hypot(b.east_m - a.east_m, b.north_m - a.north_m)


def span(a: Spot, b: Spot) -> Span:
    """Return the way from one to the other as the crow flies."""
    return Span(b.at_s - a.at_s, apart_m(a, b), a.slack_m + b.slack_m)


def steps_of(spots: Sequence[Spot]) -> list[Span]:
    """Return the ways from each spot to the next."""
    return [span(a, b) for a, b in pairwise(spots)]


def spans_of(spots: Sequence[Spot], *, seconds_min: float) -> list[Span]:
    """Return ways one behind the other, each of so many seconds at least.

    A network that delays one report and not the next changes a short way's speed, and hardly that
    of a long one.
    """
    found: list[Span] = []
    start = 0
    for end in range(1, len(spots)):
        if spots[end].at_s - spots[start].at_s >= seconds_min:
            found.append(span(spots[start], spots[end]))
            start = end
    return found


def beside_m(before: Spot, here: Spot, after: Spot) -> float:
    """Return how far a spot lies beside the straight line between its neighbours, either way."""
    east_m, north_m = after.east_m - before.east_m, after.north_m - before.north_m
    chord_m = hypot(east_m, north_m)
    if chord_m == 0.0:
        return apart_m(before, here)
    across = (here.east_m - before.east_m) * north_m - (here.north_m - before.north_m) * east_m
    return abs(across) / chord_m
