"""PURE. Honest phones that look strange: what a tunnel, echoes, a ferry or a bad receiver do."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace
from numpy.random import Generator

from loadtests.spoofing.ways import Phone, Track, Way, line, moved, ride, seen, times_s, without
from service.domain.doubt import Visit
from service.domain.geo import Point
from service.domain.track import Report


def tunnel(rng: Generator) -> Track:
    """No reading for minutes; what the phone kept comes at once, at the other end."""
    at_s = times_s(rng, interval_s=4.0, count=80)
    way = ride(rng, at_s, speed_mps=rng.uniform(8.0, 26.0))
    reports = seen(rng, way, _phone(rng))
    begins_s = at_s[20]
    ends_s = begins_s + rng.uniform(60.0, 130.0)
    if rng.random() < 0.5:
        return Track(kind="tunnel", reports=tuple(without(reports, from_s=begins_s, to_s=ends_s)))
    kept = [
        replace(one, at_s=ends_s + 0.01 * (one.at_s - begins_s), lag_s=ends_s - one.at_s)
        if begins_s <= one.at_s < ends_s
        else one
        for one in reports
    ]
    return Track(kind="tunnel", reports=tuple(sorted(kept, key=lambda one: one.at_s)))


def urban_canyon(rng: Generator) -> Track:
    """Echoes: tens of metres off for a while, and now and then hundreds, said to be exact."""
    way = ride(rng, times_s(rng, interval_s=4.0), speed_mps=rng.uniform(3.0, 10.0))
    phone = Phone(noise_m=rng.uniform(12.0, 35.0), accuracy_m=rng.uniform(8.0, 40.0))
    reports = [
        moved(one, east_m=rng.normal(0.0, 350.0), north_m=rng.normal(0.0, 350.0))
        if rng.random() < 0.06
        else one
        for one in seen(rng, way, phone)
    ]
    return Track(kind="urban_canyon", reports=tuple(reports))


def ferry(rng: Generator) -> Track:
    """Straight and even over open water, where receivers are at their best."""
    way = line(
        times_s(rng, interval_s=4.0),
        speed_mps=rng.uniform(4.0, 14.0),
        heading=rng.uniform(0.0, 6.28),
    )
    phone = Phone(noise_m=rng.uniform(0.8, 2.5), accuracy_m=rng.uniform(3.0, 6.0), keeps=0.9)
    accuracy_m = phone.accuracy_m if rng.random() < 0.5 else None  # some phones always say the same
    reports = [
        one if accuracy_m is None else replace(one, accuracy_m=accuracy_m)
        for one in seen(rng, way, phone)
    ]
    return Track(kind="ferry", reports=tuple(reports))


def traffic_light(rng: Generator) -> Track:
    """Minutes in one place; some phones say the very same until they move again."""
    at_s = times_s(rng, interval_s=5.0)
    first = ride(rng, at_s[:12], speed_mps=8.0)
    here = (first.east_m[-1], first.north_m[-1])
    count = len(at_s) - 12
    way = Way(
        at_s=at_s,
        east_m=[*first.east_m, *[here[0]] * count],
        north_m=[*first.north_m, *[here[1]] * count],
    )
    reports = seen(rng, way, _phone(rng))
    if rng.random() < 0.5:
        held = reports[13]
        reports[13:] = [
            replace(one, lat_deg=held.lat_deg, lng_deg=held.lng_deg, accuracy_m=held.accuracy_m)
            for one in reports[13:]
        ]
    door = Point(reports[-1].lat_deg, reports[-1].lng_deg)
    visit = Visit(done_at_s=reports[-2].at_s + 1.0, door=door)
    return Track(kind="traffic_light", reports=tuple(reports), visits=(visit,))


def bad_gps(rng: Generator) -> Track:
    """A poor receiver, a slow network, and a clock that nobody has set."""
    way = ride(rng, times_s(rng, interval_s=4.0), speed_mps=rng.uniform(3.0, 14.0))
    phone = Phone(
        noise_m=rng.uniform(15.0, 60.0),
        accuracy_m=rng.uniform(30.0, 200.0),
        delay_s=rng.uniform(0.3, 3.0),
        clock_s=rng.choice((0.0, 40.0, -200.0, 3_600.0)),
        keeps=0.5,
    )
    reports: list[Report] = []
    for one in seen(rng, way, phone):
        if rng.random() < 0.08:  # by the cell of the network only
            far = moved(one, east_m=rng.normal(0.0, 900.0), north_m=rng.normal(0.0, 900.0))
            reports.append(replace(far, accuracy_m=rng.uniform(600.0, 2_000.0)))
        else:
            reports.append(one)
    return Track(kind="bad_gps", reports=tuple(sorted(reports, key=lambda one: one.at_s)))


def _phone(rng: Generator) -> Phone:
    return Phone(noise_m=rng.uniform(2.0, 8.0), accuracy_m=rng.uniform(4.0, 15.0))


KINDS: Mapping[str, Callable[[Generator], Track]] = {
    one.__name__: one for one in (tunnel, urban_canyon, ferry, traffic_light, bad_gps)
}
