import numpy as np
import pytest
from msgspec.structs import replace

from loadtests.spoofing import cheats, honest
from loadtests.spoofing.ways import Phone, moved, ride, seen, times_s
from service.domain.doubt import DOUBTFUL_FROM, WEIGHTS, Sign, doubt_of
from service.domain.track import Report, spots_of, useful


def rng():
    return np.random.default_rng(3)


def an_honest_ride():
    numbers = rng()
    way = ride(numbers, times_s(numbers, interval_s=4.0), speed_mps=7.0)
    return seen(numbers, way, Phone(noise_m=4.0, accuracy_m=8.0))


def signs_of(reports, visits=()):
    return set(doubt_of(reports, visits).signs)


def test_an_ordinary_ride_shows_no_sign():
    assert doubt_of(an_honest_ride()).signs == ()


def test_few_reports_say_nothing():
    teleported = cheats.teleporter(rng()).reports
    assert doubt_of(teleported[:20]).score == 0.0


@pytest.mark.parametrize(
    ("cheat", "signs"),
    [
        (cheats.teleporter, {Sign.SPEED}),
        (cheats.joystick, {Sign.NO_JITTER, Sign.ACCURACY}),
        (cheats.fast_replay, {Sign.DEVICE_TIME, Sign.DEVICE_PACE}),
        (cheats.pinned, {Sign.ROUNDED, Sign.ACCURACY, Sign.INTERVAL}),
        (cheats.silent_jumper, {Sign.JUMP_AFTER_SILENCE}),
        (cheats.remote_pickup, {Sign.FAR_FROM_STOP, Sign.NO_DWELL}),
    ],
)
def test_a_cheat_shows_its_signs(cheat, signs):
    track = cheat(rng())
    assert signs <= signs_of(track.reports, track.visits)


def test_one_jump_alone_is_not_yet_grave():
    reports = an_honest_ride()
    reports[20:] = [
        replace(moved(one, east_m=9_000.0, north_m=0.0), at_s=one.at_s + 90.0)
        for one in reports[20:]
    ]
    doubt = doubt_of(reports)
    assert doubt.signs == (Sign.JUMP_AFTER_SILENCE,)
    assert not doubt.is_grave


def test_changes_of_speed_that_nothing_survives_are_a_sign():
    reports = an_honest_ride()
    for number in (15, 25, 35):
        reports[number:] = [moved(one, east_m=700.0, north_m=0.0) for one in reports[number:]]
    assert Sign.ACCELERATION in signs_of(reports)


def test_a_parked_phone_that_never_varies_is_noted_and_not_doubted():
    reports = [Report(4.0 * number, 48.21234567, 16.37654321, 5.0, 0.1) for number in range(48)]
    doubt = doubt_of(reports)
    assert set(doubt.signs) == {Sign.FROZEN, Sign.ACCURACY, Sign.INTERVAL}
    assert not doubt.is_grave


def test_an_echo_is_no_jump():
    reports = an_honest_ride()
    reports[20] = moved(reports[20], east_m=3_000.0, north_m=0.0)
    reports[30:32] = [moved(one, east_m=-2_000.0, north_m=0.0) for one in reports[30:32]]
    assert signs_of(reports) == set()


def test_what_a_tunnel_kept_comes_at_once_and_is_no_rush():
    kept = [Report(100.0 + 0.01 * number, 48.2 + 0.001 * number, 16.4, 8.0) for number in range(9)]
    (last,) = useful(kept)
    assert last == kept[-1]


def test_a_flood_does_not_hide_in_one_burst():
    flood = [Report(0.4 * number, 48.2, 16.4, 8.0) for number in range(100)]
    assert len(useful(flood)) >= 40


def test_who_says_that_nothing_is_known_is_not_held_to_it():
    assert useful([Report(0.0, 48.2, 16.4, 900.0)]) == []
    assert spots_of([]) == []


def test_a_track_across_the_date_line_is_no_jump():
    reports = an_honest_ride()
    off_deg = 180.0 - reports[24].lng_deg
    wrapped = [
        replace(one, lng_deg=(one.lng_deg + off_deg + 180.0) % 360.0 - 180.0) for one in reports
    ]
    assert doubt_of(wrapped).signs == ()


def test_nothing_that_was_seen_once_is_grave():
    events = {Sign.SPEED, Sign.JUMP_AFTER_SILENCE, Sign.FAR_FROM_STOP, Sign.ACCELERATION}
    for sign, weight in WEIGHTS.items():
        assert weight * (0.7 if sign in events else 1.0) < DOUBTFUL_FROM


@pytest.mark.parametrize("kind", honest.KINDS.values())
def test_a_strange_but_honest_phone_is_not_doubted(kind):
    numbers = rng()
    for _ in range(10):
        track = kind(numbers)
        assert not doubt_of(track.reports, track.visits).is_grave
