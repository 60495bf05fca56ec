"""Jobs and couriers are read as they were last put, each in one place, and the rest is gone."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matching.cells import cell_of
from service.live import index, keys, positions
from service.live.batches import BATCH_COUNT_MAX
from service.live.errors import LiveUnavailableError
from service.live.records import encode_record

PLACES = [(48.2, 16.37), (48.25, 16.4), (48.1, 16.3)]

puts = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(PLACES), st.integers(1, 9)), max_size=6
)
removals = st.lists(st.integers(1, 4), max_size=3)


@given(st.lists(st.tuples(puts, removals), max_size=5))
@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_a_job_is_in_one_cell_as_it_was_last_put(
    redis, market_id, make_job, read_cells, rounds
):
    await redis.execute("FLUSHALL")
    expected = {}
    for jobs_put, jobs_removed in rounds:
        jobs = [
            make_job(number, lat_deg=lat_deg, lng_deg=lng_deg, version=version)
            for number, (lat_deg, lng_deg), version in jobs_put
        ]
        await index.put_jobs(redis, market_id, jobs)
        await index.remove_jobs(redis, market_id, [UUID(int=number) for number in jobs_removed])
        expected |= {job.job_id: job for job in jobs}
        for number in jobs_removed:
            expected.pop(UUID(int=number), None)

        assert await read_cells("jobs") == sorted(
            (job_id, encode_record(job)) for job_id, job in expected.items()
        )
        assert await index.read_jobs(redis, market_id) == [expected[id] for id in sorted(expected)]
        versions = {job_id: job.version for job_id, job in expected.items()}
        assert await index.read_job_versions(redis, market_id) == versions


async def test_more_jobs_than_a_batch_are_all_put_and_removed(redis, market_id, make_job):
    jobs = [make_job(number) for number in range(BATCH_COUNT_MAX + 1)]
    await index.put_jobs(redis, market_id, jobs)
    assert await index.read_jobs(redis, market_id) == jobs
    await index.remove_jobs(redis, market_id, [job.job_id for job in jobs])
    assert await index.read_jobs(redis, market_id) == []


async def test_the_begin_of_each_search_is_read_by_cell(redis, market_id, make_job):
    jobs = [make_job(1), make_job(2), make_job(3, lat_deg=48.1)]
    await index.put_jobs(redis, market_id, jobs)
    here, there = (
        cell_of(lat_deg, 16.37, resolution=keys.CELL_RESOLUTION) for lat_deg in (48.2, 48.1)
    )
    opened_at = jobs[0].opened_at
    expected = {here: [opened_at, opened_at], there: [opened_at]}
    assert await index.read_opened(redis, market_id) == expected


async def test_markets_do_not_see_each_other(redis, market_id, make_job, make_entry):
    await index.put_jobs(redis, market_id, [make_job(1)])
    await index.put_roster(redis, market_id, [make_entry(1)])
    await index.clear(redis, "graz")
    assert await index.read_jobs(redis, "graz") == []
    assert await index.read_jobs(redis, market_id) == [make_job(1)]
    assert await index.read_roster_versions(redis, market_id) == {UUID(int=1): 1}


async def test_the_roster_is_read_as_last_put(redis, market_id, make_entry):
    await index.put_roster(redis, market_id, [make_entry(1), make_entry(2), make_entry(3)])
    await index.put_roster(redis, market_id, [make_entry(2, version=5)])
    await index.remove_roster(redis, market_id, [UUID(int=3), UUID(int=4)])
    assert await index.read_roster_versions(redis, market_id) == {UUID(int=1): 1, UUID(int=2): 5}
    asked = [UUID(int=number) for number in (2, 3, 4)]
    assert await index.read_roster(redis, market_id, asked) == {
        UUID(int=2): make_entry(2, version=5)
    }


async def test_more_couriers_than_a_batch_are_all_put_read_and_removed(
    redis, market_id, make_entry
):
    entries = {UUID(int=n): make_entry(n) for n in range(BATCH_COUNT_MAX + 1)}
    await index.put_roster(redis, market_id, list(entries.values()))
    assert await index.read_roster(redis, market_id, list(entries)) == entries
    await index.remove_roster(redis, market_id, list(entries))
    assert await index.read_roster_versions(redis, market_id) == {}


async def test_nothing_to_write_is_nothing_to_do(redis, market_id):
    await index.put_jobs(redis, market_id, [])
    await index.put_roster(redis, market_id, [])
    await index.remove_roster(redis, market_id, [])
    assert await redis.execute("DBSIZE") == 0


async def test_clearing_leaves_positions_and_nothing_else(
    redis, market_id, make_job, make_entry, make_fix
):
    await index.put_jobs(redis, market_id, [make_job(1), make_job(2, lat_deg=48.1)])
    await index.put_roster(redis, market_id, [make_entry(1)])
    await index.begin_build(redis, market_id, "first")
    await index.mark_built(redis, market_id, "first")
    await positions.write_fixes(redis, market_id, [make_fix(1)])
    await index.clear(redis, market_id)
    left = await redis.execute("KEYS", "*")
    assert [key for key in left if b"position" not in key and b":couriers" not in key] == []
    assert await positions.read_fixes(redis, market_id, [UUID(int=1)]) == {UUID(int=1): make_fix(1)}


async def test_the_epoch_is_that_of_the_last_build(redis, market_id):
    assert await index.index_epoch(redis, market_id) is None
    await index.begin_build(redis, market_id, "first")
    await index.mark_built(redis, market_id, "first")
    await index.begin_build(redis, market_id, "second")
    await index.mark_built(redis, market_id, "second")
    assert await index.index_epoch(redis, market_id) == "second"


@pytest.mark.parametrize("words", [("FLUSHALL",), ("SET", "{vienna}:index_building", "second")])
async def test_what_was_lost_since_the_build_began_is_not_marked_nor_what_another_builds(
    redis, market_id, words
):
    await index.begin_build(redis, market_id, "first")
    await redis.execute(*words)
    with pytest.raises(LiveUnavailableError):
        await index.mark_built(redis, market_id, "first")
    assert await index.index_epoch(redis, market_id) is None


async def test_a_flushed_index_is_empty_unbuilt_and_writable(
    redis, market_id, make_job, make_entry
):
    await index.put_jobs(redis, market_id, [make_job(1), make_job(2)])
    await index.put_roster(redis, market_id, [make_entry(1)])
    await index.begin_build(redis, market_id, "first")
    await index.mark_built(redis, market_id, "first")
    await redis.execute("FLUSHALL")
    assert await index.index_epoch(redis, market_id) is None
    assert await index.read_jobs(redis, market_id) == []
    assert await index.read_roster(redis, market_id, [UUID(int=1)]) == {}
    await index.remove_jobs(redis, market_id, [UUID(int=1)])
    await index.put_jobs(redis, market_id, [make_job(2)])
    assert await index.read_jobs(redis, market_id) == [make_job(2)]
