"""The REST interface from outside: what is answered, what is refused, and to whom."""

import asyncio
import json
from uuid import uuid4

from service.actions.enroll import MerchantEntry, enroll
from tests.integration.api.conftest import JOB
from tests.plain_http import PlainClient

UNKNOWN_ID = "01a1fd9f-0000-7000-8000-000000000000"
ENDPOINT = {"url": "https://example.com/hooks"}
PERIOD = "from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z"

# method, path, body; who may is in the name
MERCHANT_ROUTES = [
    ("POST", "/v1/jobs", JOB),
    ("GET", "/v1/jobs", None),
    ("GET", f"/v1/jobs/{UNKNOWN_ID}", None),
    ("POST", f"/v1/jobs/{UNKNOWN_ID}/cancellation", {"reason": "address_error"}),
    ("GET", f"/v1/jobs/{UNKNOWN_ID}/events", None),
    ("POST", "/v1/webhook-endpoints", ENDPOINT),
    ("GET", "/v1/webhook-endpoints", None),
    ("GET", f"/v1/webhook-endpoints/{UNKNOWN_ID}", None),
    ("PUT", f"/v1/webhook-endpoints/{UNKNOWN_ID}", ENDPOINT | {"is_enabled": True}),
    ("DELETE", f"/v1/webhook-endpoints/{UNKNOWN_ID}", None),
    ("POST", f"/v1/webhook-endpoints/{UNKNOWN_ID}/rotate-secret", None),
    ("POST", f"/v1/webhook-endpoints/{UNKNOWN_ID}/test", None),
    ("POST", f"/v1/webhook-endpoints/{UNKNOWN_ID}/replay", {"since": "2026-11-22T00:00:00Z"}),
    ("GET", f"/v1/webhook-endpoints/{UNKNOWN_ID}/deliveries", None),
    ("GET", f"/v1/webhook-endpoints/{UNKNOWN_ID}/deliveries/{UNKNOWN_ID}", None),
    ("POST", f"/v1/webhook-endpoints/{UNKNOWN_ID}/deliveries/{UNKNOWN_ID}/replay", None),
    ("GET", f"/v1/statement?{PERIOD}", None),
    ("GET", f"/v1/statement.csv?{PERIOD}", None),
]
COURIER_ROUTES = [
    ("POST", "/v1/courier/tickets", None),
    ("GET", "/v1/courier/decisions", None),
    ("GET", f"/v1/courier/statement?{PERIOD}", None),
    ("GET", f"/v1/courier/statement.csv?{PERIOD}", None),
]
OPS_ROUTES = [
    ("GET", "/v1/ops/market", None),
    ("PUT", "/v1/ops/market/pause", {"is_paused": False}),
    ("GET", "/v1/ops/market/policy", None),
    ("PUT", "/v1/ops/market/policy", {"based_on_version": 1, "policy": {}}),
    ("GET", "/v1/ops/market/policy/versions", None),
    ("GET", "/v1/ops/couriers", None),
    ("GET", "/v1/ops/jobs", None),
    ("GET", f"/v1/ops/jobs/{UNKNOWN_ID}", None),
    ("GET", f"/v1/ops/jobs/{UNKNOWN_ID}/events", None),
    ("GET", f"/v1/ops/jobs/{UNKNOWN_ID}/decisions", None),
    ("POST", f"/v1/ops/jobs/{UNKNOWN_ID}/assignment", {"courier_id": UNKNOWN_ID}),
    ("POST", f"/v1/ops/jobs/{UNKNOWN_ID}/reassignment", {"reason": "courier_issue"}),
    (
        "PUT",
        f"/v1/ops/jobs/{UNKNOWN_ID}/deadline",
        {"deadline_at": "2030-01-01T00:00:00Z", "reason": "technical_issue"},
    ),
    ("POST", f"/v1/ops/couriers/{UNKNOWN_ID}/suspension", {"reason": "safety"}),
    ("POST", f"/v1/ops/couriers/{UNKNOWN_ID}/reinstatement", None),
    ("POST", f"/v1/ops/couriers/{UNKNOWN_ID}/reassignment", {"reason": "courier_issue"}),
    ("POST", f"/v1/ops/jobs/{UNKNOWN_ID}/failure", {"reason": "courier_issue"}),
    ("POST", f"/v1/ops/jobs/{UNKNOWN_ID}/cancellation", {"reason": "address_error"}),
    (
        "POST",
        f"/v1/ops/jobs/{UNKNOWN_ID}/adjustments",
        {"kind": "refund", "amount_cents": 1, "reason": "late"},
    ),
    ("GET", "/v1/ops/offers", None),
    ("GET", f"/v1/ops/offers/{UNKNOWN_ID}/decision", None),
    ("GET", "/v1/ops/exceptions", None),
    ("GET", "/v1/ops/audit", None),
    ("POST", f"/v1/ops/exceptions/{UNKNOWN_ID}/resolution", {"resolution": "dismiss"}),
    ("POST", "/v1/ops/tickets", None),
]


