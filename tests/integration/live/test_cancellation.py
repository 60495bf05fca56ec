"""A cancelled call ends its task: redis-py's own timeouts let some cancellations get lost."""

import asyncio


async def test_a_cancellation_is_never_swallowed(redis):
    async def call_for_ever():
        while True:
            await redis.execute("PING")

    for delay_turns_count in range(300):
        task = asyncio.create_task(call_for_ever())
        for _ in range(2 + delay_turns_count % 23):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=5.0)
        assert done
        assert task.cancelled()
    assert await redis.execute("ECHO", "well") == b"well"
