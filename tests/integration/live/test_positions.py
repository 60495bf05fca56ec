"""A courier is in the cell of the newest fix and in no other."""

from uuid import UUID

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matching.cells import cell_of, disk
from service.live import keys, positions
from service.live.batches import BATCH_COUNT_MAX
from service.live.records import pack_fix
from service.live.scripts import load_script

PLACES = [(48.2, 16.37), (48.2001, 16.37), (48.25, 16.4), (48.1, 16.3)]
CELLS = sorted({cell_of(*place, resolution=keys.CELL_RESOLUTION) for place in PLACES})

reports = st.tuples(st.integers(1, 3), st.sampled_from(PLACES), st.integers(0, 6))


@given(st.lists(st.lists(reports, max_size=6), max_size=6))
@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_a_courier_is_in_one_cell_at_the_newest_fix(
    redis, market_id, make_fix, read_cells, batches
):
    await redis.execute("FLUSHALL")
    newest = {}
    for batch in batches:
        fixes = [
            make_fix(number, lat_deg=lat_deg, lng_deg=lng_deg, received_at_ms=received_at_ms)
            for number, (lat_deg, lng_deg), received_at_ms in batch
        ]
        expected_count = 0
        for fix in fixes:
            known = newest.get(fix.courier_id)
            if known is None or fix.received_at_ms > known.received_at_ms:
                newest[fix.courier_id] = fix
                expected_count += 1

        assert await positions.write_fixes(redis, market_id, fixes) == expected_count
        in_order = [newest[courier_id] for courier_id in sorted(newest)]
        assert await read_cells("couriers") == [(f.courier_id, pack_fix(f)) for f in in_order]
        assert await positions.read_near(redis, market_id, CELLS) == in_order
        assert await positions.read_fixes(redis, market_id, list(newest)) == newest
        found = await positions.read_cells(redis, market_id, CELLS)
        assert list(found) == CELLS
        assert sorted(fix.courier_id for fixes in found.values() for fix in fixes) == sorted(newest)
        assert await positions.read_counts(redis, market_id) == {
            cell: len(fixes) for cell, fixes in found.items() if fixes
        }


async def test_a_fix_of_the_same_time_changes_nothing(redis, market_id, make_fix):
    first = make_fix(1, received_at_ms=1_777_888_999_000)
    moved = make_fix(1, lat_deg=48.1, received_at_ms=1_777_888_999_000)
    assert await positions.write_fixes(redis, market_id, [first]) == 1
    assert await positions.write_fixes(redis, market_id, [moved]) == 0
    assert await positions.read_fixes(redis, market_id, [UUID(int=1)]) == {UUID(int=1): first}


async def test_a_millisecond_is_enough_to_be_newer(redis, market_id, make_fix):
    first = make_fix(1, received_at_ms=1_777_888_999_000)
    second = make_fix(1, received_at_ms=1_777_888_999_001)
    assert await positions.write_fixes(redis, market_id, [second, first]) == 1
    assert await positions.write_fixes(redis, market_id, [second]) == 0
    assert await positions.read_fixes(redis, market_id, [UUID(int=1)]) == {UUID(int=1): second}


async def test_only_couriers_in_the_cells_are_near(redis, market_id, make_fix):
    here, far = make_fix(1), make_fix(2, lat_deg=48.1)
    await positions.write_fixes(redis, market_id, [here, far])
    cell = cell_of(here.lat_deg, here.lng_deg, resolution=keys.CELL_RESOLUTION)
    cells = disk(cell, rings_count=2)
    assert await positions.read_near(redis, market_id, cells) == [here]
    assert await positions.read_near(redis, market_id, []) == []


async def test_couriers_without_a_fix_are_left_out(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1)])
    asked = [UUID(int=1), UUID(int=2)]
    assert await positions.read_fixes(redis, market_id, asked) == {UUID(int=1): make_fix(1)}


async def test_eviction_takes_what_is_older_and_leaves_no_trace(
    redis, market_id, make_fix, read_cells
):
    fixes = [make_fix(number, received_at_ms=number) for number in (1, 2, 3)]
    await positions.write_fixes(redis, market_id, fixes)
    assert await positions.evict(redis, market_id, older_than_ms=3) == 2
    assert await read_cells("couriers") == [(UUID(int=3), pack_fix(fixes[2]))]
    assert await positions.evict(redis, market_id, older_than_ms=4) == 1
    assert await redis.execute("DBSIZE") == 0


async def test_counts_follow_who_leaves(redis, market_id, make_fix):
    fixes = [make_fix(number, received_at_ms=number) for number in (1, 2, 3)]
    await positions.write_fixes(redis, market_id, fixes)
    cell = cell_of(48.2, 16.37, resolution=keys.CELL_RESOLUTION)
    assert await positions.read_counts(redis, market_id) == {cell: 3}
    await positions.forget(redis, market_id, [UUID(int=3)])
    assert await positions.read_counts(redis, market_id) == {cell: 2}
    await positions.evict(redis, market_id, older_than_ms=3)
    assert await positions.read_counts(redis, market_id) == {}


