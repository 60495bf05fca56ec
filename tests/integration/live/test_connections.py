"""Connections of couriers: numbers that grow whatever the clocks say, and who has the newest."""

from datetime import timedelta
from uuid import UUID

from service.domain.ids import CourierId
from service.live import keys
from service.live.connections import newest_connections, number_at, open_connections
from tests.unit.domain.makers import NOW

ANNA, BEN = CourierId(UUID(int=1)), CourierId(UUID(int=2))


async def test_each_connection_has_a_higher_number_than_the_one_before(redis, market_id):
    first = await open_connections(redis, market_id, [ANNA, BEN, ANNA], now=NOW)
    second = await open_connections(redis, market_id, [ANNA], now=NOW)
    assert first[0] < first[2] < second[0]
    assert await newest_connections(redis, market_id, [ANNA, BEN]) == {
        ANNA: second[0],
        BEN: first[1],
    }


async def test_a_process_whose_clock_is_behind_gives_no_lower_number(redis, market_id):
    (ahead,) = await open_connections(redis, market_id, [ANNA], now=NOW + timedelta(hours=1))
    assert await open_connections(redis, market_id, [ANNA], now=NOW) == [ahead + 1]


async def test_after_a_flush_numbers_are_higher_than_those_before(redis, market_id):
    (before,) = await open_connections(redis, market_id, [ANNA], now=NOW)
    await redis.execute("FLUSHALL")
    later = NOW + timedelta(milliseconds=1)
    assert await open_connections(redis, market_id, [ANNA], now=later) == [number_at(later)]
    assert number_at(later) > before


async def test_a_number_of_the_far_future_is_exact(redis, market_id):
    ahead = 9_000_000_000_000_000  # microseconds: the year 2255, and exact as a double
    await redis.execute("HSET", keys.connections(market_id), ANNA.bytes, ahead)
    assert await open_connections(redis, market_id, [ANNA], now=NOW) == [ahead + 1]


async def test_who_never_connected_has_none(redis, market_id):
    assert await newest_connections(redis, market_id, [ANNA]) == {}
