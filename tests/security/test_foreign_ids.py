"""Ids of others, which one may learn, open nothing: neither by REST nor on a socket."""

import json
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import CourierEntry, MerchantEntry, OperatorEntry, enroll
from service.domain.geo import Point
from service.domain.ids import ExceptionId
from service.domain.policy import Policy
from service.domain.vocabulary import ExceptionKind, Severity, Vehicle
from service.store import exceptions
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty, resumed, talking
from tests.integration.api.test_job_walk import offered, taken
from tests.integration.api.test_rest import check_problem
from tests.plain_http import PlainClient

UNKNOWN_ID = str(UUID(int=0))
KEY = {"Idempotency-Key": "k"}

# method, path below the job's, body
OF_MERCHANT = [
    ("GET", "/v1/jobs/{}", None),
    ("GET", "/v1/jobs/{}/events", None),
    ("GET", "/v1/jobs/{}/proofs", None),
    ("GET", f"/v1/jobs/{{}}/proofs/{UNKNOWN_ID}/content", None),
    ("GET", "/v1/jobs/{}/messages", None),
    ("POST", "/v1/jobs/{}/messages", {"text": "Hello"}),
    ("POST", "/v1/jobs/{}/cancellation", {"reason": "address_error"}),
]
OF_OPS = [
    ("GET", "/v1/ops/jobs/{}", None),
    ("GET", "/v1/ops/jobs/{}/events", None),
    ("GET", "/v1/ops/jobs/{}/proofs", None),
    ("GET", f"/v1/ops/jobs/{{}}/proofs/{UNKNOWN_ID}/content", None),
    ("GET", "/v1/ops/jobs/{}/messages", None),
    ("POST", "/v1/ops/jobs/{}/messages", {"text": "Hello"}),
    ("GET", "/v1/ops/jobs/{}/decisions", None),
    ("GET", "/v1/ops/jobs/{}/couriers", None),
    ("GET", "/v1/ops/jobs/{}/contacts", None),
    ("GET", "/v1/ops/jobs/{}/transfers", None),
    ("POST", "/v1/ops/jobs/{}/assignment", {"courier_id": UNKNOWN_ID}),
    ("POST", "/v1/ops/jobs/{}/reassignment", {"reason": "courier_issue"}),
    (
        "PUT",
        "/v1/ops/jobs/{}/deadline",
        {"deadline_at": "2030-01-01T00:00:00Z", "reason": "technical_issue"},
    ),
    (
        "PUT",
        f"/v1/ops/jobs/{{}}/stops/{UNKNOWN_ID}/waiver",
        {"waived_proofs": [], "reason": "device_broken"},
    ),
    ("POST", f"/v1/ops/jobs/{{}}/stops/{UNKNOWN_ID}/arrival", {"reason": "device_broken"}),
    ("POST", f"/v1/ops/jobs/{{}}/stops/{UNKNOWN_ID}/completion", {"reason": "device_broken"}),
    ("POST", "/v1/ops/jobs/{}/cancellation", {"reason": "address_error"}),
    ("POST", "/v1/ops/jobs/{}/failure", {"reason": "courier_issue"}),
    (
        "POST",
        "/v1/ops/jobs/{}/adjustments",
        {"kind": "refund", "amount_cents": 1, "reason": "goodwill"},
    ),
]


class Strangers(NamedTuple):
    """Good keys of others, each with a client."""

    merchant: httpx.AsyncClient  # of the same market
    far_merchant: httpx.AsyncClient  # these are of another one
    far_ops: httpx.AsyncClient
    far_courier_id: str


