"""The figures of a market over hours: what they add up to, and what is read for them."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from service.api.ops_figures import (
    CHANGES_COUNT_MAX,
    DUTY_S_MIN,
    EARNERS_COUNT_MIN,
    ROWS_COUNT_MAX,
)
from tests.integration.api.test_rest import check_problem

PATH = "/v1/ops/figures"
QUERIES = Path(__file__).parents[3] / "sql" / "queries"

# Jobs of two markets, one each minute back from $1, with an offer that was accepted after 20 s and
# one by hand, a pickup reached 300 s after the opening and left 60 s later, and a door reached at
# the promised instant (even jobs) or 240 s late (odd ones). The deadline was put off later. All
# are delivered 30 minutes after they were posted, and couriers are on duty for the last two hours.
FILL = [
    """
INSERT INTO job (id, market_id, merchant_id, status, version, last_sequence, size_class, weight_g,
                 items_count, vehicles, fee_cents, currency, created_at, ready_at, due_at,
                 release_at, opened_at, search_until, ended_at, courier_id)
SELECT md5(m || ' job ' || n)::uuid, m, md5('merchant')::uuid, 'delivered', 9, 9, 'small', 500, 1,
       '{bike}', 900, 'EUR', at, at, at + interval '9 hours', at, at, at + interval '1 hour',
       at + interval '30 min', md5(m || ' courier ' || n % 20)::uuid
  FROM unnest($3::text[]) m, generate_series(0, $2::int4 - 1) n,
       LATERAL (SELECT $1::timestamptz - (n + 45) * interval '1 min' AS at) t""",
    """
