"""Positions that look made up are told to ops, once, and nothing else happens to the courier."""

import asyncio
from datetime import timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from loadtests.spoofing import cheats, honest
from service.actions.authenticate import authenticate
from service.actions.doubt_positions import doubt_positions
from service.actions.resolve_exception import resolve_exception
from service.api.callers import CourierCaller
from service.api.tracks import KEPT_COUNT, WINDOW_COUNT, Track, Tracks
from service.domain.courier import Fix
from service.domain.geo import Point
from service.domain.track import Report
from service.domain.vocabulary import ExceptionKind
from service.store import exceptions
from tests.integration.api.conftest import PATIENCE_S


@pytest.fixture
async def callers(runtime, keys):
    principals = [await authenticate(runtime, key_text=key.text) for key in keys[1:-1]]
    return [CourierCaller(principal=one, id=one.courier_id) for one in principals]


@pytest.fixture
def listed(runtime, market):
    async def list_open():
        async with runtime.pool.connection() as conn:
            return await exceptions.list_watched(
                conn,
                market_id=market,
                kinds=[ExceptionKind.POSITION_DOUBTFUL],
                decided_since=runtime.clock.now() - timedelta(days=1),
            )

    return list_open


def report(runtime, tracks, caller, track):
    now = runtime.clock.now()
    for one in track.reports:
        fix = Fix(
            point=Point(one.lat_deg, one.lng_deg),
            accuracy_m=one.accuracy_m,
            received_at=now + timedelta(seconds=one.at_s),
        )
        tracks.note(caller, fix, fixed_at=None)


async def test_ops_are_told_of_a_cheat_and_of_nobody_else(runtime, callers, listed, conn):
    tracks = Tracks(runtime)
    task = asyncio.create_task(tracks.run())
    report(runtime, tracks, callers[1], honest.urban_canyon(np.random.default_rng(1)))
    report(runtime, tracks, callers[0], cheats.pinned(np.random.default_rng(1)))
    async with asyncio.timeout(PATIENCE_S):
        while not (found := await listed()):  # noqa: ASYNC110  # as ops would
            await asyncio.sleep(0.01)
    task.cancel()
    assert [one.courier_id for one in found] == [callers[0].id]
    accounts = await conn.fetch("SELECT account_status FROM courier")
    assert {one["account_status"] for one in accounts} == {"active"}


async def test_who_was_looked_at_is_left_alone_for_a_day(runtime, market, ids, listed):
    assert await doubt_positions(runtime, courier_id=ids[0], market_id=market)
    assert await doubt_positions(runtime, courier_id=ids[0], market_id=market)
    (opened,) = await listed()
    await resolve_exception(runtime, exception_id=opened.id, market_id=market, resolution="dismiss")
    assert not await doubt_positions(runtime, courier_id=ids[0], market_id=market)
    (only,) = await listed()
    assert only.resolution == "dismiss"


async def test_the_couriers_who_are_remembered_are_bounded(runtime, callers):
    bounded = replace(runtime, settings=replace(runtime.settings, sockets_count_max=2))
    tracks = Tracks(bounded)
    for caller in callers:
        report(runtime, tracks, caller, honest.ferry(np.random.default_rng(2)))
    assert tracks.couriers_count == 2 < len(callers)


def test_a_window_goes_on_with_the_end_of_the_one_before():
    track = Track("vienna")
    for number in range(WINDOW_COUNT + 5):
        track.note(Report(float(number), 48.2, 16.4, 5.0, None))
    reports, _ = track.take()
    assert [one.at_s for one in reports] == [float(5 + number) for number in range(WINDOW_COUNT)]
    kept, _ = track.take()
    assert kept == reports[-KEPT_COUNT:]
