"""What is logged of an error of Postgres says what was wrong, and not with whose row."""

import asyncpg
import pytest

from service.domain.errors import UnavailableError
from service.store.pool import open_pool


async def test_an_error_does_not_tell_of_the_row(database):
    pool = await open_pool(database)
    async with pool.connection() as conn:
        await conn.execute("CREATE TABLE door (name text, bell int NOT NULL)")
    with pytest.raises(asyncpg.NotNullViolationError) as caught:
        await ring(pool)
    await pool.close()
    assert "bell" in str(caught.value)
    assert "Tweety" not in str(caught.value)


@pytest.mark.parametrize(
    ("sqlstate", "words"),
    [
        ("53100", "disk of the database is full"),
        ("53200", "not available"),  # out of memory
        ("58030", "not available"),  # the disk is broken
        ("25006", "not available"),  # it follows another server
        ("57P01", "not available"),  # it is being shut down
    ],
)
async def test_nobody_who_asks_is_to_blame_for_what_ails_the_server(database, sqlstate, words):
    pool = await open_pool(database)
    with pytest.raises(UnavailableError, match=words):
        async with pool.transaction() as conn:
            await conn.execute(f"DO $$ BEGIN RAISE SQLSTATE '{sqlstate}'; END $$")
    await pool.close()


async def ring(pool):
    async with pool.transaction() as conn:
        await conn.execute("INSERT INTO door VALUES ('Tweety', NULL)")
