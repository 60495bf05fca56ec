"""What a recipient sees by a link, may say by it, and how long it is good."""

import asyncio

import msgspec
import pytest

from service.domain.geo import Point, distance_m
from service.domain.tracking_token import token_sha256
from tests.integration.api.conftest import JOB, client_of, running_api
from tests.integration.api.talk import PATIENCE_S, on_duty
from tests.integration.api.test_job_walk import NEXT_DOOR, offered, taken, work_stop
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed

UNKNOWN = "A" * 22
MALFORMED = ["x", "A" * 21, "A" * 23, "A" * 21 + "!", "' OR true --", "%00"]
WISH = {"instructions": "the second door\nleft", "safe_place": "behind the bench"}
RATING = {"score": 5, "tags": ["on_time", "friendly"], "comment": "thank you"}
EXACT = {"lat_deg": 48.208971234, "lng_deg": 16.369751234}


async def shown(http, token):
    """Return what the link shows."""
    answer = await http.get(f"/v1/tracking/{token}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def until_shown(http, token, found):
    """Ask again until the link shows what is looked for; return it."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if found(body := await shown(http, token)):
                return body
            await asyncio.sleep(0.01)


async def test_a_recipient_follows_a_delivery_to_the_door(
    runtime, address, keys, ids, post, ops, relay, stranger
):
    job = await post(dropoff=JOB["dropoff"] | NEXT_DOOR)
    token = job["tracking_token"]
    body = await shown(stranger, token)
    assert (body["stage"], body["courier"], body["eta"]) == ("booked", None, None)
    assert body["merchant_name"] == "Bakery Strobl"
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, dropoff = (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        body = await shown(stranger, token)
        assert body["stage"] == "collecting"
        assert body["courier"] == {"first_name": "Anna", "vehicle": "bike", "position": None}
        await talk.say("report_position", seq=1, accuracy_m=5, **EXACT)
        body = await until_shown(stranger, token, lambda body: body["courier"]["position"])
        seen = body["courier"]["position"]
        apart_m = distance_m(Point(*EXACT.values()), Point(seen["lat_deg"], seen["lng_deg"]))
        assert 0.0 < apart_m <= 50.0
        await work_stop(talk, pickup, seq=2)
        body = await until_shown(stranger, token, lambda body: body["stage"] == "on_the_way")
        assert body["eta"]["from_at"] <= body["eta"]["at"] <= body["eta"]["to_at"]
        await work_stop(talk, dropoff, seq=3)
        body = await until_shown(stranger, token, lambda body: body["stage"] == "delivered")
    assert (body["eta"], body["courier"]["position"]) == (None, None)
    assert [stop["status"] for stop in body["stops"]] == ["completed", "completed"]


async def test_a_link_tells_nothing_but_the_own_door_and_first_names(post, stranger):
    contact = {"name": "Max Mustermann", "phone": "+4315331234"}
    job = await post(
        pickup=JOB["pickup"] | {"contact": {"name": "Ida", "phone": "+4315339999"}},
        dropoff=JOB["dropoff"] | {"contact": contact, "instructions": "of the merchant"},
        reference="order-7",
    )
    text = (await stranger.get(f"/v1/tracking/{job['tracking_token']}")).text
    for hidden in (
        *("Mustermann", "Ida", "+43", "Graben", "of the merchant", "order-7"),
        *(job["id"], job["stops"][0]["id"], str(job["fee_cents"]), job["tracking_token"]),
    ):
        assert hidden not in text
    dropoff = msgspec.json.decode(text)["stops"][1]
    assert (dropoff["first_name"], dropoff["address"]) == ("Max", "Naschmarkt 5")


async def test_nobody_keeps_or_indexes_what_a_link_shows(post, stranger):
    job = await post()
    for token in (job["tracking_token"], UNKNOWN):
        headers = (await stranger.get(f"/v1/tracking/{token}")).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex"


async def test_what_has_not_changed_is_not_sent_again(post, stranger):
    path = f"/v1/tracking/{(await post())['tracking_token']}"
    etag = (await stranger.get(path)).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        again = await stranger.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await stranger.put(f"{path}/instructions", json=WISH)).status_code == 200
    assert (await stranger.get(path, headers={"If-None-Match": etag})).status_code == 200


async def test_the_token_is_told_again_and_only_its_hash_is_kept(merchant, post, conn):
    job = await post(key="k")
    again = await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": "k"})
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == job
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json() == job
    token = job["tracking_token"]
    assert await conn.fetchval("SELECT token_sha256 FROM tracking") == token_sha256(token)
    for table in ("tracking", "idempotency", "job", "stop", "fact"):
        rows = await conn.fetch(f"SELECT to_jsonb(t) AS row FROM {table} t")  # noqa: S608  # ours
        assert token not in str(rows)
        assert token.encode().hex() not in str(rows)


async def test_with_a_key_the_database_alone_does_not_make_the_token(runtime, keys, conn):
    keyed = changed(runtime, webhook_keys="ab" * 32)
    async with running_api(keyed) as address, client_of(address, keys[0]) as merchant:
        headers = {"Idempotency-Key": "k"}
        first = (await merchant.post("/v1/jobs", json=JOB, headers=headers)).json()
        again = (await merchant.post("/v1/jobs", json=JOB, headers=headers)).json()
        assert again == first
    async with running_api(runtime) as address, client_of(address, keys[0]) as merchant:
        told = (await merchant.get(f"/v1/jobs/{first['id']}")).json()
        assert told == first | {"tracking_token": None}  # the key is gone, and the link works on
        await shown(merchant, first["tracking_token"])


async def test_unknown_malformed_and_late_tokens_are_not_told_apart(post, stranger, conn):
    job = await post()
    ended = "UPDATE job SET status = 'expired', ended_at = market_now() - $1::interval"
    details = set()
    await conn.execute(ended.replace("$1", "'01:59'"))
    assert (await shown(stranger, job["tracking_token"]))["stage"] == "failed"
    await conn.execute(ended.replace("$1", "'02:01'"))
    for token in (job["tracking_token"], UNKNOWN, *MALFORMED):
        for method, path, body in (
            ("GET", "", None),
            ("PUT", "/instructions", WISH),
            ("POST", "/rating", RATING),
        ):
            answer = await stranger.request(method, f"/v1/tracking/{token}{path}", json=body)
            details.add(check_problem(answer, 404, "not_found")["detail"])
    assert len(details) == 1


async def test_a_wish_reaches_the_courier_in_the_stop(
    runtime, address, keys, ids, post, ops, relay, stranger
):
    job = await post(dropoff=JOB["dropoff"] | NEXT_DOOR)
    path = f"/v1/tracking/{job['tracking_token']}/instructions"
    early = await stranger.put(path, json={"instructions": "ring long"})
    assert early.json()["instructions"] == "ring long"
    async with on_duty(runtime, address, keys[1]) as talk:
        assignment = await taken(talk, await offered(talk, ops, job, ids[0]))
        pickup, dropoff = assignment["stops"]
        assert (dropoff["recipient_instructions"], dropoff["safe_place"]) == ("ring long", None)
        assert dropoff["instructions"] == JOB["dropoff"]["instructions"]
        said = await stranger.put(path, json=WISH)
        assert said.json().items() >= WISH.items()
        _, dropoff = (await talk.hear("assignment_changed"))["assignment"]["stops"]
        assert dropoff["recipient_instructions"] == WISH["instructions"]
        assert dropoff["safe_place"] == WISH["safe_place"]
        await work_stop(talk, pickup, seq=1)
        await until_shown(
            stranger, job["tracking_token"], lambda body: not body["can_be_instructed"]
        )
        late = await stranger.put(path, json={})
        check_problem(late, 409, "invalid_state_transition")
        body = await shown(stranger, job["tracking_token"])
        assert body.items() >= WISH.items()


async def test_a_delivery_is_rated_once(
    runtime, address, keys, ids, post, ops, relay, stranger, conn
):
    job = await post(dropoff=JOB["dropoff"] | NEXT_DOOR)
    token = job["tracking_token"]
    path = f"/v1/tracking/{token}/rating"
    check_problem(await stranger.post(path, json=RATING), 409, "invalid_state_transition")
    async with on_duty(runtime, address, keys[1]) as talk:
        for seq, stop in enumerate(
            (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        ):
            await work_stop(talk, stop, seq=seq + 1)
        assert (await until_shown(stranger, token, lambda body: body["can_be_rated"]))[
            "rating"
        ] is None
    rated = await stranger.post(path, json=RATING)
    assert rated.json()["rating"] == RATING | {"tags": sorted(RATING["tags"])}
    again = await stranger.post(path, json=RATING | {"tags": RATING["tags"][::-1]})
    assert again.status_code == 200
    other = await stranger.post(path, json=RATING | {"score": 1})
    check_problem(other, 409, "invalid_state_transition")
    row = await conn.fetchrow("SELECT score, courier_id FROM rating")
    assert tuple(row) == (5, ids[0])
    seen = (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["rating"]
    assert seen == {"score": 5, "tags": sorted(RATING["tags"])}  # and no words


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("instructions", {"instructions": "x" * 281}),
        ("instructions", {"safe_place": "x" * 101}),
        ("instructions", {"safe_place": "a\nb"}),
        ("instructions", {"address": "elsewhere"}),
        ("rating", {"score": 6}),
        ("rating", {"score": 0}),
        ("rating", {"score": 5, "tags": ["handsome"]}),
        ("rating", {"score": 5, "courier_id": "x"}),
    ],
)
async def test_what_a_recipient_says_has_limits(post, stranger, path, body):
    url = f"/v1/tracking/{(await post())['tracking_token']}/{path}"
    method = "PUT" if path == "instructions" else "POST"
    check_problem(await stranger.request(method, url, json=body), 400, "invalid_params")


async def test_a_link_is_counted_by_itself(runtime, keys):
    slow = changed(runtime, recipient_requests_per_s_max=0.05)  # three at once
    async with running_api(slow) as address, client_of(address, keys[0]) as merchant:
        jobs = [
            (await merchant.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": key})).json()
            for key in "ab"
        ]
        one, other = (f"/v1/tracking/{job['tracking_token']}" for job in jobs)
        statuses = [(await merchant.get(one)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        assert (await merchant.get(other)).status_code == 200
