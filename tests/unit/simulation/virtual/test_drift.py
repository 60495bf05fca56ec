"""Where a courier goes first who is sent to wait at a store."""

from dataclasses import replace

import pytest

from service.simulation.virtual.drift import next_store
from tests.unit.simulation.virtual.days import make_day, make_order

# Stores on the line at minutes 3, 7 and 9.
DAY = make_day(*(make_order(str(p), pickup=p, dropoff=0) for p in (3, 7, 9)))
STRAIGHT = replace(DAY, way_s=None)


@pytest.mark.parametrize("day", [DAY, STRAIGHT], ids=["table", "straight"])
@pytest.mark.parametrize(
    ("from_place", "to_place", "first"),
    [(0, 9, 3), (3, 9, 7), (4, 9, 7), (7, 9, 9), (11, 3, 9), (8, 7, 7), (5, 3, 3)],
)
def test_it_goes_to_the_nearest_store_on_the_way(day, from_place, to_place, first) -> None:
    assert next_store(day, 0, from_place, to_place) == first


def test_a_store_off_the_way_is_passed_by() -> None:
    place_deg = DAY.place_deg.copy()
    place_deg[3, 0] = place_deg[3, 1]  # as far north as it is east
    assert next_store(replace(STRAIGHT, place_deg=place_deg), 0, 0, 9) == 7


def test_who_is_all_but_there_goes_there() -> None:
    place_deg = DAY.place_deg.copy()
    place_deg[8] = place_deg[9] - 1e-4
    assert next_store(replace(STRAIGHT, place_deg=place_deg), 0, 8, 9) == 9
