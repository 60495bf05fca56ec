"""A request that is repeated is carried out once, and what it did is in the audit log."""

import asyncio
import json

import pytest

from service.actions.change_endpoint import change_endpoint
from service.actions.create_endpoint import create_endpoint
from service.actions.delete_endpoint import delete_endpoint
from service.actions.rotate_secret import rotate_secret
from service.actions.verify_audit_log import verify_audit_log
from service.domain.errors import IdempotencyMismatchError
from service.domain.webhook import WebhookEvent
from tests.integration.webhooks.conftest import wish

URL = "https://shop.example/hooks?key=abc"
ENDPOINTS = "SELECT count(*) FROM webhook_endpoint"
SECRETS = "SELECT count(*) FROM webhook_secret"
ENTRIES = "SELECT action, before, after FROM audit_entry WHERE subject = $1 ORDER BY number"


@pytest.fixture
def ask(runtime, market, once):
    """Ask for an endpoint, under a key."""

    async def create_one(key, **asked):
        return await create_endpoint(
            runtime, market_id=market, wish=wish(URL), once=once(key, **asked)
        )

    return create_one


async def test_an_endpoint_that_is_asked_for_again_is_the_same_with_the_same_secret(conn, ask):
    first = await ask("one")
    again = await ask("one")
    assert (first.is_replayed, again.is_replayed) == (False, True)
    assert (again.endpoint, again.secret) == (first.endpoint, first.secret)
    other = await ask("two")
    assert other.secret != first.secret
    assert await conn.fetchval(ENDPOINTS) == 2


async def test_two_who_ask_at_once_under_one_key_get_one_endpoint(conn, ask):
    made = await asyncio.gather(*(ask("one") for _ in range(6)))
    assert len({one.secret for one in made}) == 1
    assert sorted(one.is_replayed for one in made) == [False, *[True] * 5]
    assert await conn.fetchval(ENDPOINTS) == 1


async def test_a_key_is_for_one_request(ask, post, rotate):
    created = await ask("one")
    with pytest.raises(IdempotencyMismatchError):
        await ask("one", sha=b"t" * 32)
    with pytest.raises(IdempotencyMismatchError):
        await rotate(created.endpoint.id, key="one", sha=b"t" * 32)
    await post(key="job")
    with pytest.raises(IdempotencyMismatchError):
        await ask("job", sha=b"t" * 32)


async def test_a_rotation_that_is_asked_for_again_rotates_once(conn, ask, rotate):
    created = await ask("one")
    secrets = [await rotate(created.endpoint.id, key="again") for _ in range(3)]
    assert len({created.secret, *secrets}) == 2
    assert await conn.fetchval(SECRETS) == 2


async def test_what_is_kept_to_repeat_an_answer_is_no_secret_where_there_is_a_key(conn, ask):
    created = await ask("one")
    kept = await conn.fetchval("SELECT body FROM idempotency")
    assert created.secret.removeprefix("whsec_").encode() not in kept


async def test_what_is_done_to_endpoints_and_who_saw_a_secret_is_in_the_audit_log(
    runtime, conn, who, market, ask, once
):
    created = await ask("one")
    await ask("one")
    of_endpoint = {"endpoint_id": created.endpoint.id, "market_id": market}
    rotation = once()
    for _ in range(2):
        await rotate_secret(runtime, **of_endpoint, once=rotation)
    changed = wish("https://shop.example/new", events=(WebhookEvent.JOB_FAILED,), is_enabled=False)
    of_endpoint |= who
    await change_endpoint(runtime, **of_endpoint, wish=changed)
    await delete_endpoint(runtime, **of_endpoint)
    entries = await conn.fetch(ENTRIES, f"endpoint:{created.endpoint.id}")
    assert [row["action"] for row in entries] == [
        "create_endpoint",
        "show_secret",
        "rotate_secret",
        "show_secret",
        "change_endpoint",
        "delete_endpoint",
    ]
    before, after = (json.loads(entries[4][column]) for column in ("before", "after"))
    assert (before["host"], before["events"], before["disabled_reason"]) == (
        "shop.example",
        "",
        None,
    )
    assert before["url_sha256"] != after["url_sha256"]
    assert (after["events"], after["disabled_reason"]) == ("job.failed", "merchant")
    assert "key=abc" not in str([tuple(row) for row in entries])
    assert created.secret not in str([tuple(row) for row in entries])
    assert (await verify_audit_log(runtime, market_id=market)).violations == ()
