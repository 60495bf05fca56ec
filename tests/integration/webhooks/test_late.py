"""Whether webhooks wait for somebody to call them: what waits for its merchant does not count."""

from service.api.readiness import DUE_S_MAX, Readiness
from service.domain.webhook import CALLS_COUNT_MAX
from service.webhooks.claiming import claim

DUE_LONG_AGO = "UPDATE webhook_lane SET due_at = due_at - interval '1 minute'"
AT_REST = "UPDATE webhook_endpoint SET rest_until = now() + interval '1 minute'"
AWAKE = "UPDATE webhook_endpoint SET rest_until = NULL"


async def test_what_nobody_calls_is_late_unless_its_endpoint_rests_or_is_busy(
    runtime, conn, create, post, relay, receiver
):
    async def look():
        found = await Readiness(runtime).look()
        return found.components.webhooks, found.ages.due_webhook_s

    assert await look() == ("up", None)
    await create(receiver.url)
    for _ in range(CALLS_COUNT_MAX + 1):
        await post()
    await relay()
    await conn.execute(DUE_LONG_AGO)
    state, due_s = await look()
    assert state == "late"
    assert due_s > DUE_S_MAX
    await conn.execute(AT_REST)
    assert await look() == ("up", None)
    await conn.execute(AWAKE)
    assert len(await claim(runtime, calls_count_max=CALLS_COUNT_MAX)) == CALLS_COUNT_MAX
    assert await look() == ("up", None)  # one waits, behind four that are being called