@pytest.fixture
async def strangers(runtime, market, address):
    request = MarketRequest(
        market_id="graz",
        name="Graz",
        currency="EUR",
        timezone="Europe/Vienna",
        center=Point(47.07, 15.44),
        service_radius_m=10_000.0,
        policy=Policy(),
    )
    assert await create_market(runtime, request)
    (near,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Other")])
    far = await enroll(
        runtime,
        market_id="graz",
        entries=[
            MerchantEntry(name="Far"),
            OperatorEntry(name="Uwe"),
            CourierEntry(name="Dora", vehicle=Vehicle.BIKE),
        ],
    )
    clients = [
        PlainClient(base_url=f"http://{address}", headers={"Authorization": f"Bearer {key.text}"})
        for key in (near, *far[:2])
    ]
    (dora,) = (await clients[2].get("/v1/ops/couriers")).json()["couriers"]
    yield Strangers(*clients, dora["id"])
    for client in clients:
        await client.aclose()


async def test_a_foreign_job_is_not_found_and_an_unknown_one_neither(
    strangers, post, merchant, ops
):
    job = await post()
    asking = [
        (strangers.merchant, OF_MERCHANT),
        (strangers.far_merchant, OF_MERCHANT),
        (strangers.far_ops, OF_OPS),
    ]
    for client, routes in asking:
        for method, path, body in routes:
            details = {
                check_problem(
                    await client.request(method, path.format(id_), json=body, headers=KEY),
                    404,
                    "not_found",
                )["detail"]
                for id_ in (job["id"], UNKNOWN_ID)
            }
            assert len(details) == 1, path
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json() == job
    assert (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"] == "open"


async def test_lists_hold_nothing_of_others_whatever_the_filter(strangers, post):
    job = await post(reference="mine")
    for client in (strangers.merchant, strangers.far_merchant):
        for path in ("/v1/jobs", "/v1/jobs?reference=mine", "/v1/jobs?status=open"):
            assert (await client.get(path)).json()["jobs"] == []
    for path in (
        "/v1/ops/jobs",
        "/v1/ops/offers",
        f"/v1/ops/offers?job_id={job['id']}",
        "/v1/ops/exceptions",
        "/v1/ops/couriers",
    ):
        answer = await strangers.far_ops.get(path)
        assert job["id"] not in answer.text
        assert "Anna" not in answer.text


async def test_a_foreign_endpoint_is_not_found_whatever_is_asked_of_it(strangers, merchant):
    endpoint = {"url": "https://example.com/hooks"}
    made = await merchant.post("/v1/webhook-endpoints", json=endpoint, headers=KEY)
    created = made.json()["endpoint"]
    sent = (await merchant.post(f"/v1/webhook-endpoints/{created['id']}/test")).json()
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", endpoint | {"is_enabled": True}),
        ("DELETE", "", None),
        ("POST", "/rotate-secret", None),
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
        ("GET", f"/deliveries/{sent['id']}", None),
        ("POST", f"/deliveries/{sent['id']}/replay", None),
        ("POST", "/replay", {"since": "2026-11-01T00:00:00Z"}),
    ):
        path = f"/v1/webhook-endpoints/{created['id']}{path}"
        for client in (strangers.merchant, strangers.far_merchant):
            answer = await client.request(method, path, json=body, headers=KEY)
            check_problem(answer, 404, "not_found")
    assert (await strangers.merchant.get("/v1/webhook-endpoints")).json() == {"endpoints": []}
    kept = (await merchant.get(f"/v1/webhook-endpoints/{created['id']}")).json()
    assert kept["id"] == created["id"]


async def test_ops_decide_nothing_in_another_market(
    strangers, runtime, market, address, keys, ids, post, ops, relay
):
    job = await post()
    exception_id = ExceptionId(uuid4())
    async with runtime.pool.connection() as conn:
        await exceptions.open_exception(
            conn,
            exception_id=exception_id,
            market_id=market,
            kind=ExceptionKind.NO_COURIER,
            severity=Severity.WARNING,
            job_id=job["id"],
            courier_id=None,
            merchant_id=None,
            endpoint_id=None,
            opened_at=runtime.clock.now(),
            due_at=None,
        )
    answer = await strangers.far_ops.get(f"/v1/ops/exceptions/{exception_id}/suggestion")
    check_problem(answer, 404, "not_found")
    path = f"/v1/ops/exceptions/{exception_id}/resolution"
    answer = await strangers.far_ops.post(path, json={"resolution": "dismiss"})
    check_problem(answer, 404, "not_found")
    far = {"courier_id": strangers.far_courier_id}
    answer = await ops.post(f"/v1/ops/jobs/{job['id']}/assignment", json=far)
    check_problem(answer, 404, "not_found")
    async with on_duty(runtime, address, keys[1]) as talk:
        offer = await offered(talk, ops, job, ids[0])
    answer = await strangers.far_ops.get(f"/v1/ops/offers/{offer['offer_id']}/decision")
    check_problem(answer, 404, "not_found")
    order = {"status": "offline", "reason": "courier_issue"}
    for method, path, body in (
        ("GET", f"/v1/ops/couriers/{ids[0]}", None),
        ("PUT", f"/v1/ops/couriers/{ids[0]}/status", order),
        ("POST", f"/v1/ops/couriers/{ids[0]}/suspension", {"reason": "safety"}),
        ("POST", f"/v1/ops/couriers/{ids[0]}/reinstatement", None),
        ("POST", f"/v1/ops/couriers/{ids[0]}/reassignment", {"reason": "courier_issue"}),
    ):
        answer = await strangers.far_ops.request(method, path, json=body, headers=KEY)
        check_problem(answer, 404, "not_found")
    await strangers.far_ops.put("/v1/ops/market/pause", json={"is_paused": True})
    assert (await ops.get("/v1/ops/market")).json()["is_paused"] is False


async def test_the_idempotency_key_of_another_merchant_is_ones_own(strangers, merchant):
    headers = {"Idempotency-Key": "the-same"}
    mine = await merchant.post("/v1/jobs", json=JOB, headers=headers)
    theirs = await strangers.merchant.post("/v1/jobs", json=JOB, headers=headers)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert "idempotent-replayed" not in theirs.headers
    assert mine.json()["id"] != theirs.json()["id"]


@pytest.mark.parametrize(
    "field",
    [
        "merchant_id",
        "market_id",
        "status",
        "state",
        "price",
        "courier_id",
        "role",
        "id",
        "livemode",
    ],
)
async def test_nobody_sets_what_is_not_theirs_to_set(merchant, ops, post, field):
    job = await post()
    for client, method, path, body in (
        (merchant, "POST", "/v1/jobs", JOB),
        (merchant, "POST", f"/v1/jobs/{job['id']}/cancellation", {"reason": "address_error"}),
        (merchant, "POST", "/v1/keys", {"name": "shop", "scopes": ["jobs:read"]}),
        (ops, "PUT", "/v1/ops/market/pause", {"is_paused": True}),
    ):
        answer = await client.request(
            method, path, json=body | {field: UNKNOWN_ID}, headers={"Idempotency-Key": "k"}
        )
        assert check_problem(answer, 400, "invalid_params")["field"] == f"/{field}"


@pytest.fixture
async def annas_offer(runtime, address, keys, ids, post, ops, relay):
    """Anna's connection, and an offer to her."""
    async with on_duty(runtime, address, keys[1]) as talk:
        yield talk, await offered(talk, ops, await post(), ids[0])


async def refusal(talk, type, **fields):
    """Say something that is refused; return what was answered."""
    await talk.say(type, ref="r", **fields)
    refused = await talk.hear("refused", ref="r")
    return refused["code"], refused["detail"]


async def test_an_offer_is_for_its_courier_only(runtime, address, keys, ops, annas_offer):
    anna, offer = annas_offer
    async with on_duty(runtime, address, keys[2]) as ben:
        for type in ("accept_offer", "decline_offer"):
            foreign = await refusal(ben, type, offer_id=offer["offer_id"])
            assert foreign == await refusal(ben, type, offer_id=UNKNOWN_ID)
        await ben.say("ack", offer_id=offer["offer_id"])
        await refusal(ben, "accept_offer", offer_id=UNKNOWN_ID)  # so the ack was dealt with
        (told,) = (await ops.get("/v1/ops/offers")).json()["offers"]
        assert (told["status"], told["acknowledged_at"]) == ("pending", None)
        assignment = await taken(anna, offer)
        for stop in assignment["stops"]:
            for type, fields in (
                ("arrive_at_stop", {}),
                ("complete_stop", {}),
                ("fail_stop", {"reason": "pickup_closed"}),
            ):
                foreign = await refusal(ben, type, stop_id=stop["stop_id"], **fields)
                assert foreign == await refusal(ben, type, stop_id=UNKNOWN_ID, **fields)


async def test_a_courier_of_before_changes_nothing(ops, annas_offer):
    anna, offer = annas_offer
    pickup, _ = (await taken(anna, offer))["stops"]
    (job_id,) = offer["job_ids"]
    freed = await ops.post(f"/v1/ops/jobs/{job_id}/reassignment", json={"reason": "courier_issue"})
    assert freed.status_code == 200, freed.text
    await anna.say("accept_offer", offer_id=offer["offer_id"])  # again changes nothing
    await refusal(anna, "arrive_at_stop", stop_id=pickup["stop_id"])
    await refusal(anna, "complete_stop", stop_id=pickup["stop_id"])
    job = (await ops.get(f"/v1/ops/jobs/{job_id}")).json()
    assert (job["status"], job["courier_id"]) == ("open", None)


async def test_the_place_in_anothers_stream_shows_nothing_of_it(address, keys, annas_offer):
    anna, offer = annas_offer
    async with talking(address, "/v1/courier", keys[2]) as ben:
        hello = await ben.hear("hello")
        await ben.say("resume", epoch=hello["epoch"], after_seq=anna.seqs[-1] - 1)
        snapshot = await ben.hear("snapshot")
        assert snapshot["recovered"] is False
        await refusal(ben, "accept_offer", offer_id=UNKNOWN_ID)
        assert offer["offer_id"] not in json.dumps(ben.heard)


async def test_a_link_opens_its_own_job_and_that_as_a_recipient_only(address, post, merchant):
    mine, theirs = await post(), await post()
    path = f"/v1/tracking/{mine['tracking_token']}"
    wish = {"instructions": "only here"}
    async with PlainClient(base_url=f"http://{address}") as http:
        assert (await http.put(f"{path}/instructions", json=wish)).status_code == 200
        for id_ in (mine["id"], theirs["id"], theirs["tracking_token"]):
            answer = await http.get(f"{path}/{id_}")
            check_problem(answer, 404, "not_found")
        answer = await http.get(f"/v1/tracking/{theirs['id']}")
        check_problem(answer, 404, "not_found")
        other = (await http.get(f"/v1/tracking/{theirs['tracking_token']}")).json()
    assert other["instructions"] is None
    assert (await merchant.get(f"/v1/jobs/{mine['id']}")).json() == mine


async def test_a_ticket_is_good_once_and_on_its_own_socket(address, courier, merchant):
    paths = {"/v1/courier": "/v1/courier/tickets", "/v1/stream": "/v1/tickets"}
    clients = {"/v1/courier": courier, "/v1/stream": merchant}

    async def ticket(path):
        return (await clients[path].post(paths[path])).json()["ticket"]

    for path in paths:
        for other in {"/v1/courier", "/v1/stream", "/v1/ops/feed"} - {path}:
            async with talking(address, f"{other}?ticket={await ticket(path)}") as talk:
                assert await talk.close_code() == 4403
        used = await ticket(path)
        async with talking(address, f"{path}?ticket={used}") as talk:
            await talk.hear("hello")
        async with talking(address, f"{path}?ticket={used}") as talk:
            assert await talk.close_code() == 4401


async def test_a_ticket_renews_nobody_elses_connection(address, keys, clients):
    ben = clients[2]
    async with resumed(address, "/v1/courier", keys[1]) as anna:
        theirs = (await ben.post("/v1/courier/tickets")).json()["ticket"]
        assert (await refusal(anna, "authenticate", ticket=theirs))[0] == "unauthenticated"
