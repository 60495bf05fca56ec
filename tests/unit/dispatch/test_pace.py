"""Ticks come in their turn, or early when woken, and never faster than is sensible."""

import asyncio
from datetime import timedelta

from msgspec.structs import replace

from service.clock import Anchor, Clock, monotonic_s
from service.dispatch.pace import Pace, pace_of, wait_for_turn
from service.domain.policy import Policy
from service.settings import Settings
from tests.unit.domain.makers import NOW

SETTINGS = Settings(database_url="", redis_url="", tick_real_s_min=0.2)


def clock(time_scale):
    return Clock(Anchor(at_s=0.0, market_at=NOW, time_scale=time_scale))


def test_in_life_the_period_is_that_of_the_policy():
    pace = pace_of(replace(Policy(), tick_s=10.0), clock(1.0), SETTINGS)
    assert (pace.early_s, pace.period_s, pace.tick_s(clock(1.0))) == (0.2, 10.0, 10.0)


def test_in_a_fast_replay_the_engine_is_told_that_the_next_tick_is_farther_away():
    pace = pace_of(replace(Policy(), tick_s=1.0), clock(60.0), SETTINGS)
    assert (pace.period_s, pace.tick_s(clock(60.0))) == (0.2, 12.0)


async def test_a_wake_up_ends_the_wait_and_is_consumed():
    woken = asyncio.Event()
    woken.set()
    async with asyncio.timeout(5.0):
        await wait_for_turn(Pace(early_s=0.0, period_s=900.0), woken, began_s=monotonic_s())
    assert not woken.is_set()


async def test_without_a_wake_up_the_turn_comes():
    began_s = monotonic_s() - timedelta(hours=1).total_seconds()
    async with asyncio.timeout(5.0):
        await wait_for_turn(Pace(early_s=0.2, period_s=900.0), asyncio.Event(), began_s=began_s)
