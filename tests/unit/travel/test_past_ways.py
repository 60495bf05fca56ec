import numpy as np
import pytest

from matching.cells import cell_of
from service.settings import Settings
from service.travel.guard import GuardedSource
from service.travel.past_ways import PastWay, PastWays
from service.travel.source import Profile, SourceError, Table

CELLS = [cell_of(48.2 + 0.01 * row, 16.37, resolution=10) for row in range(8)]
WAYS = [PastWay(Profile.BIKE, a, b) for a in CELLS[:4] for b in CELLS[4:]]


class NorthSource:
    """Ways take a second for each millidegree northwards; there is no way south."""

    name = "north"

    def __init__(self):
        self.asked = []
        self.is_away = False

    async def table(self, profile, origins, destinations):
        self.asked.append((profile, len(origins), len(destinations)))
        if self.is_away:
            raise SourceError("away")
        rows = [[(b.lat_deg - a.lat_deg) * 1_000.0 for b in destinations] for a in origins]
        seconds = np.array(rows)
        return Table(np.where(seconds > 0.0, seconds, np.nan), seconds)


@pytest.fixture
def source():
    return NorthSource()


@pytest.fixture
def past(source):
    settings = Settings(database_url="unused", redis_url="unused", travel_failures_count_max=9)
    return PastWays(GuardedSource(source, settings), cells_count_max=10, requests_count_max=2)


async def test_each_way_is_told_in_its_direction(past):
    north, south = WAYS[0], PastWay(Profile.BIKE, WAYS[0].destination, WAYS[0].origin)
    known = await past.seconds([north, south])
    assert known[north] == pytest.approx(40.0, abs=2.0)
    assert np.isnan(known[south])


async def test_only_so_many_are_asked_at_a_time_and_the_rest_next_time(past, source):
    assert len(await past.seconds(WAYS)) == 10
    assert len(source.asked) == 2
    assert len(await past.seconds(WAYS)) == 16
    assert len(source.asked) == 4
    assert len(await past.seconds(WAYS)) == 16
    assert len(source.asked) == 4


async def test_a_request_has_no_more_cells_than_it_may(past, source):
    await past.seconds(WAYS)
    assert all(origins + destinations <= 10 for _, origins, destinations in source.asked)


async def test_ways_nobody_asks_for_any_more_are_forgotten(past, source):
    await past.seconds(WAYS[:5])
    await past.seconds([])
    source.asked.clear()
    await past.seconds(WAYS[:5])
    assert source.asked


async def test_each_profile_is_asked_for_its_own_ways(past, source):
    await past.seconds([WAYS[0], WAYS[0]._replace(profile=Profile.CAR)])
    assert [profile for profile, *_ in source.asked] == [Profile.BIKE, Profile.CAR]


async def test_a_source_that_fails_is_not_asked_further(past, source):
    source.is_away = True
    assert await past.seconds(WAYS) == {}
    assert len(source.asked) == 1
