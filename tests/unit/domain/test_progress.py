"""How a courier gets on, from fix to fix."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.domain.geo import Point
from service.domain.progress import advance
from tests.unit.domain.makers import NOW

DOOR = Point(48.2000, 16.3700)
STOP, OTHER = UUID(int=1), UUID(int=2)
METRE_DEG = 1.0 / 111_195.0


def north(m):
    """A place so many metres north of the door."""
    return Point(DOOR.lat_deg + m * METRE_DEG, DOOR.lng_deg)


def followed(*distances_m, every_s=60, stop_id=STOP, known=None):
    for number, m in enumerate(distances_m):
        known = advance(
            known,
            stop_id=stop_id,
            door=DOOR,
            here=north(m),
            seen_at=NOW + timedelta(seconds=number * every_s),
        )
    return known


def test_who_trembles_in_one_place_is_still():
    progress = followed(1_000, 1_030, 960, 1_049, 1_000)
    assert progress.still_s == 240.0


def test_who_leaves_the_place_is_not():
    assert followed(1_000, 1_000, 940).still_s == 0.0


def test_a_slow_walk_is_no_rest():
    assert followed(*range(1_000, 0, -40)).still_s <= 120.0


def test_away_counts_from_the_nearest():
    progress = followed(1_000, 400, 700, 950)
    assert progress.away_m == pytest.approx(550.0, abs=1.0)
    assert followed(1_000, 900, 800).away_m == 0.0


def test_silence_is_no_rest():
    progress = followed(1_000, 1_000)
    again = advance(progress, stop_id=STOP, door=DOOR, here=north(1_000), seen_at=progress.seen_at)
    assert again is progress


def test_it_begins_anew_with_the_next_stop():
    progress = followed(5_000, stop_id=OTHER, known=followed(100, 900, 900))
    assert (progress.still_s, progress.away_m) == (None, 0.0)


def test_after_a_minute_without_motion_it_is_a_rest():
    assert followed(1_000, 1_000).still_s is None
    assert followed(1_000, 1_000, 1_000).still_s == 120.0
    assert followed(1_000, 900, 900).still_s == 60.0
