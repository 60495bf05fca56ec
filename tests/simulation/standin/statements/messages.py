"""Stands in for `sql/queries/messages`: in these worlds nobody says a word."""

from tests.simulation.standin.statements.registry import statements_of

statement = statements_of("messages")


@statement
async def list_latest_of_courier(transaction, courier_id, job_ids, limit_count):
    return []
