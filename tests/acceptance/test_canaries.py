"""Whatever is done with secrets and personal data, no log of any process has them, at debug."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import CourierEntry, MerchantEntry, OperatorEntry, enroll
from service.actions.operator_accounts import add_operator
from service.clock import real_now
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.domain.vocabulary import OperatorRole, Vehicle
from service.live.connect import open_redis
from service.live.errors import LiveUnavailableError
from service.simulation.run.demo import FAST_ENVIRONMENT
from service.stack import Plan, running_stack
from tests.integration.api.talk import talking
from tests.integration.api.test_job_walk import work_stop

pytestmark = pytest.mark.acceptance

PATIENCE_S = 60.0
CALLS_COUNT = 8
PAUSE_MS = 4_000  # longer than all that asks it waits
REFERENCE = "Kanarienruf 12"
WEBHOOK_KEY = "c0ffee" + "5a" * 29
HERE = {"lat_deg": 48.20911777, "lng_deg": 16.36988777}
DROPOFF = {
    **{"lat_deg": 48.20922888, "lng_deg": 16.36999888, "address": "Kanarienweg 77"},
    "contact": {"name": "Tweety Kanari", "phone": "+4366098765432"},
    "instructions": "the yellow door",
}
PICKUP = {"lat_deg": 48.2089, "lng_deg": 16.3697, "address": "Futterhaus 3"}
WISH = {"instructions": "beware of the cat", "safe_place": "the blue shed"}
PERSONAL = [
    REFERENCE,
    *("Kanarienweg", "Tweety", "+4366098765432", "yellow door", "Futterhaus", "Anna Ahorn"),
    *("beware of the cat", "blue shed", "not amused", "my knee hurts"),
    *("48.20911777", "16.36988777", "48.20922888", "16.36999888"),
]


class Key:
    def __init__(self, text):
        self.text = text


async def prepare(runtime):
    """Make a market and its people; return their keys and the operator's password."""
    request = MarketRequest(
        market_id=MarketId("canary"),
        name="Canary",
        currency="EUR",
        timezone="UTC",
        center=Point(48.2082, 16.3738),
        service_radius_m=8_000.0,
        policy=Policy(),
    )
    await create_market(runtime, request)
    entries = [
        MerchantEntry(name="Futterhaus"),
        CourierEntry(name="Anna Ahorn", vehicle=Vehicle.BIKE),
        OperatorEntry(name="Olga"),
    ]
    keys = [key.text for key in await enroll(runtime, market_id="canary", entries=entries)]
    password = await add_operator(
        runtime, market_id="canary", name="Otto", role=OperatorRole.ADMIN, login="otto"
    )
    return [*keys, password]


