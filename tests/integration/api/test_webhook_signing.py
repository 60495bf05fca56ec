"""What calls of an endpoint are signed with is the merchant's choice, at its making and after."""

import base64
from uuid import uuid4

import pytest

from tests.integration.api.test_rest import check_problem

PATH = "/v1/webhook-endpoints"
URL = "https://example.com/hooks"
JSON = {"Content-Type": "application/json"}


def keyed(**headers):
    """Return the headers of a request of its own."""
    return {"Idempotency-Key": str(uuid4())} | headers


@pytest.fixture
def create(merchant):
    """Create an endpoint; return the whole answer."""

    async def create_one(**changes):
        created = await merchant.post(PATH, json={"url": URL} | changes, headers=keyed())
        assert created.status_code == 201, created.text
        return created.json()

    return create_one


async def test_without_a_choice_there_is_a_secret_and_no_public_key(create):
    created = await create()
    assert created["secret"].startswith("whsec_")
    assert (created["endpoint"]["signing"], created["endpoint"]["public_key"]) == ("hmac", None)


async def test_with_a_pair_there_is_a_public_key_whenever_one_looks_and_no_secret(merchant, create):
    created = await create(signing="ed25519")
    endpoint = created["endpoint"]
    assert created["secret"] is None
    assert (endpoint["signing"], endpoint["public_key"][:5]) == ("ed25519", "whpk_")
    path = f"{PATH}/{endpoint['id']}"
    assert (await merchant.get(path)).json() == endpoint
    assert (await merchant.get(PATH)).json() == {"endpoints": [endpoint]}
    changed = await merchant.put(path, json={"url": URL, "is_enabled": True})
    assert changed.json()["public_key"] == endpoint["public_key"]


async def test_a_rotation_may_choose_and_else_is_as_before(merchant, create):
    path = f"{PATH}/{(await create())['endpoint']['id']}"
    chosen = await merchant.post(
        f"{path}/rotate-secret", json={"signing": "ed25519"}, headers=keyed()
    )
    assert (chosen.status_code, chosen.json()["signing"]) == (200, "ed25519")
    assert chosen.json()["secret"] is None
    for content in (None, b"{}"):
        headers = keyed(**({} if content is None else JSON))
        rotated = await merchant.post(f"{path}/rotate-secret", content=content, headers=headers)
        assert rotated.status_code == 200, rotated.text
        assert (rotated.json()["signing"], rotated.json()["secret"]) == ("ed25519", None)
        assert (await merchant.get(path)).json()["public_key"] == rotated.json()["public_key"]
    back = await merchant.post(f"{path}/rotate-secret", json={"signing": "hmac"}, headers=keyed())
    assert back.json()["secret"].startswith("whsec_")
    assert (back.json()["signing"], back.json()["public_key"]) == ("hmac", None)
    assert (await merchant.get(path)).json()["public_key"] is None


async def test_another_choice_under_one_key_is_another_request(merchant, create):
    path = f"{PATH}/{(await create())['endpoint']['id']}/rotate-secret"
    headers = keyed()
    first, again = [await merchant.post(path, json={}, headers=headers) for _ in range(2)]
    assert again.json() == first.json()
    other = await merchant.post(path, json={"signing": "ed25519"}, headers=headers)
    check_problem(other, 422, "idempotency_mismatch")


async def test_the_private_half_is_in_no_answer_that_is_kept(merchant, create, conn):
    created_under, rotated_under = keyed(), keyed()
    pair = {"url": URL, "signing": "ed25519"}
    created = await merchant.post(PATH, json=pair, headers=created_under)
    rotate = f"{PATH}/{created.json()['endpoint']['id']}/rotate-secret"
    rotated = await merchant.post(rotate, headers=rotated_under)
    seeds = [row["seed"] for row in await conn.fetch("SELECT seed FROM webhook_secret")]
    kept = [row["body"] for row in await conn.fetch("SELECT body FROM idempotency")]
    assert (len(seeds), len(kept)) == (2, 2)
    assert not [body for body in kept for seed in seeds if base64.b64encode(seed) in body]
    again = await merchant.post(PATH, json=pair, headers=created_under)
    assert (again.status_code, again.content) == (created.status_code, created.content)
    again = await merchant.post(rotate, headers=rotated_under)
    assert (again.status_code, again.content) == (rotated.status_code, rotated.content)


async def test_a_kind_that_there_is_not_is_refused_with_a_pointer_to_it(merchant, create):
    path = f"{PATH}/{(await create())['endpoint']['id']}"
    asked = {"url": URL, "signing": "rsa"}
    for answered in (
        await merchant.post(PATH, json=asked, headers=keyed()),
        await merchant.post(f"{path}/rotate-secret", json={"signing": "rsa"}, headers=keyed()),
    ):
        assert check_problem(answered, 400, "invalid_params")["field"] == "/signing"
    changed = await merchant.put(path, json=asked | {"is_enabled": True})
    assert check_problem(changed, 400, "invalid_params")["field"] == "/signing"


async def test_a_body_has_to_be_said_to_be_json_though_it_may_be_left_out(merchant, create):
    path = f"{PATH}/{(await create())['endpoint']['id']}/rotate-secret"

    async def in_parts():
        yield b"{}"

    for content in (b"{}", in_parts()):
        refused = await merchant.post(path, content=content, headers=keyed())
        check_problem(refused, 415, "unsupported_media_type")
