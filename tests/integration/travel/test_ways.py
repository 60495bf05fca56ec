"""Ways asked of a routing server beside the ticks: in time, late, never, and no longer."""

import asyncio
import math
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from structlog.testing import capture_logs

from matching.cells import cell_of, center_of
from service.domain.geo import Point
from service.travel.opening import open_source
from service.travel.source import Profile
from service.travel.ways import Ways, Wish
from tests.integration.travel.peers import (
    answer_as_osrm,
    listening,
    seconds_between,
    settings_for,
)

CAR = Profile.CAR
PLACES = [Point(48.20 + 0.01 * row, 16.36) for row in range(6)]
CELLS = tuple(cell_of(place.lat_deg, place.lng_deg, resolution=10) for place in PLACES)
CELLS_COUNT = len(CELLS)
PATIENT = {"travel_budget_s": 5.0, "travel_timeout_s": 5.0}
HASTY = {"travel_budget_s": 0.02, "travel_timeout_s": 5.0}


def everything(count=CELLS_COUNT):
    wanted = np.ones((count, count), np.uint8)
    np.fill_diagonal(wanted, 0)
    return wanted


def wish(count=CELLS_COUNT):
    return Wish(CELLS[:count], {CAR: everything(count)})


@asynccontextmanager
async def asking(**changes):
    """Yield ways that a routing server is asked for, and the server."""
    async with (
        listening(answer_as_osrm) as (peer, url),
        open_source(settings_for("osrm", url, **changes)) as source,
    ):
        ways = Ways(source, settings_for("osrm", url, **changes))
        keeping = asyncio.create_task(ways.keep())
        yield ways, peer
        keeping.cancel()


async def test_the_first_tick_knows_the_ways_when_the_answer_is_in_time():
    async with asking(**PATIENT) as (ways, _):
        known = await ways.ask(wish())
    places = [Point(*center_of(cell)) for cell in CELLS]
    expected = np.array([[seconds_between(a, b) for b in places] for a in places])
    off_diagonal = everything() > 0
    assert known[CAR].seconds[off_diagonal] == pytest.approx(expected[off_diagonal], abs=0.1)


async def test_what_is_known_is_not_asked_again():
    async with asking(**PATIENT) as (ways, peer):
        await ways.ask(wish())
        asked_count = len(peer.asked)
        await ways.ask(wish())
        assert len(peer.asked) == asked_count


async def test_only_what_is_missing_is_asked_for():
    async with asking(**PATIENT) as (ways, peer):
        await ways.ask(wish(5))
        peer.asked.clear()
        await ways.ask(wish(6))
    assert sum(map(ways_count, peer.asked)) == 10


def ways_count(target):
    """Return how many ways OSRM is asked for."""
    sides = parse_qs(urlsplit(target).query)
    return math.prod(len(sides[side][0].split(";")) for side in ("sources", "destinations"))


async def test_a_late_answer_is_there_for_the_next_tick():
    async with asking(**HASTY) as (ways, peer):
        peer.gate.clear()
        assert np.isnan((await ways.ask(wish()))[CAR].seconds).all()
        peer.gate.set()
        async with asyncio.timeout(5.0):
            while np.isnan((await ways.ask(wish()))[CAR].seconds[everything() > 0]).any():
                pass  # each tick waits for its budget


async def test_a_tick_never_waits_longer_than_its_budget_nor_are_more_asked_at_once():
    limits = {"travel_table_cells_count_max": 2, "travel_requests_count_max": 2}
    async with asking(**HASTY, **limits) as (ways, peer):
        peer.gate.clear()
        async with asyncio.timeout(5.0):
            for count in (2, 3, 4, 5, 6):
                assert np.isnan((await ways.ask(wish(count)))[CAR].seconds).all()
        assert len(peer.asked) <= 2


async def test_large_tables_go_in_pieces():
    async with asking(**PATIENT, travel_table_cells_count_max=2, travel_requests_count_max=2) as (
        ways,
        peer,
    ):
        known = await ways.ask(wish(4))
    assert len(peer.asked) == 12
    assert np.isfinite(known[CAR].seconds[everything(4) > 0]).all()


async def test_a_round_sends_at_most_so_many_requests():
    async with asking(
        **PATIENT, travel_table_cells_count_max=2, travel_round_requests_count_max=3
    ) as (ways, peer):
        known = await ways.ask(wish(4))
        assert (len(peer.asked), np.isfinite(known[CAR].seconds).sum()) == (3, 3)


async def test_a_server_that_fails_is_left_alone_and_that_is_said_once():
    async with asking(**PATIENT, travel_failures_count_max=2, travel_rest_s=1e6) as (ways, peer):
        peer.status = 500
        with capture_logs() as told:
            for _ in range(4):
                assert np.isnan((await ways.ask(wish()))[CAR].seconds).all()
        assert ways.source.is_degraded
        assert len(peer.asked) == 2
    assert [entry["event"] for entry in told] == ["travel_degraded"]


async def test_a_server_that_comes_back_is_tried_once_and_believed():
    async with asking(**PATIENT, travel_failures_count_max=1, travel_rest_s=0.0) as (ways, peer):
        peer.status = 500
        with capture_logs() as told:
            await ways.ask(wish())
            assert ways.source.is_degraded
            peer.status = 200
            known = await ways.ask(wish())
            while ways.source.is_degraded:  # the answer may be late, and the news with it
                await asyncio.sleep(0)
                known = await ways.ask(wish())
    assert np.isfinite(known[CAR].seconds[everything() > 0]).any()
    assert [entry["event"] for entry in told] == ["travel_degraded", "travel_restored"]