@asynccontextmanager
async def receiving():
    """A merchant's server that refuses every second call; yield its URL and the calls' count."""
    calls = []

    async def answer(reader, writer):
        calls.append(await reader.readuntil(b"\r\n\r\n"))
        code = 503 if len(calls) % 2 else 204
        writer.write(b"HTTP/1.1 %d Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % code)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks?key=hooksecret99", calls


def client(url, key=None):
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(base_url=url, headers=headers, trust_env=False)


async def log_ins(http, courier, password):
    """Log in, rightly and wrongly; return the secrets that were told and tried."""
    first = (await courier.post("/v1/courier/session")).json()
    body = {"refresh_token": first["refresh_token"]}
    second = (await http.post("/v1/courier/session/refresh", json=body)).json()
    for tried in (password, "a wrong canary"):
        await http.post("/v1/ops/session/password", json={"login": "otto", "password": tried})
    told = [one[name] for one in (first, second) for name in ("access_token", "refresh_token")]
    return [*told, *(cookie.value for cookie in http.cookies.jar), "a wrong canary"]


async def deliver(stack, merchant, ops, courier_key, token, job):
    """Have the courier decline, take and deliver the job, with a wish and a rating in between."""
    address = stack.url.removeprefix("http://")
    async with talking(address, "/v1/courier", Key(courier_key)) as talk:
        hello = await talk.hear("hello")
        await talk.say("resume", epoch=hello["epoch"], after_seq=None)
        await talk.hear("snapshot")
        await talk.say(
            "set_status",
            status="online",
            vehicle="bike",
            capacity={"weight_g": 16_000, "volume_l": 60, "jobs_count": 3},
            shift_ends_at=(real_now() + timedelta(hours=4)).isoformat(),
        )
        await talk.hear("notice", status="online")
        await talk.say("report_position", seq=1, accuracy_m=5, **HERE)
        (one,) = (await ops.get("/v1/ops/couriers")).json()["couriers"]
        assignment = f"/v1/ops/jobs/{job['id']}/assignment"
        body = {"courier_id": one["id"]}
        await ops.post(assignment, json=body)  # or the dispatcher was quicker
        offer = await talk.hear("offer_made")
        await talk.say("decline_offer", offer_id=offer["offer_id"], reason="my knee hurts", ref="n")
        await talk.hear("done", ref="n")
        assert (await ops.post(assignment, json=body)).status_code == 201
        offer = await talk.hear("offer_made")
        await talk.say("accept_offer", offer_id=offer["offer_id"], ref="y")
        stops = (await talk.hear("assignment_changed"))["assignment"]["stops"]
        link = f"/v1/tracking/{token}"
        await look_without_redis(stack, merchant, link)
        assert (await merchant.put(f"{link}/instructions", json=WISH)).status_code == 200
        for seq, stop in enumerate(stops):
            await work_stop(talk, stop, seq=seq + 2)
        await talk.hear("job_updated", status="delivered")
        await talk.say("arrive_at_stop", stop_id=job["id"], ref="late")  # which is no stop
        await talk.hear("refused", ref="late")
    rating = {"score": 2, "comment": "the cat was not amused"}
    assert (await merchant.post(f"{link}/rating", json=rating)).status_code == 200


async def mistakes(merchant, http, token, job):
    """Do what is refused, with canaries in it."""
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    await merchant.post("/v1/jobs", content=json.dumps(job)[:-1], headers=headers)
    await merchant.post("/v1/jobs", json=job | {"surprise": WISH["safe_place"]}, headers=headers)
    await merchant.post("/v1/jobs", json=job | {"reference": "other"}, headers=headers)
    for key in ("first", "second"):  # the database refuses the second, and would tell of the row
        headers["Idempotency-Key"] = key
        done = await merchant.post("/v1/jobs", json=job | {"reference": REFERENCE}, headers=headers)
    assert done.status_code == 409
    await http.get(f"/v1/tracking/{token[:-1]}")
    await http.get(f"/v1/jobs?token={token}", headers={"Authorization": f"Bearer {token}"})
    await http.put(f"/v1/tracking/{token}/instructions", json=WISH)


async def until_called(calls):
    """Wait until the merchant's server was called often enough, badly and well."""
    while True:
        if len(calls) >= CALLS_COUNT:
            return
        await asyncio.sleep(0.05)


async def look_without_redis(stack, merchant, link):
    """Freeze Redis for a while, look at the link meanwhile, and wait until it is back."""
    redis = open_redis(stack.settings)
    await redis.execute("CLIENT", "PAUSE", PAUSE_MS, "ALL")
    assert (await merchant.get(link)).json()["courier"]["position"] is None
    while True:
        try:
            await redis.execute("PING")
        except LiveUnavailableError:
            continue  # it has waited for its timeout
        await redis.aclose()
        return


async def test_no_log_of_any_process_has_what_is_secret_or_personal(tmp_path):
    environment = FAST_ENVIRONMENT | {
        "HEXHAUL_LOG_LEVEL": "debug",
        "HEXHAUL_WEBHOOK_LOOPBACK": "true",
        "HEXHAUL_WEBHOOK_KEYS": WEBHOOK_KEY,
    }
    plan = Plan(state_dir=tmp_path, environment=environment, is_durable=False)
    async with (
        running_stack(plan, prepare) as stack,
        receiving() as (hook, calls),
        asyncio.timeout(PATIENCE_S * 2),
    ):
        *keys, password = stack.prepared
        async with (
            client(stack.url, keys[0]) as merchant,
            client(stack.url, keys[1]) as courier,
            client(stack.url, keys[2]) as ops,
            client(stack.url) as http,
        ):
            secrets = [*keys, password, *(await log_ins(http, courier, password))]
            headers = {"Idempotency-Key": "hook"}
            made = await merchant.post("/v1/webhook-endpoints", json={"url": hook}, headers=headers)
            secrets.append(made.json()["secret"])
            body = {"name": "canary", "scopes": ["jobs:read"]}
            secrets.append((await merchant.post("/v1/keys", json=body)).json()["key"])
            secrets.append((await courier.post("/v1/courier/tickets")).json()["ticket"])
            async with talking(
                stack.url.removeprefix("http://"), f"/v1/courier?ticket={secrets[-1]}"
            ) as talk:
                await talk.hear("hello")
            job = {"pickup": PICKUP, "dropoff": DROPOFF}
            posted = await merchant.post("/v1/jobs", json=job, headers={"Idempotency-Key": "k"})
            token = posted.json()["tracking_token"]
            await deliver(stack, merchant, ops, keys[1], token, posted.json())
            await mistakes(merchant, http, token, job)
        await until_called(calls)
    logs = {path: path.read_text("utf-8", "replace") for path in tmp_path.rglob("*.log")}
    names = {path.stem for path in logs}
    assert names >= {"api", "relay", "dispatch", "webhooks"}, names
    of_api = logs[tmp_path / "api.log"]
    assert "socket_opened" in of_api  # or it would prove little
    assert '"level": "debug"' in of_api
    spoken = [secret[-16:] for secret in secrets]
    for path, text in logs.items():
        for word in (*PERSONAL, *spoken, token, WEBHOOK_KEY, "hooksecret99"):
            assert word not in text, (path.name, word[:6])
