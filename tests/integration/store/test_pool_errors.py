"""What is logged of an error of Postgres says what was wrong, and not with whose row."""

import asyncpg
import pytest

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


async def ring(pool):
    async with pool.transaction() as conn:
        await conn.execute("INSERT INTO door VALUES ('Tweety', NULL)")
