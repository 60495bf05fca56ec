"""Figures of jobs and of supply: what is posted and ends, who is free, what is open."""

from datetime import timedelta

import pytest

from service.store import figures
from tests.integration.api.test_figures import fill, hours_before, read

SPAN_S = 300.0
ENDS = ("delivered", "returned", "failed", "canceled", "expired")

# One turn of a job or a courier, so many minutes before the end of the period.
TURN = """
INSERT INTO fact (market_id, type, actor, at, job_id, sequence, courier_id, body)
VALUES ($1, $2, 'system', $3, CASE WHEN $2 LIKE 'job.%' THEN md5($4)::uuid END,
        CASE WHEN $2 LIKE 'job.%' THEN $5::int8 END,
        CASE WHEN $2 LIKE 'courier.%' THEN md5($4)::uuid END,
        jsonb_build_object('status', $6::text))"""


@pytest.fixture
async def tell(market, conn, until):
    """Record turns: (minutes before the end, who, what)."""
    await conn.execute("SET session_replication_role = replica")

    async def told(*turns, of=market):
        for number, (minutes_before, who, what) in enumerate(turns):
            is_job = what.startswith("job.")
            await conn.execute(
                TURN,
                of,
                what if is_job else "courier.status_changed",
                until - timedelta(minutes=minutes_before),
                who,
                number,
                what,
            )

    return told


async def of_spans(market, conn, until, *, hours=1, limit_count=1_000):
    """Return the supply by number of span."""
    found = await figures.sum_up_supply(
        conn,
        market_id=market,
        since=until - timedelta(hours=hours),
        until=until,
        span_s=SPAN_S,
        limit_count=limit_count,
    )
    return {each.span: each for each in found}


async def test_jobs_are_counted_as_they_are_posted_and_as_they_end(ops, conn, until):
    await fill(conn, until, jobs_count=120)
    found = await read(ops, "jobs", hours_before(until, 2))
    assert (found["span_s"], found["is_cut"]) == (SPAN_S, False)
    assert sum(span["posted_count"] for span in found["spans"]) == 76  # minutes 45 to 120 ago
    assert sum(span["delivered_count"] for span in found["spans"]) == 106  # posted until 150 ago
    assert {span["failed_count"] for span in found["spans"]} == {0}


async def test_every_end_of_a_job_has_its_count(ops, tell, until):
    for minutes, end in enumerate(ENDS, start=1):
        await tell((minutes, end, "job.created"), (minutes, end, f"job.{end}"))
    await tell((1, "of others", "job.created"), of="graz")
    (span,) = (await read(ops, "jobs", hours_before(until, 2)))["spans"]
    assert span["posted_count"] == len(ENDS)
    assert [span[f"{end}_count"] for end in ENDS] == [1] * len(ENDS)


async def test_supply_is_told_of_every_span(ops, conn, until):
    await fill(conn, until, jobs_count=120)
    found = await read(ops, "supply", hours_before(until, 2))
    assert (len(found["spans"]), found["span_s"], found["is_cut"]) == (24, SPAN_S, False)
    assert {(s["free_couriers_mean"], s["free_couriers_peak"]) for s in found["spans"]} == {
        (20.0, 20)
    }
    # Five jobs in each span are open for 20 s; in the last 45 minutes but one instant none is.
    means = [round(span["open_jobs_mean"] * SPAN_S) for span in found["spans"]]
    assert means == [100] * 15 + [20] + [0] * 8
    assert [span["open_jobs_peak"] for span in found["spans"]] == [1] * 16 + [0] * 8


async def test_what_began_before_the_period_lasts_into_it(market, conn, tell, until):
    await tell((300, "anna", "online"), (57.5, "anna", "busy"), (30, "anna", "online"))
    await tell((15 * 60, "ben", "online"), (45, "ben", "offline"), (44, "ben", "offline"))
    await tell((90, "job", "job.opened"), (50, "job", "job.assigned"))
    spans = await of_spans(market, conn, until)
    assert [spans[n].free_couriers_mean for n in range(12)] == [1.5] + [1.0] * 2 + [0.0] * 3 + (
        [1.0] * 6
    )
    assert spans[0].free_couriers_peak == 2
    assert [spans[n].open_jobs_mean for n in range(12)] == [1.0] * 2 + [0.0] * 10


async def test_a_job_is_open_again_when_its_courier_is_gone(market, conn, tell, until):
    await tell(
        (40, "job", "job.opened"),
        (35, "job", "job.assigned"),
        (20, "job", "job.reassigned"),
        (15, "job", "job.canceled"),
    )
    await tell((10, "other", "job.canceled"))  # it was scheduled, and never open
    spans = await of_spans(market, conn, until)
    assert [n for n, span in spans.items() if span.open_jobs_mean] == [4, 8]
    assert {span.open_jobs_mean for span in spans.values()} == {0.0, 1.0}


async def test_what_is_still_to_come_has_no_span(ops, until):
    to_come = hours_before(until + timedelta(hours=1), 2)
    spans = (await read(ops, "supply", to_come))["spans"]
    assert len(spans) in (12, 13)
    assert {span["free_couriers_mean"] for span in spans} == {0.0}
    assert (await read(ops, "supply", hours_before(until + timedelta(hours=3), 2)))["spans"] == []


async def test_beyond_the_limit_only_whole_spans_are_told(market, conn, tell, until):
    await tell(*((minutes, "anna", "online") for minutes in range(59, 0, -1)))
    spans = await of_spans(market, conn, until, limit_count=27)
    assert sorted(spans) == [7, 8, 9, 10, 11]
    assert all(span.is_cut for span in spans.values())
    assert spans[11].free_couriers_mean == 1.0
