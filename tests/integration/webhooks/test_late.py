"""Whether webhooks wait for somebody to call them: what waits for its merchant does not count."""

from service.actions.change_endpoint import change_endpoint
from service.api.readiness import DUE_S_MAX, Readiness
from service.domain.webhook import CALLS_COUNT_MAX
from service.store import webhook_deliveries
from service.webhooks.claiming import claim
from tests.integration.webhooks.conftest import wish

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
    assert len(await claim(runtime, calls_count_max=100)) == CALLS_COUNT_MAX
    assert await look() == ("up", None)  # one waits, behind four that are being called


async def test_the_backlog_is_what_enabled_endpoints_wait_for_and_as_old_as_who_does_not_rest(
    runtime, conn, who, create, post, relay, receiver
):
    async def look():
        backlog = await webhook_deliveries.read_backlog(conn)
        return backlog.waiting_count, backlog.due_age_s >= 60.0

    created = await create(receiver.url)
    await post()
    await relay()
    await conn.execute(DUE_LONG_AGO)
    assert await look() == (2, True)
    await conn.execute(AT_REST)
    assert await look() == (2, False)
    await conn.execute(AWAKE)
    off = wish(receiver.url, is_enabled=False)
    await change_endpoint(runtime, endpoint_id=created.endpoint.id, wish=off, **who)
    assert await look() == (0, False)
