"""What a run is judged by is of one moment: what happens while it is read is not half seen."""

import asyncio

from service.simulation.run.evidence import IndexView, read_evidence
from tests.integration.actions.conftest import people, post  # noqa: F401  # found by name
from tests.integration.waiting import until_waiting

NOTHING_LIVE = IndexView(jobs_due={}, jobs_held={}, couriers_due={}, couriers_held={})


async def test_a_fact_that_comes_while_rows_are_read_is_no_gap(runtime, market, conn, post):  # noqa: F811
    job_id = await post()
    async with conn.transaction():
        await conn.execute("LOCK TABLE fact")
        reading = asyncio.create_task(
            read_evidence(runtime, market, stream_ends={}, index_view=NOTHING_LIVE)
        )
        await until_waiting(runtime, 1)  # it has read the jobs
        await conn.execute(
            "INSERT INTO fact (market_id, type, actor, at, job_id, sequence, body)"
            " SELECT market_id, type, actor, at, job_id, sequence + 1, body FROM fact"
            " WHERE job_id = $1 ORDER BY sequence DESC LIMIT 1",
            job_id,
        )
        await conn.execute("UPDATE job SET last_sequence = last_sequence + 1")
    evidence = await reading
    (job,), numbers = evidence.jobs, [fact.sequence for fact in evidence.job_facts]
    assert numbers == list(range(1, job.last_sequence + 1))
