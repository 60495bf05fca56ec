"""Redis is killed: facts are told all the same, and the index is whole again afterwards."""

import msgspec
import pytest

from service.live import index as live_index
from service.live.connect import open_redis
from service.live.errors import LiveUnavailableError
from service.relay.audit import Audit
from service.relay.drift import find_drift
from service.relay.index import MarketIndex
from service.relay.indexing import Indexing
from service.relay.loop import caution_of, relay_waiting
from tests.integration.relay.streams import check_each_fact_told_once, check_gapless


@pytest.fixture
async def index(runtime, market, valkey):
    """The index on a server that may be killed."""
    redis = open_redis(valkey.settings)
    yield MarketIndex(msgspec.structs.replace(runtime, redis=redis), market)
    await redis.aclose()


async def test_events_go_on_and_the_index_is_rebuilt(
    conn, market, online, post, leadership, index, valkey
):
    await Audit(index).check(lease_epoch=1)
    await post()
    indexing = Indexing(index)
    await relay_waiting(indexing, leadership, caution_of(indexing.index.runtime.settings))
    await indexing.catch_up()
    valkey.kill()
    job_id = await post()
    indexing = Indexing(index)
    await relay_waiting(indexing, leadership, caution_of(indexing.index.runtime.settings))
    await indexing.catch_up()
    await Audit(index).check(lease_epoch=1)
    await check_gapless(conn)
    await check_each_fact_told_once(conn, market)
    with pytest.raises(LiveUnavailableError):
        await live_index.index_epoch(index.runtime.redis, market)
    await valkey.start()
    await Audit(index).check(lease_epoch=1)
    jobs = await live_index.read_jobs(index.runtime.redis, market)
    assert job_id in {job.job_id for job in jobs}
    assert (await find_drift(index.runtime, market)).count == 0


async def test_where_no_writes_are_taken_no_index_is_kept(leadership, index):
    audit = Audit(index)
    assert await audit.check(lease_epoch=1)
    assert await audit.check(lease_epoch=1)
    await index.runtime.redis.execute("REPLICAOF", "127.0.0.1", "1")
    assert not await audit.check(lease_epoch=1)  # although nothing differs
    await index.runtime.redis.execute("REPLICAOF", "NO", "ONE")
    assert await audit.check(lease_epoch=1)


async def test_a_server_that_hangs_delays_events_and_does_not_stop_them(
    conn, market, post, leadership, index, valkey
):
    valkey.freeze()
    await post()
    indexing = Indexing(index)
    await relay_waiting(indexing, leadership, caution_of(indexing.index.runtime.settings))
    await indexing.catch_up()
    valkey.thaw()
    await check_gapless(conn)
    await check_each_fact_told_once(conn, market)
