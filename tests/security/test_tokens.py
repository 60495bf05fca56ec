"""What opens doors opens its own only: bent, borrowed or shown in the wrong place, nothing."""

import string

import pytest

from tests.integration.api.talk import talking
from tests.integration.api.test_rest import check_problem
from tests.plain_http import PlainClient
from tests.security.test_foreign_ids import strangers as strangers

ROUTES = {"merchant": "/v1/jobs", "courier": "/v1/courier/decisions", "ops": "/v1/ops/market"}
SOCKETS = {"merchant": "/v1/stream", "courier": "/v1/courier", "ops": "/v1/ops/feed"}
TICKETS = {"merchant": "/v1/tickets", "courier": "/v1/courier/tickets", "ops": "/v1/ops/tickets"}
ALPHABET = string.ascii_letters + string.digits + "-_"


@pytest.fixture
async def http(address):
    async with PlainClient(base_url=f"http://{address}") as http:
        yield http


@pytest.fixture
async def secrets(http, keys, courier):
    """What opens a door, by whose it is."""
    tokens = (await courier.post("/v1/courier/session")).json()
    return {
        "merchant": [keys[0].text],
        "courier": [keys[1].text, tokens["access_token"]],
        "ops": [keys[-1].text],
    }


def bent(text):
    """Yield texts that are nearly the secret."""
    for place in range(len(text)):
        other = ALPHABET[(ALPHABET.find(text[place]) + 1) % len(ALPHABET)]
        yield text[:place] + other + text[place + 1 :]
    head, _, secret = text.rpartition("_")
    for kind in ("live", "test", "access", "refresh", "console"):
        yield "_".join(["hh", kind, *text.split("_", 2)[2:]]) + "x"
    yield from (text[:-1], text + "A", text + "=", text.upper(), text.swapcase(), f"{head}_")
    yield from (f" {text}", f"{text} x", f"{text}, {text}", f'"{text}"', secret, head, "null")


async def test_what_is_nearly_a_secret_opens_nothing(http, secrets):
    for audience, texts in secrets.items():
        for text in texts:
            good = await http.get(ROUTES[audience], headers={"Authorization": f"Bearer {text}"})
            assert good.status_code == 200, good.text
            for tried in bent(text):
                headers = {"Authorization": f"Bearer {tried}"}
                answer = await http.get(ROUTES[audience], headers=headers)
                assert answer.status_code == 401, (text, tried)


async def test_a_secret_opens_nothing_where_it_does_not_belong(http, secrets):
    for audience, texts in secrets.items():
        for text in texts:
            for options in (
                {"params": {"key": text, "access_token": text, "token": text}},
                {"headers": {"X-Api-Key": text}},
                {"headers": {"Authorization": text}},
                {"headers": {"Authorization": f"Basic {text}"}},
                {"headers": {"Proxy-Authorization": f"Bearer {text}"}},
                {"headers": {"Cookie": f"hexhaul={text}; __Host-hexhaul={text}"}},
            ):
                answer = await http.get(ROUTES[audience], **options)
                check_problem(answer, 401, "unauthenticated")


async def test_a_secret_in_a_url_opens_no_socket(address, secrets):
    for audience, texts in secrets.items():
        for name in ("ticket", "key", "access_token"):
            for text in texts:
                path = f"{SOCKETS[audience]}?{name}={text}"
                async with talking(address, path) as talk:
                    assert await talk.close_code() == 4401


async def test_a_ticket_is_no_key(http, secrets):
    for audience, (text, *_) in secrets.items():
        key = {"Authorization": f"Bearer {text}"}
        ticket = (await http.post(TICKETS[audience], headers=key)).json()["ticket"]
        answer = await http.get(ROUTES[audience], headers={"Authorization": f"Bearer {ticket}"})
        check_problem(answer, 401, "unauthenticated")


async def test_a_ticket_that_is_too_old_opens_no_socket(address, secrets, http, redis):
    for audience, (text, *_) in secrets.items():
        key = {"Authorization": f"Bearer {text}"}
        ticket = (await http.post(TICKETS[audience], headers=key)).json()["ticket"]
        for name in await redis.execute("KEYS", "*ticket*"):
            assert 0 < int(await redis.execute("TTL", name)) <= 30
            await redis.execute("PEXPIRE", name, 0)
        async with talking(address, f"{SOCKETS[audience]}?ticket={ticket}") as talk:
            assert await talk.close_code() == 4401


async def test_a_ticket_of_another_market_shows_that_market_only(address, strangers, post):
    job = await post()
    ticket = (await strangers.far_ops.post("/v1/ops/tickets")).json()["ticket"]
    async with talking(address, f"/v1/ops/feed?ticket={ticket}") as talk:
        assert (await talk.hear("hello"))["owner_id"] == "graz"
        await talk.say("resume")
        assert job["id"] not in str(await talk.hear("snapshot"))