def check_problem(answer, status, code):
    """Check that the answer is this problem, in the form of RFC 9457."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["title"]
    assert body["detail"]
    return body


async def test_a_route_is_for_its_audience_only(address, clients):
    merchant, courier, *_, ops = clients
    async with PlainClient(base_url=f"http://{address}") as stranger:
        for owner, routes in (
            (merchant, MERCHANT_ROUTES),
            (courier, COURIER_ROUTES),
            (ops, OPS_ROUTES),
        ):
            for method, path, body in routes:
                check_problem(
                    await stranger.request(method, path, json=body), 401, "unauthenticated"
                )
                for client in (merchant, courier, ops):
                    answer = await client.request(
                        method, path, json=body, headers={"Idempotency-Key": str(uuid4())}
                    )
                    if client is not owner:
                        check_problem(answer, 403, "forbidden")
                    elif UNKNOWN_ID in path:
                        check_problem(answer, 404, "not_found")
                    else:
                        assert answer.is_success, answer.text


async def test_unknown_and_wrong_keys_get_the_same_answer(address, keys):
    text = keys[0].text
    headers = [
        "",
        "Bearer",
        "Bearer x",
        f"Basic {text}",
        f"Bearer {text[:-2]}xx",
        "Bearer hh_test_",
    ]
    async with PlainClient(base_url=f"http://{address}") as client:
        bodies = [
            check_problem(
                await client.get("/v1/jobs", headers={"Authorization": header}),
                401,
                "unauthenticated",
            )
            for header in headers
        ]
    assert len({body["detail"] for body in bodies}) == 1


async def test_a_posted_job_reads_as_posted(post, merchant):
    posted = await post(reference="A-1", item={"size_class": "small", "weight_g": 300})
    assert posted["status"] == "open"
    assert posted["item"] == {"size_class": "small", "weight_g": 300, "items_count": 1}
    assert not posted["is_unmixed"]
    pickup, dropoff = posted["stops"]
    assert pickup["contact"] is None
    assert dropoff["contact"] == JOB["dropoff"]["contact"]
    assert (await merchant.get(f"/v1/jobs/{posted['id']}")).json() == posted
    events = (await merchant.get(f"/v1/jobs/{posted['id']}/events?limit=1")).json()
    assert [event["type"] for event in events["events"]] == ["job.created"]
    rest = await merchant.get(
        f"/v1/jobs/{posted['id']}/events", params={"cursor": events["next_cursor"]}
    )
    assert [event["type"] for event in rest.json()["events"]] == ["job.opened"]
    assert rest.json()["next_cursor"] is None
    assert "Naschmarkt" not in json.dumps(events)  # a timeline tells no addresses


async def test_the_same_key_at_the_same_time_makes_one_job(merchant):
    headers = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(merchant.post("/v1/jobs", json=JOB, headers=headers) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    replayed = [answer.headers.get("idempotent-replayed") for answer in answers]
    assert sorted(replayed, key=str) == [None, "true", "true", "true"]
    assert len((await merchant.get("/v1/jobs")).json()["jobs"]) == 1


async def test_a_key_is_good_for_one_request_only(merchant):
    headers = {"Idempotency-Key": "once"}
    await merchant.post("/v1/jobs", json=JOB, headers=headers)
    spelled_out = {"requirements": [], **JOB}  # the same request in other words
    again = await merchant.post("/v1/jobs", json=spelled_out, headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    other = await merchant.post("/v1/jobs", json=JOB | {"fee_cents": 1}, headers=headers)
    check_problem(other, 422, "idempotency_mismatch")


async def test_a_list_is_read_page_by_page(post, merchant, ops):
    posted = [(await post(reference=f"A-{number}"))["id"] for number in range(5)]
    read, cursor = [], None
    for _ in range(3):
        params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = (await merchant.get("/v1/jobs", params=params)).json()
        read += [job["id"] for job in page["jobs"]]
        cursor = page["next_cursor"]
    assert read == posted[::-1]
    assert cursor is None
    found = await merchant.get("/v1/jobs", params={"reference": "A-3"})
    assert [job["id"] for job in found.json()["jobs"]] == [posted[3]]
    await merchant.post(f"/v1/jobs/{posted[0]}/cancellation", json={"reason": "address_error"})
    statuses = {"status": ["canceled", "expired"]}
    for client, path in ((merchant, "/v1/jobs"), (ops, "/v1/ops/jobs")):
        found = await client.get(path, params=statuses)
        assert [job["id"] for job in found.json()["jobs"]] == [posted[0]]


async def test_another_merchant_finds_nothing(runtime, market, address, post):
    (key,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Other")])
    job = await post()
    headers = {"Authorization": f"Bearer {key.text}"}
    async with PlainClient(base_url=f"http://{address}", headers=headers) as other:
        for path in (f"/v1/jobs/{job['id']}", f"/v1/jobs/{job['id']}/events"):
            check_problem(await other.get(path), 404, "not_found")
        answer = await other.post(
            f"/v1/jobs/{job['id']}/cancellation", json={"reason": "address_error"}
        )
        check_problem(answer, 404, "not_found")
        assert (await other.get("/v1/jobs")).json() == {"jobs": [], "next_cursor": None}


def without(name):
    return {key: value for key, value in JOB.items() if key != name}


def with_pickup(**changes):
    return JOB | {"pickup": JOB["pickup"] | changes}


# body, field
INVALID_JOBS = [
    (without("pickup"), "/pickup"),
    (JOB | {"role": "admin"}, "/role"),
    (JOB | {"merchant_id": UNKNOWN_ID}, "/merchant_id"),
    (with_pickup(lat_deg=90.1), "/pickup/lat_deg"),
    (with_pickup(lat_deg="48.2"), "/pickup/lat_deg"),
    (with_pickup(lat_deg=None), "/pickup/lat_deg"),
    (with_pickup(address=""), "/pickup/address"),
    (with_pickup(address="Graben\u00001"), "/pickup/address"),
    (with_pickup(contact={"name": "x", "phone": "0664"}), "/pickup/contact/phone"),
    (JOB | {"item": {"weight_g": 0}}, "/item/weight_g"),
    (JOB | {"item": {"weight_g": 10**22}}, "/item/weight_g"),
    (JOB | {"item": {"weight_g": 1.5}}, "/item/weight_g"),
    (JOB | {"vehicles": []}, "/vehicles"),
    (JOB | {"vehicles": ["bike", "rocket"]}, "/vehicles/1"),
    (JOB | {"fee_cents": -1}, "/fee_cents"),
    (JOB | {"ready_at": "2026-05-04T12:00:00"}, "/ready_at"),
    (JOB | {"due_at": "soon"}, "/due_at"),
    (JOB | {"reference": "a\r\nb: c"}, "/reference"),
    ([], None),
    ("text", None),
    (7, None),
]


async def test_a_wrong_value_is_pointed_to(merchant):
    for body, field in INVALID_JOBS:
        answer = await merchant.post("/v1/jobs", json=body, headers={"Idempotency-Key": "k"})
        problem = check_problem(answer, 400, "invalid_params")
        assert problem["field"] == field, (body, problem)


REFUSED_JOBS = [
    (with_pickup(lat_deg=49.9), 400, "outside_service_area", "/pickup"),
    (JOB | {"ready_at": "2999-01-01T00:00:00Z"}, 400, "pickup_ready_too_late", "/ready_at"),
    (JOB | {"due_at": "2020-01-01T00:00:00Z"}, 400, "dropoff_deadline_too_early", "/due_at"),
    (JOB | {"item": {"weight_g": 1_000_000}}, 422, "item_too_large", None),
    (
        JOB | {"item": {"weight_g": 50_000}, "vehicles": ["foot"]},
        422,
        "vehicle_not_available",
        None,
    ),
]


async def test_what_the_market_refuses_has_its_own_code(merchant, post, ops):
    for body, status, code, field in REFUSED_JOBS:
        answer = await merchant.post("/v1/jobs", json=body, headers={"Idempotency-Key": "k"})
        assert check_problem(answer, status, code)["field"] == field
    await post(reference="A-1")
    twice = await merchant.post(
        "/v1/jobs", json=JOB | {"reference": "A-1"}, headers={"Idempotency-Key": "k"}
    )
    check_problem(twice, 409, "duplicate_reference")
    paused = await ops.put("/v1/ops/market/pause", json={"is_paused": True})
    assert paused.json()["is_paused"] is True
    answer = await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": "k"})
    check_problem(answer, 409, "market_paused")


RAW_BODIES = [
    (b"", "application/json", 400, "invalid_params"),
    (b"{", "application/json", 400, "invalid_params"),
    (b'{"reference":"\xff"}', "application/json", 400, "invalid_params"),
    (b"\xff", "application/json", 400, "invalid_params"),
    (b'{"item":' * 5_000, "application/json", 400, "invalid_params"),
    (b"NaN", "application/json; charset=utf-8", 400, "invalid_params"),
    (b"{}", "text/plain", 415, "unsupported_media_type"),
    (b"a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    (b"{}", "", 415, "unsupported_media_type"),
    (b" " * 65_537, "application/json", 413, "payload_too_large"),
]


async def test_a_body_that_is_no_json_is_refused(merchant):
    for content, media_type, status, code in RAW_BODIES:
        headers = {"Content-Type": media_type, "Idempotency-Key": "k"}
        answer = await merchant.post("/v1/jobs", content=content, headers=headers)
        check_problem(answer, status, code)


async def test_a_body_without_length_is_bounded_as_well(merchant):
    async def endless():
        for _ in range(10):
            yield b" " * 10_000

    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    answer = await merchant.post("/v1/jobs", content=endless(), headers=headers)
    check_problem(answer, 413, "payload_too_large")


PARAMETERS = [
    "/v1/jobs?limit=0",
    "/v1/jobs?limit=101",
    "/v1/jobs?limit=x",
    "/v1/jobs?cursor=x",
    "/v1/jobs?cursor=%00",
    "/v1/jobs?cursor=" + "a" * 65,
    "/v1/jobs?status=lost",
    "/v1/jobs?reference=" + "a" * 65,
    "/v1/jobs?reference=%00",
    f"/v1/jobs/{UNKNOWN_ID}/events?cursor=aaaa",
]


async def test_a_wrong_parameter_is_refused(merchant):
    for path in PARAMETERS:
        check_problem(await merchant.get(path), 400, "invalid_params")
    for key in ("", "a b", "k" * 256, "schl\u00fcssel".encode("latin-1")):
        answer = await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": key})
        check_problem(answer, 400, "invalid_params")
    check_problem(await merchant.post("/v1/jobs", json=JOB), 400, "invalid_params")


async def test_unknown_routes_and_methods_are_problems_too(merchant):
    check_problem(await merchant.get("/v1/riders"), 404, "not_found")
    check_problem(await merchant.get("/v1/jobs/7"), 404, "not_found")
    answer = await merchant.delete("/v1/jobs")
    check_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["allow"].replace(" ", "").split(",")) >= {"GET", "POST"}


async def test_a_request_keeps_the_id_it_came_with(merchant):
    answer = await merchant.get("/v1/jobs", headers={"X-Request-Id": "trace-7"})
    assert answer.headers["x-request-id"] == "trace-7"
    forged = await merchant.get("/v1/jobs", headers={"X-Request-Id": 'x" onerror='})
    assert forged.headers["x-request-id"] != 'x" onerror='


async def test_ops_see_the_market_without_what_people_told_the_merchant(post, ops, ids):
    job = await post()
    seen = await ops.get(f"/v1/ops/jobs/{job['id']}")
    assert seen.json()["status"] == "open"
    for secret in ("Naschmarkt", "Max", "+4315331234", "ring twice"):
        assert secret not in seen.text
    timeline = (await ops.get(f"/v1/ops/jobs/{job['id']}/events")).json()["events"]
    assert [event["actor"] for event in timeline] == ["merchant", "merchant"]
    couriers = (await ops.get("/v1/ops/couriers")).json()["couriers"]
    assert [courier["id"] for courier in couriers] == sorted(map(str, ids))
    assert {courier["lat_deg"] for courier in couriers} == {None}
    assert (await ops.get("/v1/ops/couriers?status=online")).json()["couriers"] == []


async def test_the_documents_are_served_to_anybody(address):
    async with PlainClient(base_url=f"http://{address}") as client:
        assert (await client.get("/schema/openapi.json")).json()["openapi"].startswith("3.1")
        assert (await client.get("/schema/asyncapi.json")).json()["asyncapi"] == "3.0.0"
        page = await client.get("/schema")
        assert page.headers["content-type"].startswith("text/html")
        assert "unsafe" not in page.headers["content-security-policy"]
        assert "://" not in page.text  # nothing from elsewhere
        script = await client.get("/schema/assets/schema.js")
        assert "/schema/openapi.json" in script.text
        for path in (
            "/schema/assets/..%2f..%2fpackage.json",
            "/schema/assets/package.json",
            "/schema/swagger",
        ):
            check_problem(await client.get(path), 404, "not_found")
