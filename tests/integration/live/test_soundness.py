"""What Redis keeps of a market, after somebody else has written there."""

import pytest

from service.live import index, keys, positions
from service.live.errors import LiveCorruptError
from service.live.soundness import check_sound, forget_market

GARBAGE = b"\xc1 poison"  # no MessagePack, and no whole number of fixes


@pytest.fixture
async def written(redis, market_id, make_job, make_entry, make_fix):
    """A market with jobs, couriers and positions in it, marked as whole."""
    await index.put_jobs(redis, market_id, [make_job(1), make_job(2)])
    await index.put_roster(redis, market_id, [make_entry(1)])
    await positions.write_fixes(redis, market_id, [make_fix(1), make_fix(2, lat_deg=48.3)])
    await index.begin_build(redis, market_id, "epoch")
    await index.mark_built(redis, market_id, "epoch")
    return sorted(await redis.execute("KEYS", "*"))


async def look_after(redis, market_id):
    """Look at all that the audit looks at."""
    await check_sound(redis, market_id)
    await index.read_job_versions(redis, market_id)


async def test_what_we_have_written_is_sound(redis, market_id, written):
    await check_sound(redis, market_id)
    assert len(written) == 9


async def test_nothing_at_all_is_sound(redis, market_id):
    await check_sound(redis, market_id)


async def test_it_is_sound_whoever_comes_goes_and_moves(redis, market_id, make_fix):
    for row in range(20):
        fixes = [make_fix(n, seq=row, lat_deg=48.2 + 0.01 * ((n * row) % 7)) for n in range(1, 12)]
        await positions.write_fixes(redis, market_id, fixes)
        await positions.forget(redis, market_id, [make_fix(1 + row % 12).courier_id])
        await check_sound(redis, market_id)


@pytest.mark.parametrize("number", range(9))
async def test_a_key_of_another_type_is_found_out(redis, market_id, written, number):
    """By whoever reads it, and by who looks after all of them."""
    key = written[number]
    is_string = await redis.execute("TYPE", key) in (b"string", "string")
    await redis.execute("DEL", key)
    await redis.execute(*(("RPUSH", key, "poison") if is_string else ("SET", key, "poison")))
    with pytest.raises(LiveCorruptError):
        await look_after(redis, market_id)


@pytest.mark.parametrize("name", ["position_cells", "position_times", "position_counts"])
async def test_positions_that_do_not_agree_are_found_out(redis, market_id, written, name):
    await redis.execute("DEL", getattr(keys, name)(market_id))
    with pytest.raises(LiveCorruptError):
        await check_sound(redis, market_id)


async def test_a_cell_that_was_lost_is_found_out(redis, market_id, written, make_fix):
    await redis.execute("DEL", next(key for key in written if key.endswith(b":couriers")))
    with pytest.raises(LiveCorruptError):
        await check_sound(redis, market_id)


async def test_all_of_a_market_is_forgotten_and_nothing_of_another(redis, market_id, written):
    await index.begin_build(redis, "graz", "epoch")
    await index.mark_built(redis, "graz", "epoch")
    await redis.execute("SET", "ticket:{1}", "kept")
    await forget_market(redis, market_id)
    assert sorted(await redis.execute("KEYS", "*")) == [b"ticket:{1}", b"{graz}:index_epoch"]


async def test_more_than_one_step_of_the_search_is_forgotten(redis, market_id):
    for start in range(0, 5_000, 500):
        words = [w for n in range(start, start + 500) for w in (f"{{{market_id}}}:cell:{n:x}", 1)]
        await redis.execute("MSET", *words)
    await forget_market(redis, market_id)
    assert await redis.execute("DBSIZE") == 0


READS = {
    "jobs": lambda redis, market_id, _: index.read_jobs(redis, market_id),
    "opened": lambda redis, market_id, _: index.read_opened(redis, market_id),
    "job_versions": lambda redis, market_id, _: index.read_job_versions(redis, market_id),
    "roster": lambda redis, market_id, ids: index.read_roster(redis, market_id, ids),
    "roster_versions": lambda redis, market_id, _: index.read_roster_versions(redis, market_id),
    "fixes": lambda redis, market_id, ids: positions.read_fixes(redis, market_id, ids),
    "counts": lambda redis, market_id, _: positions.read_counts(redis, market_id),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_values_that_do_not_decode_are_told_as_such(
    redis, market_id, written, make_fix, read
):
    for key in written:
        if await redis.execute("TYPE", key) in (b"hash", "hash") and b"_cells" not in key:
            for field in await redis.execute("HKEYS", key):
                await redis.execute("HSET", key, field, GARBAGE)
    with pytest.raises(LiveCorruptError):
        await read(redis, market_id, [make_fix(1).courier_id])
