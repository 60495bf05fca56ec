"""PURE. Ways of couriers on a plane, and what a phone makes of them: readings from a seed."""

from collections.abc import Iterable, Sequence
from math import cos, radians

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.random import Generator

from service.domain.doubt import Visit
from service.domain.geo import Point
from service.domain.track import Report

CENTRE = Point(48.2, 16.37)
M_PER_DEG = 111_195.0
REPORTS_COUNT = 48


class Track(Struct, frozen=True, kw_only=True):
    """What the service is told by one phone."""

    kind: str
    reports: tuple[Report, ...]
    visits: tuple[Visit, ...] = ()


class Way(Struct, frozen=True, kw_only=True):
    """Where somebody is, truly or allegedly, when the phone looks."""

    at_s: Sequence[float]
    east_m: Sequence[float]
    north_m: Sequence[float]


class Phone(Struct, frozen=True, kw_only=True):
    """What a receiver and a network make of a way."""

    noise_m: float  # of a reading, each axis
    accuracy_m: float  # as told, about
    delay_s: float = 0.08  # of the network, about
    clock_s: float = 0.0  # ahead of ours
    keeps: float = 0.7  # of the last error: receivers smooth


def times_s(rng: Generator, *, interval_s: float, count: int = REPORTS_COUNT) -> list[float]:
    """Return when a phone's program looks: now and then it is late."""
    pauses_s = interval_s + rng.exponential(0.05 * interval_s, count)
    return np.cumsum(pauses_s).tolist()


def ride(rng: Generator, at_s: Sequence[float], *, speed_mps: float) -> Way:
    """Return a ride through streets: corners, lights, and never the same speed for long."""
    east_m, north_m = [0.0], [0.0]
    heading, speed, waits_s = rng.uniform(0.0, 2.0 * np.pi), speed_mps, 0.0
    for elapsed_s in np.diff(at_s).tolist():
        if rng.random() < 0.15:
            heading += rng.choice((-1.0, 1.0)) * np.pi / 2.0
        if waits_s <= 0.0 and rng.random() < 0.05:
            waits_s = rng.uniform(10.0, 40.0)
        waits_s -= elapsed_s
        wanted = 0.0 if waits_s > 0.0 else speed_mps * rng.uniform(0.6, 1.2)
        speed += max(-3.0 * elapsed_s, min(2.0 * elapsed_s, wanted - speed))
        heading += rng.normal(0.0, 0.05)
        east_m.append(east_m[-1] + speed * elapsed_s * np.sin(heading))
        north_m.append(north_m[-1] + speed * elapsed_s * np.cos(heading))
    return Way(at_s=at_s, east_m=east_m, north_m=north_m)


def line(at_s: Sequence[float], *, speed_mps: float, heading: float) -> Way:
    """Return a straight way at an even speed."""
    gone_m = [speed_mps * (one - at_s[0]) for one in at_s]
    return Way(
        at_s=at_s,
        east_m=[one * np.sin(heading) for one in gone_m],
        north_m=[one * np.cos(heading) for one in gone_m],
    )


def seen(rng: Generator, way: Way, phone: Phone) -> list[Report]:
    """Return what a true receiver tells of the way."""
    reports: list[Report] = []
    off_m = rng.normal(0.0, phone.noise_m, 2)
    for at_s, east_m, north_m in zip(way.at_s, way.east_m, way.north_m, strict=True):
        fresh_m = rng.normal(0.0, phone.noise_m, 2)
        off_m = phone.keeps * off_m + (1.0 - phone.keeps**2) ** 0.5 * fresh_m
        delay_s = phone.delay_s * (0.5 + rng.exponential(0.5))
        place = at(east_m + off_m[0], north_m + off_m[1])
        accuracy_m = phone.accuracy_m * rng.uniform(0.7, 1.4)
        reports.append(
            Report(
                at_s=at_s + delay_s,
                lat_deg=round(place.lat_deg, 7),
                lng_deg=round(place.lng_deg, 7),
                accuracy_m=round(accuracy_m, 1),
                lag_s=delay_s - phone.clock_s,
            )
        )
    return reports


def at(east_m: float, north_m: float) -> Point:
    """Return the place so far from the centre."""
    lat_deg = CENTRE.lat_deg + north_m / M_PER_DEG
    lng_deg = CENTRE.lng_deg + east_m / (M_PER_DEG * cos(radians(CENTRE.lat_deg)))
    return Point(lat_deg, lng_deg)


def moved(report: Report, *, east_m: float, north_m: float) -> Report:
    """Return the report from elsewhere."""
    by = at(east_m, north_m)
    return replace(
        report,
        lat_deg=report.lat_deg + by.lat_deg - CENTRE.lat_deg,
        lng_deg=report.lng_deg + by.lng_deg - CENTRE.lng_deg,
    )


def without(reports: Iterable[Report], *, from_s: float, to_s: float) -> list[Report]:
    """Return the reports that were not made in a gap."""
    return [one for one in reports if not from_s <= one.at_s < to_s]
