"""A server that is frozen or gone: calls fail, once, and all is well when it is back."""

from contextlib import aclosing
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.domain.errors import UnavailableError
from service.live import bus, index, positions, tickets
from service.live.connect import open_redis
from service.live.errors import LiveUnavailableError
from tests.unit.domain.makers import NOW

CALLS = {
    "put_jobs": lambda redis, make: index.put_jobs(redis, "vienna", [make(1)]),
    "read_jobs": lambda redis, _: index.read_jobs(redis, "vienna"),
    "read_roster": lambda redis, _: index.read_roster(redis, "vienna", [UUID(int=1)]),
    "index_epoch": lambda redis, _: index.index_epoch(redis, "vienna"),
    "read_near": lambda redis, _: positions.read_near(redis, "vienna", [1, 2]),
    "evict": lambda redis, _: positions.evict(redis, "vienna", older_than_ms=1),
    "publish_wake_relay": lambda redis, _: bus.publish_wake_relay(redis, "vienna"),
    "redeem_ticket": lambda redis, _: tickets.redeem_ticket(redis, "unknown", now=NOW),
}

COUNT_SLOWLY = """
local busy_until_s = os.clock() + 0.3
redis.call('INCR', KEYS[1])
while os.clock() < busy_until_s do end
"""


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_frozen_server_fails_the_call(valkey, mortal_redis, make_job, call):
    await mortal_redis.execute("PING")
    valkey.freeze()
    with pytest.raises(LiveUnavailableError):
        await call(mortal_redis, make_job)
    with pytest.raises(LiveUnavailableError):  # now without a connection
        await call(mortal_redis, make_job)
    valkey.thaw()
    await call(mortal_redis, make_job)


async def test_a_command_whose_answer_came_too_late_is_not_repeated(valkey, mortal_redis):
    with pytest.raises(LiveUnavailableError):
        await mortal_redis.execute("EVAL", COUNT_SLOWLY, 1, "count")
    async with aclosing(open_redis(replace(valkey.settings, redis_timeout_s=10.0))) as patient:
        assert await patient.execute("GET", "count") == b"1"


async def test_calls_fail_while_the_server_is_gone_and_work_when_it_is_back(
    valkey, mortal_redis, market_id, make_job
):
    await index.put_jobs(mortal_redis, market_id, [make_job(1)])
    valkey.kill()
    with pytest.raises(UnavailableError):
        await index.read_jobs(mortal_redis, market_id)
    await valkey.start()
    assert await index.read_jobs(mortal_redis, market_id) == []
    await index.put_jobs(mortal_redis, market_id, [make_job(1)])
    assert await index.read_jobs(mortal_redis, market_id) == [make_job(1)]


@pytest.mark.parametrize("transport", ["settings", "tcp_settings"])
async def test_a_restart_between_two_calls_is_not_noticed(valkey, market_id, transport):
    async with aclosing(open_redis(getattr(valkey, transport))) as redis:
        await index.begin_build(redis, market_id, "first")
        await index.mark_built(redis, market_id, "first")
        valkey.kill()
        await valkey.start()
        assert await index.index_epoch(redis, market_id) is None


async def test_a_full_server_is_unavailable(mortal_redis, market_id, make_job):
    await mortal_redis.execute("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(LiveUnavailableError):
        await index.put_jobs(mortal_redis, market_id, [make_job(1)])
