"""A server that was demoted keeps our connections, and answers whoever reads: it is left."""

import asyncio
from contextlib import aclosing, suppress
from itertools import count

import pytest
from msgspec.structs import replace

from service.live import index, positions, writable
from service.live.connect import open_redis
from service.live.errors import LiveFollowsError, LiveUnavailableError
from service.live.writable import check_writable, follow_primary
from tests.integration.live.conftest import PATIENCE_S, ValkeyProcess
from tests.integration.relay.conftest import eventually

DEMOTE = ("REPLICAOF", "127.0.0.1", "1")


@pytest.fixture
async def other_valkey(tmp_path):
    server = ValkeyProcess(tmp_path)
    await server.start()
    yield server
    server.kill()


def path_of(server):
    return server.settings.redis_url.removeprefix("unix://")


@pytest.fixture
def name(valkey, tmp_path):
    """A name that leads to the first server, and that a failover gives to another."""
    link = tmp_path / "primary.sock"
    link.symlink_to(path_of(valkey))
    return link


@pytest.fixture
def fail_over(valkey, mortal_redis, other_valkey, name):
    async def do():
        await mortal_redis.execute(*DEMOTE)
        name.unlink()
        name.symlink_to(path_of(other_valkey))

    return do


@pytest.fixture
async def named(valkey, name):
    """A client that knows the servers by name only."""
    async with aclosing(open_redis(replace(valkey.settings, redis_url=f"unix://{name}"))) as redis:
        yield redis


async def mark_built(redis):
    await index.begin_build(redis, "vienna", "first")
    await index.mark_built(redis, "vienna", "first")


async def write_by_script(redis, fix):
    await positions.write_fixes(redis, "vienna", [fix])


async def write_at_once(redis, _):
    await redis.execute_all([("PING",), ("SET", "key", "value")])


async def write_plainly(redis, _):
    await check_writable(redis, "vienna")


@pytest.mark.parametrize("write", [write_by_script, write_at_once, write_plainly])
async def test_after_a_write_was_refused_the_next_call_reaches_who_bears_the_name(
    named, fail_over, make_fix, write
):
    await write(named, make_fix(1))
    await mark_built(named)
    await fail_over()
    assert await index.index_epoch(named, "vienna") == "first"  # who reads notices nothing
    with pytest.raises(LiveFollowsError):
        await write(named, make_fix(1, received_at_ms=2_000))
    assert await index.index_epoch(named, "vienna") is None
    await write(named, make_fix(1, received_at_ms=3_000))


async def test_many_who_write_at_the_same_time_all_find_the_other(named, fail_over, make_fix):
    seqs = count(2)

    async def report(number):
        with suppress(LiveUnavailableError):
            await positions.write_fixes(named, "vienna", [make_fix(number, seq=next(seqs))])

    async def have_all_found():
        await asyncio.gather(*map(report, range(40)))
        reads = [index.index_epoch(named, "vienna") for _ in range(40)]
        return await asyncio.gather(*reads) == [None] * 40

    await mark_built(named)
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(fail_over(), *map(report, range(40)))
        await eventually(have_all_found)


async def test_who_only_reads_finds_the_other_too(valkey, name, fail_over, monkeypatch):
    monkeypatch.setattr(writable, "FOLLOW_INTERVAL_S", 0.01)
    one = replace(valkey.settings, redis_url=f"unix://{name}", redis_connections_count_max=1)
    named = open_redis(one)
    await mark_built(named)
    following = asyncio.create_task(follow_primary(named, "vienna"))
    await fail_over()

    async def has_found():
        return await index.index_epoch(named, "vienna") is None

    await eventually(has_found)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await named.aclose()


async def test_where_the_name_still_leads_to_a_follower_not_every_write_dials(mortal_redis):
    await mortal_redis.execute(*DEMOTE)
    ids = set()
    for _ in range(20):
        with pytest.raises(LiveFollowsError):
            await write_plainly(mortal_redis, None)
        ids.add(await mortal_redis.execute("CLIENT", "ID"))
    assert len(ids) < 10  # one a second; how long that takes is up to the machine
