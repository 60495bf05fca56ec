"""Connections of couriers: numbers that grow whatever the clocks say, and who has the newest."""

from datetime import timedelta
from uuid import UUID

from service.domain.ids import CourierId
from service.live.connections import draw_numbers, newest_connections, number_at, replace_older
from tests.unit.domain.makers import NOW

ANNA, BEN = CourierId(UUID(int=1)), CourierId(UUID(int=2))


async def test_each_connection_has_a_higher_number_than_the_one_before(redis, market_id):
    first = await draw_numbers(redis, market_id, [ANNA, BEN, ANNA], now=NOW)
    second = await draw_numbers(redis, market_id, [ANNA], now=NOW)
    assert first == sorted({*first})
    assert first[-1] < second[0]


async def test_the_newest_is_the_one_with_the_highest_number_whoever_comes_first(redis, market_id):
    assert await replace_older(redis, market_id, [(ANNA, 2), (BEN, 7)]) == [2, 7]
    assert await replace_older(redis, market_id, [(ANNA, 3), (ANNA, 1), (BEN, 7)]) == [3, 3, 7]
    assert await newest_connections(redis, market_id, [ANNA, BEN]) == {ANNA: 3, BEN: 7}


async def test_a_process_whose_clock_is_behind_draws_no_lower_number(redis, market_id):
    (ahead,) = await draw_numbers(redis, market_id, [ANNA], now=NOW + timedelta(hours=1))
    assert await draw_numbers(redis, market_id, [ANNA], now=NOW) == [ahead + 1]


async def test_after_a_flush_numbers_are_higher_than_those_before(redis, market_id):
    (before,) = await draw_numbers(redis, market_id, [ANNA], now=NOW)
    await redis.execute("FLUSHALL")
    later = NOW + timedelta(milliseconds=1)
    assert await draw_numbers(redis, market_id, [ANNA], now=later) == [number_at(later)]
    assert number_at(later) > before


async def test_a_number_of_the_far_future_is_exact(redis, market_id):
    ahead = 9_000_000_000_000_000  # microseconds: the year 2255, and exact as a double
    assert await replace_older(redis, market_id, [(ANNA, ahead)]) == [ahead]  # by no draw of ours
    assert await draw_numbers(redis, market_id, [ANNA], now=NOW) == [ahead + 1]


async def test_who_never_connected_has_none(redis, market_id):
    assert await newest_connections(redis, market_id, [ANNA]) == {}
