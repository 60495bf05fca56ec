"""Secrets and personal data never reach a log, whatever is logged of what was done with them."""

import json

import pytest

from service.actions.enroll import MerchantEntry, enroll
from service.actions.operator_accounts import add_operator
from service.domain.vocabulary import OperatorRole
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty, talking
from tests.integration.api.test_job_walk import offered, taken, work_stop
from tests.plain_http import PlainClient

CANARY = {
    "address": "Kanarienweg 77",
    "contact": {"name": "Tweety Kanari", "phone": "+4366012345678"},
    "instructions": "the yellow door",
}


@pytest.fixture
async def password(runtime, market):
    return await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.ADMIN, login="olga"
    )


async def log_ins(http, courier, password):
    """Log in and out in every way; return all secrets that were told."""
    first = (await courier.post("/v1/courier/session")).json()
    body = {"refresh_token": first["refresh_token"]}
    second = (await http.post("/v1/courier/session/refresh", json=body)).json()
    for tried in (password, "a wrong canary"):
        body = {"login": "olga", "password": tried}
        answer = await http.post("/v1/ops/session/password", json=body)
        assert answer.status_code == (204 if tried == password else 401)
    tokens = [
        tokens[name] for tokens in (first, second) for name in ("access_token", "refresh_token")
    ]
    cookies = [cookie.value for cookie in http.cookies.jar]
    return [*tokens, *cookies, password, "a wrong canary"]


async def test_nothing_secret_or_personal_is_logged(
    runtime, address, keys, ids, clients, relay, password, capfd
):
    merchant, courier, *_, ops = clients
    async with PlainClient(base_url=f"http://{address}") as http:
        secrets = await log_ins(http, courier, password)
    secrets += [key.text for key in keys]
    body = {"name": "canary", "scopes": ["jobs:read"]}
    secrets.append((await merchant.post("/v1/keys", json=body)).json()["key"])
    secrets.append((await courier.post("/v1/courier/tickets")).json()["ticket"])
    async with talking(address, f"/v1/courier?ticket={secrets[-1]}") as talk:
        await talk.hear("hello")
    async with on_duty(runtime, address, keys[1]) as talk:
        job = JOB | {"dropoff": JOB["dropoff"] | CANARY}
        posted = (
            await merchant.post("/v1/jobs", json=job, headers={"Idempotency-Key": "k"})
        ).json()
        pickup, _ = (await taken(talk, await offered(talk, ops, posted, ids[0])))["stops"]
        await work_stop(talk, pickup, seq=1)
        await talk.hear("assignment_changed")
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    await merchant.post("/v1/jobs", content=json.dumps(job)[:-1], headers=headers)
    (other,) = await enroll(runtime, market_id="vienna", entries=[MerchantEntry(name="Other")])
    logged = "".join(capfd.readouterr())
    assert "socket_opened" in logged  # or nothing would be proven
    personal = [CANARY["address"], CANARY["instructions"], *CANARY["contact"].values()]
    spoken = [secret[-16:] for secret in [*secrets, other.text]]
    for word in (*personal, *spoken, str(pickup["lat_deg"]), str(pickup["lng_deg"])):
        assert word not in logged
