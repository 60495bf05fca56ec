"""What is looked up in the stand-in is what a look at the whole table would find, in its order."""

import asyncio
import random

import pytest

from tests.simulation.standin.database import Database

JOBS, COURIERS = range(30), (None, "anna", "ben")
UNDONE_SHARE = 0.3  # of the transactions


def found(reader, courier_id):
    return reader.having("job", "courier_id", courier_id)


def scanned(rows, courier_id):
    return [row for row in rows.values() if row["courier_id"] == courier_id]


async def give(transaction, job_id, courier_id):
    """Give a job to a courier or to nobody, as a new row if there is none."""
    row = {"id": job_id, "courier_id": courier_id, "bundle_id": None, "reference": None}
    status = "open" if courier_id is None else "assigned"
    others = {"status": status, "ready_at": 1, "due_at": 2, "ended_at": None, "offer_id": None}
    await transaction.upsert("job", {**row, **others}, ())


@pytest.mark.parametrize("seed", range(5))
def test_a_lookup_finds_what_a_scan_does(seed):
    async def play():
        rng, database = random.Random(seed), Database(lambda: 0.0)
        for _ in range(60):
            transaction = database.begin()
            for job_id in rng.sample(JOBS, 4):
                await give(transaction, job_id, rng.choice(COURIERS))
                for courier_id in COURIERS:
                    rows = transaction.rows("job")
                    assert found(transaction, courier_id) == scanned(rows, courier_id)
            transaction.abort() if rng.random() < UNDONE_SHARE else transaction.commit()
            for courier_id in COURIERS:
                rows = database.committed["job"]
                assert found(database, courier_id) == scanned(rows, courier_id)

    asyncio.run(play())