async def test_a_count_that_was_lost_is_right_after_the_next_move(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1), make_fix(2)])
    await redis.execute("DEL", keys.position_counts(market_id))
    moved = [make_fix(1, lat_deg=48.1, received_at_ms=2_000)]
    await positions.write_fixes(redis, market_id, moved)
    counts = await positions.read_counts(redis, market_id)
    assert counts == {
        cell_of(lat_deg, 16.37, resolution=keys.CELL_RESOLUTION): 1 for lat_deg in (48.1, 48.2)
    }


async def test_more_cells_than_a_batch_are_all_read(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1)])
    middle = cell_of(48.2, 16.37, resolution=keys.CELL_RESOLUTION)
    cells = disk(middle, rings_count=13)
    assert len(cells) > BATCH_COUNT_MAX
    found = await positions.read_cells(redis, market_id, cells)
    assert list(found) == cells
    assert {cell: fixes for cell, fixes in found.items() if fixes} == {middle: [make_fix(1)]}


async def test_eviction_is_bounded_and_can_be_continued(redis, market_id, make_fix):
    fixes = [make_fix(number) for number in range(BATCH_COUNT_MAX + 1)]
    assert await positions.write_fixes(redis, market_id, fixes) == BATCH_COUNT_MAX + 1
    assert await positions.evict(redis, market_id, older_than_ms=2_000) == BATCH_COUNT_MAX
    assert await positions.evict(redis, market_id, older_than_ms=2_000) == 1
    assert await positions.evict(redis, market_id, older_than_ms=2_000) == 0


async def test_who_has_reported_since_is_not_evicted(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1, received_at_ms=3)])
    places = [key(market_id) for key in (keys.position_cells, keys.position_times)]
    places.append(keys.position_counts(market_id))
    found_before = (2, UUID(int=1).bytes)
    assert await redis.run(load_script("remove_fixes"), keys=places, args=found_before) == 0
    assert len(await positions.read_fixes(redis, market_id, [UUID(int=1)])) == 1


async def test_a_forgotten_courier_leaves_no_trace_and_may_come_back(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1, received_at_ms=1_777_888_999_000)])
    assert await positions.forget(redis, market_id, [UUID(int=1), UUID(int=2)]) == 1
    assert await redis.execute("DBSIZE") == 0
    assert await positions.write_fixes(redis, market_id, [make_fix(1, received_at_ms=1)]) == 1


async def test_positions_work_on_after_a_flush(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1, received_at_ms=9)])
    await redis.execute("FLUSHALL")
    assert await positions.read_near(redis, market_id, CELLS) == []
    assert await positions.read_fixes(redis, market_id, [UUID(int=1)]) == {}
    assert await positions.evict(redis, market_id, older_than_ms=9) == 0
    assert await positions.write_fixes(redis, market_id, [make_fix(1, received_at_ms=1)]) == 1


async def test_a_server_without_the_script_is_sent_it(redis, market_id, make_fix):
    await redis.execute("SCRIPT", "FLUSH")
    assert await positions.write_fixes(redis, market_id, [make_fix(1)]) == 1
    (is_known,) = await redis.execute("SCRIPT", "EXISTS", load_script("write_fixes").sha1)
    assert is_known


async def test_the_newer_fix_is_by_connection_then_by_number_whatever_the_clock_says(
    redis, market_id, make_fix
):
    def fix(connection, seq, received_at_ms):
        return make_fix(1, connection=connection, seq=seq, received_at_ms=received_at_ms)

    for newer in (fix(1, 5, 900), fix(1, 6, 800), fix(2, 0, 700), fix(256, 0, 600)):
        assert await positions.write_fixes(redis, market_id, [newer]) == 1
    for older in (fix(256, 0, 999), fix(2, 9_999, 999), fix(255, 2**40, 999)):
        assert await positions.write_fixes(redis, market_id, [older]) == 0
    (known,) = (await positions.read_fixes(redis, market_id, [newer.courier_id])).values()
    assert known == newer


async def test_of_a_full_cell_some_are_read_and_of_others_all(redis, market_id, make_fix):
    crowd = [make_fix(number) for number in range(1, 8)]
    others = [make_fix(number, lat_deg=48.25, lng_deg=16.4) for number in (8, 9)]
    await positions.write_fixes(redis, market_id, [*crowd, *others])
    found = await positions.read_some(redis, market_id, CELLS, per_cell_count_max=3)
    assert len([fix for fix in found if fix in crowd]) == 3
    assert [fix for fix in found if fix in others] == others


async def test_without_a_relay_positions_go_by_themselves(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1), make_fix(2, lat_deg=48.25)])
    names = await redis.execute("KEYS", "*")
    left_s = [await redis.execute("TTL", name) for name in names]
    assert len(names) == 5
    assert all(0 < one <= keys.POSITIONS_TTL_S for one in left_s)


async def test_who_comes_back_to_a_cell_that_has_expired_is_counted(redis, market_id, make_fix):
    await positions.write_fixes(redis, market_id, [make_fix(1, seq=1), make_fix(2, seq=1)])
    cell = cell_of(*PLACES[0], resolution=keys.CELL_RESOLUTION)
    await redis.execute("DEL", keys.couriers_in_cell(market_id, cell))  # as if its time was over
    await positions.write_fixes(redis, market_id, [make_fix(1, seq=2)])
    assert await positions.read_counts(redis, market_id) == {cell: 1}
    assert await positions.forget(redis, market_id, [UUID(int=1), UUID(int=2)]) == 2
    assert await redis.execute("DBSIZE") == 0
