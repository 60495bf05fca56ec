"""Reads the rows of a round, and says what should not be."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from loadtests.races.answers import OfferRow, Rows, Staged, contradictions
from loadtests.races.attempts import Answer
from service.actions.check_ledger import check_ledger
from service.actions.verify_audit_log import verify_audit_log
from service.domain.ids import JobId, MarketId, OfferId
from service.runtime import Runtime
from service.simulation.run.invariants import illegal_paths
from service.store import audit
from service.store.audit import JobFact
from service.store.connection import Connection

# What must hold of the rows, by name: queries that return text of what does not.
RULES = {
    path.stem: path.read_text("utf-8")
    for path in sorted((Path(__file__).parent / "rules").glob("*.sql"))
}


async def broken_rules(runtime: Runtime, market_id: MarketId) -> list[str]:
    """Return what the rows of a market break; no more than a few of each kind."""
    async with runtime.pool.snapshot() as conn:
        found = [
            f"{name}: {row['broken']}"
            for name, text in RULES.items()
            for row in await conn.fetch(text, market_id)
        ]
        facts = await audit.list_job_facts(conn, market_id=market_id)
    found += illegal_paths(_by_job(facts))
    found += (await check_ledger(runtime, market_id=market_id)).violations
    found += (await verify_audit_log(runtime, market_id=market_id)).violations
    return found


async def judge(
    runtime: Runtime, market_id: MarketId, answers: Sequence[Answer], staged: Staged
) -> list[str]:
    """Return what should not be after a round."""
    async with runtime.pool.snapshot() as conn:
        rows = await _read_rows(conn, market_id)
    return [*contradictions(answers, rows, staged), *await broken_rules(runtime, market_id)]


async def _read_rows(conn: Connection, market_id: MarketId) -> Rows:
    jobs = await audit.list_jobs(conn, market_id=market_id)
    facts = await audit.list_job_facts(conn, market_id=market_id)
    assigned: dict[OfferId, set[JobId]] = defaultdict(set)
    for assignment in await audit.list_assignments(conn, market_id=market_id):
        assigned[assignment.offer_id].add(assignment.job_id)
    return Rows(
        offers={
            offer.id: OfferRow(
                status=offer.status,
                job_ids=frozenset(offer.job_ids),
                assigned_job_ids=frozenset(assigned[offer.id]),
            )
            for offer in await audit.list_offers(conn, market_id=market_id)
        },
        jobs={job.id: job.status for job in jobs},
        facts=Counter((fact.job_id, fact.type) for fact in facts),
    )


def _by_job(facts: Sequence[JobFact]) -> dict[JobId, list[JobFact]]:
    return {job_id: list(group) for job_id, group in groupby(facts, key=lambda fact: fact.job_id)}
