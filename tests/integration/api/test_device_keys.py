"""A device that has given a key signs for its next tokens: who copies a token gets nothing."""

import asyncio
import base64
import json
import subprocess

import pytest

from service.store import refresh_lines
from tests.integration.api.test_courier_log_in import MINE, PATH, bearer
from tests.integration.api.test_javascript import NODE
from tests.integration.api.test_rest import check_problem
from tests.plain_http import PlainClient

HEADER = "Hexhaul-Device-Key"

# Signs each line that it is told with one key, whose public half comes first.
SIGN = """
import { createInterface } from "node:readline";
const { subtle } = globalThis.crypto;
const tell = (bytes) => console.log(JSON.stringify(Buffer.from(bytes).toString("base64url")));
const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
tell(await subtle.exportKey("raw", pair.publicKey));
for await (const line of createInterface({ input: process.stdin })) {
  const said = new TextEncoder().encode(line);
  tell(await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, said));
}
"""


class Device:
    """A phone with a key that cannot be read, as a browser has it."""

    def __init__(self):
        command = (NODE, "--input-type=module", "-e", SIGN)
        self._node = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.public_key = json.loads(self._node.stdout.readline())

    def sign(self, text):
        print(text, file=self._node.stdin, flush=True)
        return json.loads(self._node.stdout.readline())

    def proof(self, tokens):
        return self.sign(f"hexhaul refresh {tokens['refresh_token']}")

    def close(self):
        self._node.communicate(timeout=30.0)


@pytest.fixture
def device():
    made = Device()
    yield made
    made.close()


@pytest.fixture
def thief():
    """Another device, with a key of its own."""
    made = Device()
    yield made
    made.close()


@pytest.fixture
async def http(address):
    async with PlainClient(base_url=f"http://{address}") as client:
        yield client


@pytest.fixture
async def tokens(courier, device):
    answer = await courier.post(PATH, headers={HEADER: device.public_key})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refresh(http, tokens, **proof):
    body = {"refresh_token": tokens["refresh_token"]} | proof
    return await http.post(f"{PATH}/refresh", json=body)


async def test_the_device_goes_on_from_token_to_token(http, device, tokens):
    for _ in range(3):
        answer = await refresh(http, tokens, proof=device.proof(tokens))
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        assert (await http.get(MINE, headers=bearer(tokens))).status_code == 200


async def test_a_copied_token_is_worth_nothing_and_the_device_goes_on(http, device, thief, tokens):
    older = device.proof(tokens)
    tokens = (await refresh(http, tokens, proof=older)).json()
    for proof in ({}, {"proof": thief.proof(tokens)}, {"proof": older}, {"proof": "A" * 86}):
        check_problem(await refresh(http, tokens, **proof), 401, "unauthenticated")
    answer = await refresh(http, tokens, proof=device.proof(tokens))
    assert answer.status_code == 200
    assert (await http.get(MINE, headers=bearer(answer.json()))).status_code == 200


async def test_what_else_the_key_has_signed_is_no_proof(http, device, tokens):
    for said in (tokens["refresh_token"], "hexhaul refresh ", tokens["access_token"]):
        proof = device.sign(said)
        check_problem(await refresh(http, tokens, proof=proof), 401, "unauthenticated")


async def test_a_lost_answer_is_asked_for_again_with_the_same_proof(http, device, tokens):
    proof = device.proof(tokens)
    await refresh(http, tokens, proof=proof)
    again = await refresh(http, tokens, proof=proof)
    assert again.status_code == 200
    good = again.json()
    assert (await refresh(http, good, proof=device.proof(good))).status_code == 200


async def test_an_answer_that_was_lost_with_the_network_of_a_day_is_asked_for_again(
    http, device, tokens, conn
):
    proof = device.proof(tokens)
    lost = (await refresh(http, tokens, proof=proof)).json()
    await conn.execute("UPDATE refresh_line SET renewed_at = renewed_at - interval '1 day'")
    await conn.execute("UPDATE credential SET secret_expires_at = clock_timestamp()")
    check_problem(await refresh(http, tokens), 401, "unauthenticated")  # a copy is worth nothing
    again = (await refresh(http, tokens, proof=proof)).json()
    assert again == lost
    assert (await http.get(MINE, headers=bearer(again))).status_code == 200


async def test_after_a_restore_the_device_goes_on_with_what_the_backup_has_not(
    http, device, thief, tokens, conn
):
    backup = await conn.fetchrow(
        "SELECT token_sha256, former_sha256, next_sealed FROM refresh_line"
    )
    tokens = (await refresh(http, tokens, proof=device.proof(tokens))).json()
    await conn.execute(
        "UPDATE refresh_line SET token_sha256 = $1, former_sha256 = $2, next_sealed = $3", *backup
    )
    await refresh_lines.note_restored(conn)
    anothers = await refresh(http, tokens, proof=thief.proof(tokens))
    check_problem(anothers, 401, "unauthenticated")
    answer = await refresh(http, tokens, proof=device.proof(tokens))
    assert answer.status_code == 200
    assert (await http.get(MINE, headers=bearer(answer.json()))).status_code == 200


async def test_a_spent_token_still_ends_the_log_in_signed_or_not(http, device, tokens):
    new = tokens
    for _ in range(2):
        new = (await refresh(http, new, proof=device.proof(new))).json()
    check_problem(await refresh(http, tokens), 401, "unauthenticated")
    check_problem(await refresh(http, new, proof=device.proof(new)), 401, "unauthenticated")


async def test_of_many_refreshes_at_once_only_those_that_are_signed_bring_tokens(
    http, device, thief, tokens
):
    good, bad = device.proof(tokens), thief.proof(tokens)
    asked = [refresh(http, tokens, proof=proof) for proof in (good, bad, good, bad, good)]
    statuses = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert statuses == [200, 401, 200, 401, 200]


async def test_without_a_key_all_is_as_before(courier, http):
    tokens = (await courier.post(PATH)).json()
    assert (await refresh(http, tokens)).status_code == 200


async def test_a_key_that_is_none_logs_nobody_in(courier, device):
    raw = base64.urlsafe_b64decode(device.public_key + "=")
    off = base64.urlsafe_b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode().rstrip("=")
    for wrong in ("", "x", device.public_key[:-1], device.public_key + "A", off, "A" * 87):
        answer = await courier.post(PATH, headers={HEADER: wrong})
        check_problem(answer, 400, "invalid_params")


async def test_a_proof_that_is_none_is_refused_before_it_is_looked_at(http, tokens):
    for wrong in ("", "A" * 85, "A" * 87, "=" * 86, 1):
        answer = await refresh(http, tokens, proof=wrong)
        check_problem(answer, 400, "invalid_params")
