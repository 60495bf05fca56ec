"""Accepting in haste: twice at once from two phones, and a thousand times a second."""

import asyncio
from uuid import uuid4

import pytest

from tests.integration.api.talk import on_duty, resumed, talking
from tests.integration.api.test_job_walk import offered

pytestmark = pytest.mark.usefixtures("relay")

ACCEPTED = "SELECT count(*) FROM fact WHERE offer_id = $1 AND type = 'offer.accepted'"
ASSIGNED = "SELECT count(*) FROM assignment WHERE offer_id = $1"
ROUNDS_COUNT = 8
FLOOD_COUNT = 1_000


async def end_of(talk, ref):
    """Return "done", the code of a refusal, or the code with which the socket was closed."""
    heard = asyncio.ensure_future(talk.close_code())
    while not heard.done():
        for message in talk.heard:
            if message.get("ref") == ref:
                heard.cancel()
                return message.get("code", message["type"])
        await asyncio.wait({heard}, timeout=0.01)
    return heard.result()


async def test_a_double_tap_over_two_sockets_is_one_acceptance(
    runtime, address, keys, ids, post, ops, conn
):
    for _ in range(ROUNDS_COUNT):
        async with on_duty(runtime, address, keys[1]) as first:
            offer = await offered(first, ops, await post(), ids[0])
            async with talking(address, "/v1/courier", keys[1]) as second:
                await second.hear("hello")
                await asyncio.gather(
                    first.say("accept_offer", offer_id=offer["offer_id"], ref="a"),
                    second.say("resume"),
                )
                await second.say("accept_offer", offer_id=offer["offer_id"], ref="b")
                ends = await asyncio.gather(end_of(first, "a"), end_of(second, "b"))
        assert ends[0] in ("done", 4409)  # the newer socket replaces the older one
        assert ends[1] == "done"
        assert await conn.fetchval(ACCEPTED, offer["offer_id"]) == 1
        assert await conn.fetchval(ASSIGNED, offer["offer_id"]) == 1
        (job_id,) = offer["job_ids"]
        body = {"reason": "courier_issue"}
        freed = await ops.post(f"/v1/ops/jobs/{job_id}/reassignment", json=body)
        assert freed.status_code == 200, freed.text
        canceled = {"reason": "duplicate_job"}
        await ops.post(f"/v1/ops/jobs/{job_id}/cancellation", json=canceled)


async def test_a_flood_of_acceptances_takes_nothing_and_delays_nobody(
    runtime, address, keys, ids, post, ops, conn
):
    async with on_duty(runtime, address, keys[1]) as anna:
        offer = await offered(anna, ops, await post(), ids[0])
        async with resumed(address, "/v1/courier", keys[2]) as ben:
            wanted = [offer["offer_id"], *(str(uuid4()) for _ in range(9))]
            flood = [
                ben.say("accept_offer", offer_id=wanted[number % 10])
                for number in range(FLOOD_COUNT)
            ]
            await asyncio.gather(*flood, return_exceptions=True)  # he is cut in the middle
            assert await ben.close_code() == 4429
        codes = {message["code"] for message in ben.heard if message["type"] == "refused"}
        assert codes <= {"not_found", "rate_limited"}
        await anna.say("accept_offer", offer_id=offer["offer_id"], ref="a")
        await anna.hear("done", ref="a")
    assert await conn.fetchval(ACCEPTED, offer["offer_id"]) == 1
    assert await conn.fetchval("SELECT count(*) FROM assignment WHERE courier_id = $1", ids[1]) == 0
