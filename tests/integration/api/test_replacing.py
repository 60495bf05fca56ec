"""A device has one connection: the newest that has resumed, wherever it is; others are closed."""

import asyncio

from service.live.connections import draw_numbers, replace_older
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import resumed, talking
from tests.integration.api.test_sockets import IN_THE_WAY, UNKNOWN_ID


async def goes_on(talk):
    await talk.say("ack", ref="still here", offer_id=UNKNOWN_ID)
    await talk.hear("refused", ref="still here")


async def test_a_newer_connection_replaces_the_older_one(address, keys):
    async with (
        resumed(address, "/v1/courier", keys[1]) as older,
        resumed(address, "/v1/courier", keys[1]) as newer,
    ):
        assert await older.close_code() == 4409
        await goes_on(newer)


async def test_a_newer_connection_elsewhere_replaces_the_older_one(runtime, address, keys):
    async with (
        running_api(runtime) as elsewhere,
        resumed(address, "/v1/courier", keys[1]) as older,
        resumed(elsewhere, "/v1/courier", keys[1]) as newer,
    ):
        assert await older.close_code() == 4409
        await goes_on(newer)


async def test_a_connection_that_was_replaced_while_the_bus_was_away_ends(
    runtime, market, keys, ids
):
    """Its replacement is known to Redis; nobody told this process."""
    async with running_api(runtime) as address, resumed(address, "/v1/courier", keys[1]) as talk:
        await runtime.redis.execute("CLIENT", "KILL", "TYPE", "pubsub")
        (number,) = await draw_numbers(runtime.redis, market, [ids[0]], now=runtime.clock.now())
        await replace_older(runtime.redis, market, [(ids[0], number)])
        assert await talk.close_code() == 4409


async def test_a_connection_on_which_nobody_answers_replaces_none(address, keys):
    """An app that gave up waiting has dialed again: what it left behind comes late, and is dead."""
    async with (
        resumed(address, "/v1/courier", keys[1]) as current,
        talking(address, "/v1/courier", keys[1]) as left_behind,
    ):
        await left_behind.hear("hello")
        await goes_on(current)


async def test_an_older_connection_that_resumes_last_replaces_none(runtime, address, keys):
    """It was dialed first, so the app has given it up; what it said hung in the network."""
    async with running_api(runtime) as elsewhere:
        for place in (address, elsewhere):
            async with (
                talking(address, "/v1/courier", keys[1]) as older,
                talking(place, "/v1/courier", keys[1]) as newer,
            ):
                await older.hear("hello")
                await newer.hear("hello")
                await newer.say("resume")
                await newer.hear("snapshot")
                await older.say("resume")
                assert await older.close_code() == 4409
                await goes_on(newer)


async def test_of_two_connections_that_resume_together_one_stays(address, keys):
    async with (
        talking(address, "/v1/courier", keys[1]) as one,
        talking(address, "/v1/courier", keys[1]) as other,
    ):
        both = (one, other)
        await asyncio.gather(*(talk.hear("hello") for talk in both))
        await asyncio.gather(*(talk.say("resume") for talk in both))
        ends = {asyncio.create_task(talk.close_code()) for talk in both}
        ended, pending = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        assert [end.result() for end in ended] == [4409]
        assert pending  # the other goes on
        for end in pending:
            end.cancel()


async def test_a_connection_that_cannot_resume_replaces_none(address, keys, conn):
    async with resumed(address, "/v1/courier", keys[1]) as current:
        async with talking(address, "/v1/courier", keys[1]) as newer:
            await newer.hear("hello")
            async with conn.transaction():
                await conn.execute(IN_THE_WAY)
                await newer.say("resume")
                assert await newer.close_code() == 1013
        await goes_on(current)
