"""What the fault runs read of real rows: a good job breaks no promise, a spoiled one does."""

import pytest
from msgspec.structs import replace

from loadtests.faults.checks.timelines import differences
from loadtests.faults.opened import opened_rows
from loadtests.faults.rows import read_rows
from service.domain.lifecycle import StopKind
from tests.integration.actions.conftest import people, post  # noqa: F401  # found by name
from tests.integration.deliveries import deliver


@pytest.fixture
def read(runtime, market):
    async def read_all():
        async with runtime.pool.snapshot() as conn:
            rows = await read_rows(conn, market, watched=[])
        # What these actions answer is no JSON.
        return opened_rows(replace(rows, answers=()), runtime.recipient_keys)

    return read_all


def ends(rows):
    """Return what differs between the last fact of the one job, and its row."""
    (last,), (kept,) = rows.last_facts, rows.kept
    return differences(last.body, kept)


async def test_a_job_is_at_each_step_what_its_facts_end_with(
    runtime,
    market,
    post,  # noqa: F811
    people,  # noqa: F811
    read,
    conn,
):
    job_id = await post()
    rows = await read()
    assert ends(rows) == []
    (posted,) = rows.posted
    assert posted.job.id == job_id
    assert {stop.address for stop in posted.job.stops} == {"Graben 1", "Naschmarkt 5"}
    assert rows.jobs[0].open_for_s is not None
    assert rows.jobs[0].considered_s_ago is None
    courier_id = people[1][0].courier_id
    whose = {"job_id": job_id, "courier_id": courier_id, "market_id": market}
    await deliver(runtime, until=StopKind.PICKUP, **whose)
    rows = await read()
    assert ends(rows) == []
    assert [(one.courier_id, one.job_id) for one in rows.in_hand] == [(courier_id, job_id)]
    await conn.execute("UPDATE stop SET status = 'skipped' WHERE kind = 'dropoff'")
    assert ends(await read()) != []


async def test_an_open_job_was_considered_when_it_was_offered_in_this_search(
    runtime,
    post,  # noqa: F811
    read,
    conn,
):
    job_id = await post()
    await conn.execute(
        "WITH tick AS (INSERT INTO tick (market_id, at, policy_version, dispatch_epoch, summary)"
        " VALUES ('vienna', now(), 1, 1, '{}') RETURNING id)"
        " INSERT INTO decision (tick_id, at, reasons, outcome, job_id)"
        " SELECT id, now(), '{}', 'no_candidate', $1 FROM tick",
        job_id,
    )
    rows = await read()
    assert 0.0 <= rows.jobs[0].considered_s_ago < 60.0
    await conn.execute("UPDATE job SET opened_at = now() + interval '1 minute'")  # it is open anew
    assert (await read()).jobs[0].considered_s_ago is None