INSERT INTO fact (market_id, type, actor, at, job_id, sequence, body)
SELECT market_id, 'job.created', 'merchant', created_at, id, 1,
       jsonb_build_object('due_at', to_char((created_at + interval '20 min') AT TIME ZONE 'UTC',
                                            'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
  FROM job""",
    """
INSERT INTO stop (id, job_id, kind, status, lat_deg, lng_deg, service_s, address, arrived_at,
                  completed_at)
SELECT md5('pickup ' || id)::uuid, id, 'pickup'::stop_kind, 'completed'::stop_status, 48.2, 16.3,
       60, 'x', opened_at + interval '300 s', opened_at + interval '360 s'
  FROM job
 UNION ALL
SELECT md5('door ' || id)::uuid, id, 'dropoff', 'completed', 48.2, 16.3, 60, 'x',
       opened_at + interval '20 min'
       + interval '240 s' * (extract(epoch FROM $1 - opened_at)::int8 / 60 % 2), ended_at
  FROM job""",
    """
INSERT INTO fact (market_id, type, actor, at, job_id, sequence, body)
SELECT j.market_id, 'job.arrived_at_' || s.kind, 'courier'::actor, s.arrived_at, j.id,
       CASE s.kind WHEN 'pickup' THEN 5 ELSE 8 END, '{}'::jsonb
  FROM stop s JOIN job j ON j.id = s.job_id
 UNION ALL
SELECT market_id, 'job.' || turn, 'system'::actor, created_at + after, id, sequence, '{}'
  FROM job, (VALUES ('opened', interval '0', 2), ('assigned', interval '20 s', 3),
                    ('delivered', interval '30 min', 9)) turns (turn, after, sequence)""",
    """
INSERT INTO offer (id, market_id, courier_id, status, mode, job_ids, stop_ids, legs, pay,
                   created_at, answered_at, expires_at, ttl_s, policy_version)
SELECT md5(mode || id)::uuid, market_id, courier_id, 'accepted', mode::offer_mode, ARRAY[id], '{}',
       '[]', '{"base_cents": 700, "distance_cents": 0, "total_cents": 700, "currency": "EUR"}',
       created_at, created_at + interval '20 s',
       created_at + interval '40 s', 40, 1
  FROM job, unnest(ARRAY['exclusive', 'direct']) mode""",
    """
INSERT INTO fact (market_id, type, actor, at, courier_id, body)
SELECT m, 'courier.status_changed', 'courier', $1::timestamptz - interval '2 hours',
       md5(m || ' courier ' || n)::uuid, '{"status": "online"}'
  FROM unnest($3::text[]) m, generate_series(0, $2::int4 - 1) n""",
    """
INSERT INTO transfer (id, market_id, job_id, kind, debit, credit, amount_cents, currency, at)
SELECT md5('pay ' || id)::uuid, market_id, id, 'pay', 'market:' || market_id,
       'courier:' || courier_id, 700, 'EUR', ended_at
  FROM job""",
]

MORE = [
    """
INSERT INTO position_sample
SELECT 'vienna', md5('courier 1')::uuid, $1::timestamptz - n * interval '1 min', 48.2, 16.3
  FROM generate_series(1, 20000) n""",
    """
INSERT INTO recorded_tick
SELECT n, 'vienna', $1::timestamptz - n * interval '1 min', 1, 2, '\\x0102'
  FROM generate_series(1, 20000) n""",
]
# What each takes beside market and period, and which table of a few rows here it reads whole.
READS = {
    "figures/sum_up_offers": ((300.0, ROWS_COUNT_MAX), set()),
    "figures/sum_up_pickups": ((300.0, ROWS_COUNT_MAX), set()),
    "figures/sum_up_deliveries": ((300.0, ROWS_COUNT_MAX), set()),
    "figures/sum_up_jobs": ((300.0, ROWS_COUNT_MAX), set()),
    "figures/sum_up_supply": ((300.0, CHANGES_COUNT_MAX), set()),
    "figures/spread_earnings": ((DUTY_S_MIN,), set()),
    "offers/list_offers_made": ((1_000,), set()),
    "position_samples/list_spaced_samples": ((10.0, 20_000), set()),
    "recorded_ticks/list_spaced_ticks": ((10.0, 60, 1_000_000), {"tick"}),
}


async def fill(conn, until, *, jobs_count, couriers_count=20, markets=("vienna", "graz")):
    """Fill the tables as `FILL` says, without the rows that nothing here looks at."""
    await conn.execute("SET session_replication_role = replica")
    counts = [jobs_count, None, None, None, None, couriers_count, None]
    for statement, count in zip(FILL, counts, strict=True):
        needed = max((int(n) for n in re.findall(r"\$(\d)", statement)), default=0)
        await conn.execute(statement, *[until, count, list(markets)][:needed])
    await conn.execute("ANALYZE")


def hours_before(until, hours):
    return {"from": (until - timedelta(hours=hours)).isoformat(), "to": until.isoformat()}


async def read(ops, name, params):
    answer = await ops.get(f"{PATH}/{name}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_spans_add_up_to_what_happened(ops, conn, until):
    await fill(conn, until, jobs_count=120)
    params = hours_before(until, 2)
    found = await read(ops, "acceptance", params)
    assert (found["span_s"], found["is_cut"]) == (300.0, False)
    assert sum(span["offers_count"] for span in found["spans"]) == 76  # minutes 45 to 120 ago
    times = {(s["accepted_count"], s["accept_p50_s"], s["accept_p90_s"]) for s in found["spans"]}
    assert times == {(5, 20.0, 20.0), (1, 20.0, 20.0)}
    pickups = (await read(ops, "pickups", params))["spans"]
    assert sum(span["pickups_count"] for span in pickups) == 81
    assert {(s["wait_p50_s"], s["wait_p90_s"], s["stand_p50_s"]) for s in pickups} == {
        (300.0, 300.0, 60.0)
    }


async def test_on_time_is_measured_by_the_first_promise(ops, conn, until):
    await fill(conn, until, jobs_count=100)
    spans = (await read(ops, "punctuality", hours_before(until, 24)))["spans"]
    assert sum(span["delivered_count"] for span in spans) == 100
    assert sum(span["on_time_count"] for span in spans) == 50
    assert max(span["late_p90_s"] for span in spans) == 240.0


async def test_earnings_are_spread_over_hours_on_duty(ops, conn, until):
    await fill(conn, until, jobs_count=90)
    found = await read(ops, "earnings", hours_before(until, 2))
    # Of the jobs that ended in the two hours each courier had 4 or 5; all were on duty for both.
    assert found["couriers_count"] == 20
    assert (found["p10_cents_per_h"], found["p90_cents_per_h"]) == (1_400.0, 1_750.0)
    none = await read(ops, "earnings", hours_before(until - timedelta(days=3), 2))
    assert none == {
        "couriers_count": 0,
        "p10_cents_per_h": None,
        "p50_cents_per_h": None,
        "p90_cents_per_h": None,
    }


async def test_of_a_few_couriers_nothing_is_told(ops, conn, until):
    await fill(conn, until, jobs_count=20, couriers_count=EARNERS_COUNT_MIN - 1)
    found = await read(ops, "earnings", hours_before(until, 2))
    assert (found["couriers_count"], found["p50_cents_per_h"]) == (EARNERS_COUNT_MIN - 1, None)


async def test_cells_tell_supply_and_demand_as_they_are_now(ops):
    found = await read(ops, "cells", {})
    assert (found["resolution"], found["cells"]) == (7, [])


@pytest.mark.parametrize(
    "name", ["acceptance", "pickups", "punctuality", "jobs", "supply", "earnings"]
)
async def test_a_period_is_a_day_at_most(ops, until, name):
    answer = await ops.get(f"{PATH}/{name}", params=hours_before(until, 24.01))
    check_problem(answer, 400, "invalid_params")


async def test_no_rows_of_other_markets_are_passed(market, conn, until):
    await fill(conn, until, jobs_count=20_000)
    for statement in MORE:
        await conn.execute(statement, until)
        of_graz = statement.replace("vienna", "graz").replace("SELECT n", "SELECT -n")
        await conn.execute(of_graz, until)
    await conn.execute("ANALYZE")
    since = until - timedelta(hours=3)
    passed = {}
    for query, (more, _) in READS.items():
        text = (QUERIES / f"{query}.sql").read_text("utf-8")
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {text}"
        (plan,) = await conn.fetch(explain, market, since, until, *more)
        passed[query] = rows_passed(json.loads(plan[0])[0]["Plan"])
    own_count = 3 * 60  # jobs, samples, ticks, each with what belongs to it
    searches_count = 2 * (4 * 60 + own_count)  # begun and ended, four hours before the period too
    assert passed.pop("figures/sum_up_supply") <= searches_count + 20, passed
    assert max(passed.values()) <= 4 * own_count, passed


def rows_passed(plan):
    """Return how many rows the plan has read from tables, also those that it then left out."""
    count = 0
    if "Relation Name" in plan:
        count = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        count *= plan["Actual Loops"]
    return count + sum(rows_passed(part) for part in plan.get("Plans", ()))


async def test_no_large_table_is_read_whole(market, conn, until):
    await fill(conn, until, jobs_count=20_000, couriers_count=200)
    for statement in MORE:
        await conn.execute(statement, until)
    await conn.execute("ANALYZE")
    since = until - timedelta(hours=1)
    wrong = {}
    for query, (more, may_be_read_whole) in READS.items():
        text = (QUERIES / f"{query}.sql").read_text("utf-8")
        (plan,) = await conn.fetch(f"EXPLAIN (FORMAT JSON) {text}", market, since, until, *more)
        wrong[query] = scanned_whole(json.loads(plan[0])[0]["Plan"]) - may_be_read_whole
    assert not any(wrong.values()), wrong


def scanned_whole(plan):
    """Return the tables that a plan reads from end to end."""
    found = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return found.union(*(scanned_whole(part) for part in plan.get("Plans", ())))
