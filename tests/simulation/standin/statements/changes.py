"""Stands in for `sql/queries/changes`: all that a transaction decided."""

from tests.simulation.standin.statements.registry import plain, statements_of

statement = statements_of("changes")

# What a row that is there keeps, whatever is written: the columns that are not in DO UPDATE.
KEPT = {
    "job": (
        *("market_id", "merchant_id", "reference", "size_class", "weight_g", "items_count"),
        *("requirements", "vehicles", "is_unmixed", "fee_cents", "currency", "created_at"),
        *("ready_at", "due_at"),
    ),
    "stop": (
        *("job_id", "kind", "attempt", "lat_deg", "lng_deg", "service_s", "address"),
        *("contact_name", "contact_phone", "instructions", "required_proofs"),
    ),
    "offer": (
        *("market_id", "courier_id", "bundle_id", "mode", "job_ids", "stop_ids", "legs", "pay"),
        *("created_at", "sent_at", "ttl_s", "policy_version", "dispatch_epoch", "tick_id"),
    ),
    "bundle": ("market_id",),
    "courier": ("market_id", "name", "abilities"),
}


@statement
async def save_changes(
    transaction, jobs, stops, offers, bundles, couriers, assignments, facts, transfers
):
    upserted = {
        "job": [_without(plain(job), "stops") for job in jobs],
        "stop": map(plain, stops),
        "offer": map(plain, offers),
        "bundle": map(plain, bundles),
        "courier": map(plain, couriers),
    }
    for table, rows in upserted.items():
        for row in rows:
            await transaction.upsert(table, row, KEPT[table])
    for assignment in map(plain, assignments):
        await transaction.insert("assignment", {**assignment, "ended_at": None})
    for transfer in map(plain, transfers):
        await transaction.insert("transfer", transfer)
    return await insert_facts(transaction, facts)


async def insert_facts(transaction, facts):
    for fact in map(plain, facts):
        number = transaction.database.next_identity("fact")
        transaction.number()
        row = {**fact, "id": number, "xid": transaction.xid}
        await transaction.insert("fact", row)
    return []


statements_of("facts")(insert_facts)


def _without(row, column):
    return {name: value for name, value in row.items() if name != column}
