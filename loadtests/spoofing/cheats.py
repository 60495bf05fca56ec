"""PURE. Cheats: programs that say where somebody is who is elsewhere."""

from collections.abc import Callable, Mapping

import numpy as np
from msgspec.structs import replace
from numpy.random import Generator

from loadtests.spoofing.ways import (
    CENTRE,
    REPORTS_COUNT,
    Phone,
    Track,
    at,
    moved,
    ride,
    seen,
    times_s,
)
from service.domain.doubt import Visit
from service.domain.geo import Point
from service.domain.track import Report


def teleporter(rng: Generator) -> Track:
    """True readings, moved by kilometres from one moment to the next, to where the jobs are."""
    way = ride(rng, times_s(rng, interval_s=4.0), speed_mps=rng.uniform(3.0, 9.0))
    reports = seen(rng, way, _phone(rng))
    for place in rng.choice(np.arange(6, REPORTS_COUNT - 6), rng.integers(1, 4), replace=False):
        by = rng.uniform(1_500.0, 8_000.0)
        reports[place:] = [moved(one, east_m=by, north_m=by / 2.0) for one in reports[place:]]
    return Track(kind="teleporter", reports=tuple(reports))


def joystick(rng: Generator) -> Track:
    """An app with an arrow: even and straight, from corner to corner."""
    interval_s, speed_mps = rng.choice((1.0, 2.0, 4.0, 5.0)), rng.uniform(4.0, 12.0)
    accuracy_m = rng.choice((0.0, 1.0, 5.0, 10.0))
    delay_s = 0.002 if rng.random() < 0.5 else 0.01
    heading, east_m, north_m = 0.0, 0.0, 0.0
    reports: list[Report] = []
    for number in range(REPORTS_COUNT):
        if number % 16 == 0:
            heading = rng.uniform(0.0, 2.0 * np.pi)
        east_m += speed_mps * interval_s * np.sin(heading)
        north_m += speed_mps * interval_s * np.cos(heading)
        place, late_s = at(east_m, north_m), rng.exponential(delay_s)
        reports.append(
            Report(
                at_s=number * interval_s + late_s,
                lat_deg=round(place.lat_deg, 6),
                lng_deg=round(place.lng_deg, 6),
                accuracy_m=accuracy_m,
            )
        )
    return Track(kind="joystick", reports=tuple(reports))


def fast_replay(rng: Generator) -> Track:
    """A true recording of another day, played faster, with its own times."""
    way = ride(rng, times_s(rng, interval_s=4.0, count=240), speed_mps=rng.uniform(5.0, 14.0))
    factor = rng.uniform(2.0, 6.0)
    recorded = seen(rng, way, _phone(rng))
    began_s = rng.uniform(3_600.0, 10 * 86_400.0)
    reports = [
        replace(one, at_s=one.at_s / factor, lag_s=began_s + one.at_s / factor - one.at_s)
        for one in recorded[:: int(factor)][:REPORTS_COUNT]
    ]
    return Track(kind="fast_replay", reports=tuple(reports))


def pinned(rng: Generator) -> Track:
    """A pin that is set on a map by hand, again and again."""
    reports: list[Report] = []
    place = CENTRE
    for number in range(REPORTS_COUNT):
        if number % rng.integers(4, 12) == 0:
            place = at(rng.normal(0.0, 300.0), rng.normal(0.0, 300.0))
            place = Point(round(place.lat_deg, 4), round(place.lng_deg, 4))
        late_s = rng.exponential(0.004)
        reports.append(Report(number * 4.0 + late_s, place.lat_deg, place.lng_deg, 5.0))
    return Track(kind="pinned", reports=tuple(reports))


def silent_jumper(rng: Generator) -> Track:
    """Goes silent, and comes up again where no way leads in the time."""
    way = ride(rng, times_s(rng, interval_s=4.0), speed_mps=rng.uniform(3.0, 9.0))
    reports = seen(rng, way, _phone(rng))
    for begin in (12, 24, 36)[: rng.integers(2, 4)]:
        silent_s, by = rng.uniform(60.0, 120.0), rng.uniform(5_000.0, 12_000.0)
        reports[begin:] = [
            replace(moved(one, east_m=by, north_m=0.0), at_s=one.at_s + silent_s)
            for one in reports[begin:]
        ]
    return Track(kind="silent_jumper", reports=tuple(reports))


def remote_pickup(rng: Generator) -> Track:
    """True readings from the sofa, and parcels that are picked up elsewhere."""
    way = ride(rng, times_s(rng, interval_s=4.0), speed_mps=0.5)
    reports = seen(rng, way, _phone(rng))
    visits = [
        Visit(done_at_s=reports[place].at_s + 1.0, door=at(rng.uniform(300.0, 900.0), -400.0))
        for place in (14, 28, 42)[: rng.integers(1, 4)]
    ]
    return Track(kind="remote_pickup", reports=tuple(reports), visits=tuple(visits))


def careful_replay(rng: Generator) -> Track:
    """A true recording at its own pace, with new times: positions alone do not tell."""
    way = ride(rng, times_s(rng, interval_s=4.0), speed_mps=rng.uniform(5.0, 10.0))
    reports = seen(rng, way, _phone(rng))
    return Track(kind="careful_replay", reports=tuple(reports))


def _phone(rng: Generator) -> Phone:
    return Phone(noise_m=rng.uniform(2.0, 6.0), accuracy_m=rng.uniform(4.0, 12.0))


KINDS: Mapping[str, Callable[[Generator], Track]] = {
    one.__name__: one
    for one in (
        teleporter,
        joystick,
        fast_replay,
        pinned,
        silent_jumper,
        remote_pickup,
        careful_replay,
    )
}
