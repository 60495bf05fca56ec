"""Webhooks from outside: endpoints and their log, through the api, a relay and a caller."""

import asyncio
from uuid import uuid4

import msgspec
import pytest

from service.actions.enroll import MerchantEntry, enroll
from service.runtime import open_runtime
from tests.integration.api.test_rest import check_problem
from tests.integration.relay.conftest import eventually
from tests.integration.webhooks.conftest import working
from tests.integration.webhooks.receiver import answer, is_signed, receiving
from tests.plain_http import PlainClient

PATH = "/v1/webhook-endpoints"
URL = "https://example.com/hooks"


@pytest.fixture
async def runtime(database, redis):
    """A runtime that may call this machine."""
    settings = msgspec.structs.replace(database, webhook_loopback=True, webhook_poll_s=0.02)
    async with open_runtime(settings) as runtime:
        yield runtime


@pytest.fixture
async def receiver():
    async with receiving() as (receiver, port):
        receiver.url = f"http://localhost:{port}/"
        yield receiver


@pytest.fixture
async def stranger(runtime, market, address):
    """Another merchant."""
    (key,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Flowers Rosa")])
    async with PlainClient(
        base_url=f"http://{address}", headers={"Authorization": f"Bearer {key.text}"}
    ) as client:
        yield client


@pytest.fixture
async def relay(relay, runtime):
    """A running relay, and a process that calls what it tells."""
    async with working(runtime):
        yield


def keyed(key=None):
    """Return the header of a request that may be repeated."""
    return {"Idempotency-Key": key or str(uuid4())}


@pytest.fixture
def create(merchant):
    """Create an endpoint; return its path and its secret."""

    async def create_one(url=URL, **changes):
        created = await merchant.post(PATH, json={"url": url} | changes, headers=keyed())
        assert created.status_code == 201, created.text
        return f"{PATH}/{created.json()['endpoint']['id']}", created.json()["secret"]

    return create_one


async def deliveries_of(client, path, count, *, status):
    """Return the newest deliveries, once so many have this status."""

    async def are_there():
        page = (await client.get(f"{path}/deliveries?status={status}")).json()["deliveries"]
        return page if len(page) >= count else None

    return await eventually(are_there)


async def test_an_endpoint_is_created_read_changed_and_deleted(merchant, create):
    path, secret = await create(events=["job.delivered", "job.delivered"], description="till")
    assert secret.startswith("whsec_")
    endpoint = (await merchant.get(path)).json()
    assert endpoint["url"] == URL
    assert endpoint["events"] == ["job.delivered"]
    assert endpoint["is_enabled"]
    listed = await merchant.get(PATH)
    assert listed.json() == {"endpoints": [endpoint]}
    assert secret not in listed.text
    changed = await merchant.put(path, json={"url": URL + "/2", "is_enabled": False})
    assert changed.json() == endpoint | {
        "url": URL + "/2",
        "events": [],
        "description": "",
        "is_enabled": False,
        "disabled_reason": "merchant",
    }
    check_problem(await merchant.post(f"{path}/test"), 409, "invalid_state_transition")
    assert (await merchant.delete(path)).status_code == 204
    check_problem(await merchant.get(path), 404, "not_found")
    check_problem(await merchant.delete(path), 404, "not_found")
    assert (await merchant.get(PATH)).json() == {"endpoints": []}


@pytest.mark.parametrize("url", ["ftp://example.com/", "https://10.0.0.1/", "https://h:22/", "x"])
async def test_a_url_that_may_not_be_called_is_refused_with_a_pointer_to_it(merchant, create, url):
    path, _ = await create()
    for answered in (
        await merchant.post(PATH, json={"url": url}, headers=keyed()),
        await merchant.put(path, json={"url": url, "is_enabled": True}),
    ):
        assert check_problem(answered, 400, "invalid_params")["field"] == "/url"


async def test_a_merchant_has_ten_endpoints_at_most(merchant, create):
    for _ in range(10):
        path, _ = await create()
    refused = await merchant.post(PATH, json={"url": URL}, headers=keyed())
    check_problem(refused, 409, "capacity_exceeded")
    await merchant.delete(path)
    await create()


async def test_another_merchant_finds_nothing(merchant, stranger, create):
    path, _ = await create()
    tested = (await merchant.post(f"{path}/test")).json()["id"]
    for method, tail, body in (
        ("GET", "", None),
        ("PUT", "", {"url": URL, "is_enabled": False}),
        ("DELETE", "", None),
        ("POST", "/test", None),
        ("POST", "/rotate-secret", None),
        ("POST", "/replay", {"since": "2026-11-22T00:00:00Z"}),
        ("GET", "/deliveries", None),
        ("GET", f"/deliveries/{tested}", None),
        ("POST", f"/deliveries/{tested}/replay", None),
    ):
        answered = await stranger.request(method, path + tail, json=body, headers=keyed())
        check_problem(answered, 404, "not_found")
    assert (await stranger.get(PATH)).json() == {"endpoints": []}
    assert (await merchant.get(path)).json()["is_enabled"]


async def test_a_test_event_arrives_and_its_log_tells_how(merchant, create, receiver, relay):
    path, secret = await create(receiver.url)
    sent = await merchant.post(f"{path}/test")
    assert sent.status_code == 202
    (delivered,) = await deliveries_of(merchant, path, 1, status="delivered")
    assert delivered["id"] == sent.json()["id"]
    assert (delivered["type"], delivered["job_id"]) == ("webhook.test", None)
    assert is_signed(receiver.received[0], secret)
    detail = (await merchant.get(f"{path}/deliveries/{delivered['id']}")).json()
    assert detail["payload"].encode() == receiver.received[0].body
    (attempt,) = detail["attempts"]
    assert (attempt["number"], attempt["outcome"], attempt["status_code"]) == (1, "delivered", 200)
    again = await merchant.post(f"{path}/deliveries/{delivered['id']}/replay")
    assert (again.status_code, again.json()["status"]) == (202, "pending")
    await deliveries_of(merchant, path, 1, status="delivered")
    assert [one.headers["webhook-id"] for one in receiver.received] == [delivered["event_id"]] * 2


async def test_a_webhook_says_what_the_timeline_says(merchant, create, post, receiver, relay):
    path, _ = await create(receiver.url)
    job = await post()
    deliveries = await deliveries_of(merchant, path, 2, status="delivered")
    assert [(one["job_id"], one["sequence"]) for one in deliveries] == [
        (job["id"], 2),
        (job["id"], 1),
    ]
    timeline = (await merchant.get(f"/v1/jobs/{job['id']}/events")).json()["events"]
    assert receiver.events == [
        event | {"job_version": event["data"]["version"], "gap": False} for event in timeline[:2]
    ]


async def test_a_failure_is_tried_again_and_the_log_is_paged(
    merchant, create, post, receiver, relay
):
    receiver.write = answer(500)
    path, _ = await create(receiver.url)
    await post()

    async def has_failed():
        return (await merchant.get(path)).json()["failing_since"] is not None

    await eventually(has_failed)
    page = (await merchant.get(f"{path}/deliveries?limit=1")).json()
    (second,) = page["deliveries"]
    assert (second["type"], second["attempts_count"]) == ("job.opened", 0)
    page = (await merchant.get(f"{path}/deliveries?limit=1&cursor={page['next_cursor']}")).json()
    (first,) = page["deliveries"]
    assert first["attempts_count"] == 1
    assert first["type"] == "job.created"
    assert first["next_attempt_at"] > first["created_at"]
    detail = (await merchant.get(f"{path}/deliveries/{first['id']}")).json()
    assert [one["outcome"] for one in detail["attempts"]] == ["refused"]


async def test_a_rotation_shows_a_new_secret(merchant, create):
    path, secret = await create()
    rotated = (await merchant.post(f"{path}/rotate-secret", headers=keyed())).json()
    assert rotated["secret"] not in {secret, ""}
    assert rotated["former_lasts_s"] == 86_400


async def test_a_repeated_request_gets_the_same_secret_again(merchant, create):
    body = {"url": URL}
    first, again = [await merchant.post(PATH, json=body, headers=keyed("a")) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    path = f"{PATH}/{first.json()['endpoint']['id']}/rotate-secret"
    first, again = [await merchant.post(path, headers=keyed("b")) for _ in range(2)]
    assert (first.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    check_problem(await merchant.post(path, headers=keyed("a")), 422, "idempotency_mismatch")
    assert check_problem(await merchant.post(path), 400, "invalid_params")
    assert check_problem(await merchant.post(PATH, json=body), 400, "invalid_params")


async def test_a_repeated_request_sends_one_test_event(merchant, create):
    path, _ = await create()
    other, _ = await create()
    asked = [merchant.post(f"{path}/test", headers=keyed("a")) for _ in range(4)]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {202}
    assert all(answer.json() == answers[0].json() for answer in answers)
    replayed = sorted(answer.headers.get("idempotent-replayed", "") for answer in answers)
    assert replayed == ["", "true", "true", "true"]
    assert len((await merchant.get(f"{path}/deliveries")).json()["deliveries"]) == 1
    mismatch = await merchant.post(f"{other}/test", headers=keyed("a"))
    check_problem(mismatch, 422, "idempotency_mismatch")
    assert (await merchant.post(f"{path}/test", headers=keyed("b"))).status_code == 202


async def test_whether_it_is_told_has_to_be_said_of_an_endpoint_that_is_set(merchant, create):
    path, _ = await create(is_enabled=False)
    problem = check_problem(await merchant.put(path, json={"url": URL}), 400, "invalid_params")
    assert problem["field"] == "/is_enabled"
    assert not (await merchant.get(path)).json()["is_enabled"]


async def test_a_name_of_a_newer_release_is_left_out_of_what_is_shown(conn, merchant, create):
    path, _ = await create(events=["job.delivered"])
    await conn.execute("UPDATE webhook_endpoint SET events = '{job.shouted,job.delivered}'")
    for read in (await merchant.get(path), await merchant.get(PATH)):
        assert read.status_code == 200, read.text
        (endpoint,) = read.json().get("endpoints", [read.json()])
        assert endpoint["events"] == ["job.delivered"]
    assert (await merchant.post(f"{path}/rotate-secret", headers=keyed("a"))).status_code == 200
    assert (await merchant.delete(path)).status_code == 204


async def test_a_host_inside_is_not_told_apart_from_one_that_is_not_there(
    conn, merchant, create, relay
):
    path, _ = await create("https://localhost:1/")
    await conn.execute("UPDATE webhook_endpoint SET url = 'https://10.0.0.1/'")
    sent = (await merchant.post(f"{path}/test")).json()["id"]

    async def is_tried():
        return (await merchant.get(f"{path}/deliveries/{sent}")).json()["attempts"]

    (attempt,) = await eventually(is_tried)
    assert attempt["outcome"] == "unreachable"
    outcome = await conn.fetchval("SELECT outcome::text FROM webhook_attempt")
    assert outcome == "forbidden_address"  # as we know


async def test_nothing_dead_is_nothing_replayed(merchant, create):
    path, _ = await create()
    replayed = await merchant.post(f"{path}/replay", json={"since": "2026-01-01T00:00:00Z"})
    assert (replayed.status_code, replayed.json()) == (
        202,
        {"replayed_count": 0, "is_complete": True},
    )
