"""Endpoints that are signed for with a pair of keys: whoever verifies cannot sign."""

import msgspec

from service.actions.create_endpoint import create_endpoint
from service.actions.send_test_event import send_test_event
from service.domain import ed25519
from service.domain.vocabulary import Signing
from service.domain.webhook_signature import public_key_text
from tests.integration.webhooks.conftest import received_by, wish
from tests.integration.webhooks.receiver import is_signed

PAIRS = {"signing": Signing.ED25519}
SIGNINGS = "SELECT array_agg(signing::text ORDER BY number) FROM webhook_secret"
OVER = "UPDATE webhook_secret SET expires_at = now() WHERE expires_at IS NOT NULL"
ENTRIES = "SELECT action, before, after FROM audit_entry WHERE subject = $1 ORDER BY number"


def public_key_of(created):
    return public_key_text(created.endpoint.public_key)


async def test_calls_are_verified_by_the_public_key_that_the_endpoint_shows(
    conn, create, post, relay, worker, receiver
):
    created = await create(receiver.url, **PAIRS)
    assert created.secret is None
    await post()
    await relay()
    await received_by(receiver, 2)
    assert [is_signed(one, public_key_of(created)) for one in receiver.received] == [True, True]
    words = receiver.received[0].headers["webhook-signature"].split(" ")
    assert [word.partition(",")[0] for word in words] == ["v1a"]
    assert await conn.fetchval(SIGNINGS) == ["ed25519"]


async def test_for_a_day_both_keys_sign(runtime, conn, who, create, rotate, worker, receiver):
    created = await create(receiver.url, **PAIRS)
    keys = [public_key_of(created), await rotate(created.endpoint.id)]
    of_endpoint = {"endpoint_id": created.endpoint.id, **who}
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 1)
    assert [is_signed(receiver.received[0], key) for key in keys] == [True, True]
    await conn.execute(OVER)
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 2)
    assert [is_signed(receiver.received[1], key) for key in keys] == [False, True]


async def test_a_merchant_goes_over_to_pairs_and_back_while_both_sign(
    runtime, conn, who, create, rotate, worker, receiver
):
    created = await create(receiver.url)
    of_endpoint = {"endpoint_id": created.endpoint.id, **who}
    pair = await rotate(created.endpoint.id, **PAIRS)
    assert pair.startswith("whpk_")
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 1)
    signed = [is_signed(receiver.received[0], one) for one in (created.secret, pair)]
    assert signed == [True, True]
    await conn.execute(OVER)
    secret = await rotate(created.endpoint.id, signing=Signing.HMAC)
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 2)
    signed = [is_signed(receiver.received[1], one) for one in (created.secret, pair, secret)]
    assert signed == [False, True, True]
    assert await conn.fetchval("SELECT public_key FROM webhook_endpoint") is None


async def test_no_private_key_is_in_the_database_where_there_is_a_key(conn, create, receiver):
    created = await create(receiver.url, **PAIRS)
    seed = await conn.fetchval("SELECT seed FROM webhook_secret")
    assert ed25519.public_key_of(seed) != created.endpoint.public_key
    kept = await conn.fetchval("SELECT body FROM idempotency")
    assert msgspec.json.decode(kept)["seed"]["signing"] == "ed25519"


async def test_who_shows_no_secret_is_told_of_as_such_in_the_audit_log(
    runtime, conn, market, once, create, rotate, receiver
):
    asked = once("one")
    of_market = {"market_id": market, "wish": wish(receiver.url), "once": asked}
    first, again = [await create_endpoint(runtime, **of_market, **PAIRS) for _ in range(2)]
    assert (again.endpoint, again.is_replayed) == (first.endpoint, True)
    keys = {await rotate(first.endpoint.id, key="two") for _ in range(2)}
    assert len(keys | {public_key_of(first)}) == 2
    await rotate(first.endpoint.id, signing=Signing.HMAC)
    entries = await conn.fetch(ENTRIES, f"endpoint:{first.endpoint.id}")
    assert [row["action"] for row in entries] == [
        "create_endpoint",
        "rotate_secret",
        "rotate_secret",
    ]
    told = [msgspec.json.decode(entries[2][column])["signing"] for column in ("before", "after")]
    assert told == ["ed25519", "hmac"]
