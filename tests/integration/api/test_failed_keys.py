"""Keys that are not believed: five a minute with one id, and from one address; good ones pass."""

import pytest

from service.actions.keys import new_key, new_log_in
from service.domain.vocabulary import CredentialKind
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import talking
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

FIVE = [401] * 5 + [429] * 2


@pytest.fixture
async def strict(runtime, keys):
    """An api that counts as in life, behind a proxy: whoever asks may come from anywhere."""
    counting = changed(runtime, failed_keys_per_min_max=5.0, proxies_trusted="127.0.0.1")
    async with running_api(counting) as address:
        yield address


@pytest.fixture
def ask(strict):
    """Ask for jobs with a text in place of a key; return the answer."""

    async def ask_once(text, *, via):
        headers = {"Authorization": f"Bearer {text}", "X-Forwarded-For": via}
        async with PlainClient(base_url=f"http://{strict}", headers=headers) as http:
            return await http.get("/v1/jobs")

    return ask_once


def guess(key_id):
    """Return a key of this id with another secret."""
    return f"hh_test_{key_id}_{new_key(livemode=False).text[-43:]}"


async def statuses(ask, texts, addresses):
    return [(await ask(t, via=a)).status_code for t, a in zip(texts, addresses, strict=True)]


def many_addresses(count):
    return [f"198.51.100.{number}" for number in range(count)]


@pytest.mark.parametrize("is_there", [True, False])
async def test_with_one_id_five_fail_from_wherever_and_the_good_key_passes(ask, keys, is_there):
    key_id = keys[0].credential_id if is_there else "00000000"
    texts = [guess(key_id) for _ in FIVE]
    assert await statuses(ask, texts, many_addresses(7)) == FIVE
    refused = await ask(guess(key_id), via="203.0.113.1")
    check_problem(refused, 429, "rate_limited")
    assert int(refused.headers["retry-after"]) >= 1
    assert (await ask(keys[0].text, via="203.0.113.1")).status_code == 200


async def test_which_ids_there_are_is_not_told(ask, keys):
    async def told(key_id, via):
        answers = [await ask(guess(key_id), via=via) for _ in range(7)]
        ids = {"request_id": 0}
        return [(one.status_code, one.json() | ids, one.headers.keys()) for one in answers]

    there = await told(keys[0].credential_id, "198.51.100.1")
    assert there == await told("00000000", "198.51.100.2")


async def test_from_one_address_five_fail_with_whatever_ids(ask, keys):
    texts = [new_key(livemode=False).text for _ in FIVE]
    assert await statuses(ask, texts, ["198.51.100.1"] * 7) == FIVE
    assert (await ask(texts[0], via="198.51.100.2")).status_code == 401
    assert (await ask(keys[0].text, via="198.51.100.1")).status_code == 200


async def test_the_devices_of_a_network_do_not_count_together(ask):
    ids = [f"{number:08}" for number in range(7)]
    texts = [new_log_in(CredentialKind.DEVICE, id_).text for id_ in ids]
    assert await statuses(ask, texts, ["198.51.100.1"] * 7) == [401] * 7
    assert await statuses(ask, [texts[0]] * 5, ["198.51.100.1"] * 5) == FIVE[1:6]


async def test_sockets_count_as_requests_do(strict, ask, keys):
    wrong = new_key(livemode=False)
    codes = []
    for _ in range(6):
        async with talking(strict, "/v1/courier", wrong) as talk:
            codes.append(await talk.close_code())
    assert codes == [4401] * 5 + [4429]
    assert (await ask(wrong.text, via="198.51.100.1")).status_code == 429
    async with talking(strict, "/v1/courier", keys[1]) as talk:
        await talk.hear("hello")
