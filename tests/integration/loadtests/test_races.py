"""The races at their least size: nothing is broken, and what would be is found."""

import msgspec
import pytest

from loadtests.races.judge import RULES, broken_rules
from loadtests.races.lab import PATIENCE_S
from loadtests.races.race import Plan, Score, run
from loadtests.races.record import lines_of, progress_line, record_of, write
from service.domain.ids import MarketId
from service.runtime import open_runtime

PLAN = Plan(count=250, seed=11, connections_count=24)
MARKET_ID = MarketId("round-1")

# What breaks each rule, whatever the constraints say.
SABOTAGE = {
    "answered_in_time": "UPDATE offer SET answered_at = expires_at WHERE status = 'accepted'",
    "bundles": """
      UPDATE bundle SET status = (
        CASE status WHEN 'offered' THEN 'dissolved' ELSE 'offered' END)::bundle_status
    """,
    "each_assignment_is_a_fact": "DELETE FROM assignment",
    "each_offer_is_answered_once": """
      INSERT INTO fact (market_id, type, actor, at, courier_id, offer_id, body)
      SELECT market_id, type, actor, at, courier_id, offer_id, body
        FROM fact WHERE type = 'offer.made'
    """,
    "facts_without_gap": "DELETE FROM fact WHERE sequence = 1",
    "loads": "UPDATE courier SET live_jobs_count = live_jobs_count + 1",
    "money_for_deliveries": """
      INSERT INTO transfer (id, market_id, job_id, kind, debit, credit, amount_cents, currency, at)
      SELECT gen_random_uuid(), market_id, id, 'charge', 'merchant:a', 'market:b', 1, 'EUR', now()
        FROM job WHERE status <> 'delivered' LIMIT 1
    """,
    "no_overlap_in_history": """
      ALTER TABLE assignment DROP CONSTRAINT assignment_no_overlap;
      UPDATE assignment SET job_id = (SELECT id FROM job ORDER BY id LIMIT 1), started_at = now(),
                            ended_at = now() + interval '1 h'
    """,
    "offers_and_jobs_agree": """
      ALTER TABLE job DROP CONSTRAINT job_offered_only_while_open;
      UPDATE job SET offer_id = m.offer_id FROM offer_job m WHERE m.job_id = job.id
    """,
    "one_courier_at_a_time": """
      ALTER TABLE assignment DROP CONSTRAINT assignment_no_overlap;
      DROP INDEX assignment_one_active;
      UPDATE assignment SET job_id = (SELECT id FROM job ORDER BY id LIMIT 1), ended_at = NULL
    """,
    "one_open_offer_of_a_courier": """
      DROP INDEX offer_one_open_of_courier;
      UPDATE offer SET status = 'pending', courier_id = (SELECT id FROM courier LIMIT 1)
    """,
    "routes": """
      UPDATE stop SET status = 'pending', courier_id = (SELECT id FROM courier ORDER BY id LIMIT 1)
    """,
    "searched_to_the_end": """
      UPDATE job SET status = 'expired', ended_at = now(), offer_id = NULL, courier_id = NULL,
                     search_until = now() + interval '1 h'
    """,
    "versions": "UPDATE job SET version = version + 1",
    "who_has_it_was_given_it": "UPDATE assignment SET ended_at = started_at WHERE ended_at IS NULL",
}


@pytest.fixture
async def lab(database, redis):
    """A runtime with a connection for each of those who race."""
    settings = msgspec.structs.replace(
        database,
        pool_connections_count_max=PLAN.connections_count,
        acquire_timeout_s=PATIENCE_S,
        command_timeout_s=PATIENCE_S,
    )
    async with open_runtime(settings) as runtime:
        yield runtime


@pytest.fixture
async def score(lab):
    """What came of a few races."""
    score = Score()
    await run(lab, PLAN, score, until_count=PLAN.count, tell=lambda _: None)
    return score


async def test_nothing_is_broken(score, tmp_path):
    assert score.broken == []
    assert score.broken_count == 0
    assert score.attempts_count >= PLAN.count
    assert f"{score.attempts_count:,} of {PLAN.count:,}" in progress_line(PLAN, score)
    assert lines_of(score)[-1] == "0 broken"
    write(record_of(PLAN, score), tmp_path / "races.json")
    record = msgspec.json.decode((tmp_path / "races.json").read_bytes())
    assert record["attempts_count"] == score.attempts_count
    assert "fsync" in record["database"]


async def test_what_breaks_a_rule_is_told_by_it(lab, score, conn):
    assert SABOTAGE.keys() == RULES.keys()
    for name, rule in RULES.items():
        sabotage = conn.transaction()
        await sabotage.start()
        assert not await conn.fetch(rule, MARKET_ID), name
        await conn.execute(SABOTAGE[name])
        assert await conn.fetch(rule, MARKET_ID), name
        await sabotage.rollback()
    assert await broken_rules(lab, MARKET_ID) == []


async def test_the_whole_run_says_what_is_broken(lab, score, conn):
    await conn.execute(SABOTAGE["versions"])
    assert any(words.startswith("versions: ") for words in await broken_rules(lab, MARKET_ID))
