"""Until others have come to a row that a test holds: then it lets go, and they race."""

import asyncio

PATIENCE_S = 10.0
WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def until_waiting(runtime, count):
    """Wait until so many transactions of this test's database wait for a lock."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            async with runtime.pool.connection() as conn:
                if (await conn.fetchrow(WAITING))["count"] >= count:
                    return
            await asyncio.sleep(0.01)
