"""Proofs from the post to the door: what is asked for, given, refused, read, and by whom not."""

import asyncio
import hashlib
from uuid import uuid4

import httpx
import pytest

from service.actions.enroll import MerchantEntry, enroll
from service.api import courier_proofs, http_guard
from service.api.uploads import UPLOADS_OF_COURIER_COUNT_MAX
from service.domain.proof import BYTES_MAX, CODE_TRIES_COUNT_MAX, PICTURES_COUNT_MAX
from service.domain.vocabulary import ProofKind
from service.simulation.pictures import png
from tests.integration.api.conftest import JOB, client_of
from tests.integration.api.talk import PATIENCE_S, on_duty
from tests.integration.api.test_job_walk import NEXT_DOOR, offered, taken
from tests.integration.api.test_rest import check_problem
from tests.plain_http import PlainClient

pytestmark = pytest.mark.usefixtures("relay")

PHOTO = png(320, 240)
SIGNATURE = png(600, 240, grey=10)
NEXT = JOB["dropoff"] | NEXT_DOOR


def wrong(code):
    """Return codes that are not this one."""
    return [f"{number:06}" for number in range(CODE_TRIES_COUNT_MAX + 2) if f"{number:06}" != code]


async def begun(talk, ops, job, courier_id):
    """Have the courier take the job; return its stops."""
    return (await taken(talk, await offered(talk, ops, job, courier_id)))["stops"]


async def reach(talk, stop, *, seq):
    """Be at the stop."""
    place = {"lat_deg": stop["lat_deg"], "lng_deg": stop["lng_deg"]}
    await talk.say("report_position", seq=seq, accuracy_m=5, **place)
    await talk.say("arrive_at_stop", stop_id=stop["stop_id"], ref="here")
    await talk.hear("done", ref="here")


async def complete(talk, stop, **proof):
    """Say that the stop is done; return the answer."""
    ref = str(uuid4())
    more = {"proof": proof} if proof else {}
    await talk.say("complete_stop", stop_id=stop["stop_id"], ref=ref, **more)
    return await talk.hear_any("done", "refused", ref=ref)


async def upload(courier, stop, content=PHOTO, *, kind="photo", proof_id=None, type_="image/png"):
    return await courier.put(
        f"/v1/courier/stops/{stop['stop_id']}/proofs/{proof_id or uuid4()}",
        params={"kind": kind},
        content=content,
        headers={"Content-Type": type_},
    )


@pytest.fixture
def asking(post):
    """Post a job that asks for proofs at its stops."""

    async def ask(*, pickup=(), dropoff=(), **changes):
        return await post(
            pickup=JOB["pickup"] | {"required_proofs": pickup},
            dropoff=NEXT | {"required_proofs": dropoff} | changes,
        )

    return ask


@pytest.fixture
async def other(runtime, market, address, keys):
    """Another merchant."""
    (key,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Other")])
    async with client_of(address, key) as client:
        yield client


async def test_a_delivery_is_proven_by_code_photo_and_signature(
    runtime, address, keys, ids, asking, ops, merchant, courier, conn
):
    job = await asking(pickup=["code"], dropoff=["signature", "photo"])
    assert (len(job["pickup_code"]), job["dropoff_code"]) == (6, None)
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, dropoff = await begun(talk, ops, job, ids[0])
        assert pickup["required_proofs"] == ["code"]
        assert dropoff["required_proofs"] == ["photo", "signature"]
        assert job["pickup_code"] not in str(talk.heard)
        await reach(talk, pickup, seq=1)
        assert (await complete(talk, pickup))["code"] == "proof_required"
        assert (await complete(talk, pickup, code=job["pickup_code"]))["type"] == "done"
        await reach(talk, dropoff, seq=2)
        photo = (await upload(courier, dropoff)).json()
        assert (await complete(talk, dropoff, ids=[photo["id"]]))["code"] == "proof_required"
        signature = (await upload(courier, dropoff, SIGNATURE, kind="signature")).json()
        shown = [photo["id"], signature["id"]]
        assert (await complete(talk, dropoff, ids=shown))["type"] == "done"
    told = (await merchant.get(f"/v1/jobs/{job['id']}/proofs")).json()
    assert [(one["kind"], one["given_proofs"]) for one in told["stops"]] == [
        ("pickup", ["code"]),
        ("dropoff", ["photo", "signature"]),
    ]
    code, first, second = told["proofs"]
    named = [{name: one[name] for name in ("id", "kind", "sha256")} for one in (photo, signature)]
    assert [one["accepted_proofs"] for one in told["stops"]] == [[], named]
    assert (code["kind"], code["media_type"], code["sha256"]) == ("code", None, None)
    assert code["lat_deg"] == pickup["lat_deg"]
    assert (first, second) == (photo, signature)
    assert photo["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    assert (photo["width_px"], photo["height_px"], photo["bytes_count"]) == (320, 240, len(PHOTO))
    assert await conn.fetchval("SELECT count(*) FROM proof_code") == 0
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json()["pickup_code"] is None
    events = (await merchant.get(f"/v1/jobs/{job['id']}/events")).json()["events"]
    delivered = next(event for event in events if event["type"] == "job.delivered")
    assert delivered["data"]["stops"][1]["given_proofs"] == ["photo", "signature"]
    assert delivered["data"]["stops"][1]["accepted_proofs"] == named


async def test_the_same_picture_again_changes_nothing_also_when_the_stop_is_over(
    runtime, address, keys, ids, asking, ops, courier, conn
):
    job = await asking(pickup=["photo"])
    proof_id = uuid4()
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, job, ids[0])
        many = await asyncio.gather(*(upload(courier, pickup, proof_id=proof_id) for _ in range(2)))
        assert {answer.status_code for answer in many} == {200}  # and before the arrival
        assert many[0].json() == many[1].json()
        await reach(talk, pickup, seq=1)
        for _ in range(3):  # the answer is lost, and the app says it again
            assert (await complete(talk, pickup, ids=[str(proof_id)]))["type"] == "done"
        again = await upload(courier, pickup, proof_id=proof_id)
        assert (again.status_code, again.json()) == (200, many[0].json())
        check_problem(
            await upload(courier, pickup, SIGNATURE, proof_id=proof_id), 422, "idempotency_mismatch"
        )
        check_problem(await upload(courier, pickup), 409, "invalid_state_transition")
    assert await conn.fetchval("SELECT count(*) FROM proof") == 1


async def test_a_delivery_that_is_said_again_is_done_and_another_couriers_is_not(
    runtime, address, keys, ids, post, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, dropoff = await begun(talk, ops, await post(dropoff=NEXT), ids[0])
        for seq, stop in enumerate((pickup, dropoff), 1):
            await reach(talk, stop, seq=seq)
            assert (await complete(talk, stop))["type"] == "done"
        assert (await complete(talk, dropoff))["type"] == "done"
    async with on_duty(runtime, address, keys[2]) as talk:
        assert (await complete(talk, dropoff))["code"] == "not_found"


async def test_wrong_codes_are_counted_once_each_and_then_ops_decide(
    runtime, address, keys, ids, asking, ops
):
    job = await asking(pickup=["code"])
    first, *others = wrong(job["pickup_code"])
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, job, ids[0])
        assert (await complete(talk, pickup, code=first))["code"] == "invalid_state_transition"
        await reach(talk, pickup, seq=1)
        for _ in range(CODE_TRIES_COUNT_MAX + 1):  # as an app that hears no answer
            assert (await complete(talk, pickup, code=first))["code"] == "proof_mismatch"
        for code in others[: CODE_TRIES_COUNT_MAX - 1]:
            assert (await complete(talk, pickup, code=code))["code"] == "proof_mismatch"
        refused = await complete(talk, pickup, code=job["pickup_code"])
        assert refused["code"] == "proof_attempts_exhausted"
        (told,) = (await ops.get("/v1/ops/exceptions")).json()["exceptions"]
        assert (told["kind"], told["severity"]) == ("proof_attempts_exhausted", "critical")
        assert (told["job_id"], told["courier_id"]) == (job["id"], str(ids[0]))
        resolved = await ops.post(
            f"/v1/ops/exceptions/{told['id']}/resolution", json={"resolution": "dismiss"}
        )
        assert resolved.status_code == 200, resolved.text
        assert (await complete(talk, pickup, code=job["pickup_code"]))["type"] == "done"


async def test_a_second_attempt_at_the_door_asks_for_the_same_code_with_new_tries(
    runtime, address, keys, ids, asking, ops, merchant
):
    job = await asking(dropoff=["code"], code="4711")
    assert job["dropoff_code"] == "4711"
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, dropoff = await begun(talk, ops, job, ids[0])
        await reach(talk, pickup, seq=1)
        await complete(talk, pickup)
        await reach(talk, dropoff, seq=2)
        for code in wrong("4711")[:CODE_TRIES_COUNT_MAX]:
            await complete(talk, dropoff, code=code)
        await talk.say("fail_stop", stop_id=dropoff["stop_id"], reason="recipient_unreachable")
        await talk.hear("job_updated", status="undeliverable")
        for told in (await ops.get("/v1/ops/exceptions")).json()["exceptions"]:
            if told["kind"] == "attempt_failed":
                path = f"/v1/ops/exceptions/{told['id']}/resolution"
                assert (await ops.post(path, json={"resolution": "retry"})).status_code == 200
        await talk.hear("job_updated", status="enroute_to_dropoff")
        route = (await talk.hear("assignment_changed"))["assignment"]["stops"]
        assert route[0]["required_proofs"] == ["code"]
        await reach(talk, route[0], seq=3)
        assert (await complete(talk, route[0], code="4711"))["type"] == "done"
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json()["status"] == "delivered"


async def test_a_picture_proves_its_own_stop_only(
    runtime, address, keys, ids, asking, ops, courier
):
    job = await asking(pickup=["photo"], dropoff=["photo"])
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, dropoff = await begun(talk, ops, job, ids[0])
        elsewhere = (await upload(courier, dropoff)).json()["id"]
        unknown = str(uuid4())
        await reach(talk, pickup, seq=1)
        answer = await complete(talk, pickup, ids=[elsewhere, unknown])
        assert answer["code"] == "proof_required"


@pytest.mark.parametrize(
    ("content", "type_", "kind", "status", "code"),
    [
        (b"<svg onload='alert(1)'/>", "image/svg+xml", "photo", 415, "unsupported_media_type"),
        (b"<svg onload='alert(1)'/>", "image/png", "photo", 422, "proof_invalid"),
        (PHOTO, "application/json", "photo", 415, "unsupported_media_type"),
        (b"", "image/png", "photo", 422, "proof_invalid"),
        (PHOTO, "image/png", "code", 400, "invalid_params"),
        (png(8, 8), "image/png", "photo", 422, "proof_invalid"),
        (PHOTO + bytes(BYTES_MAX[ProofKind.SIGNATURE]), "image/png", "signature", 422, None),
        (PHOTO + bytes(BYTES_MAX[ProofKind.PHOTO]), "image/png", "photo", 413, "payload_too_large"),
    ],
)
async def test_what_is_no_proof_is_refused(
    runtime, address, keys, ids, asking, ops, courier, content, type_, kind, status, code
):
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, await asking(pickup=["photo"]), ids[0])
        answer = await upload(courier, pickup, content, kind=kind, type_=type_)
    check_problem(answer, status, code or "proof_invalid")


async def test_pictures_of_a_stop_are_few_and_of_strangers_none(
    runtime, conn, address, keys, ids, asking, ops, courier, clients
):
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, await asking(pickup=["photo"]), ids[0])
        check_problem(await upload(clients[2], pickup), 404, "not_found")
        for _ in range(PICTURES_COUNT_MAX + 2):  # taken again and again
            assert (await upload(courier, pickup)).status_code == 200
        assert await conn.fetchval("SELECT count(*) FROM proof") == PICTURES_COUNT_MAX


async def test_a_picture_may_take_longer_than_other_requests(
    runtime, address, keys, ids, asking, ops, courier, monkeypatch
):
    monkeypatch.setattr(http_guard, "REQUEST_S_MAX", 0.2)

    async def slow():
        yield PHOTO[:10]
        await asyncio.sleep(0.5)  # it is the time itself that counts
        yield PHOTO[10:]

    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, await asking(pickup=["photo"]), ids[0])
        assert (await upload(courier, pickup, slow())).status_code == 200
        monkeypatch.setattr(courier_proofs, "UPLOAD_S_MAX", 0.3)
        with pytest.raises(httpx.TransportError):
            await upload(courier, pickup, slow())


async def test_who_sends_slowly_has_few_pictures_on_the_way_and_holds_up_nobody(
    runtime, address, keys, ids, asking, ops, clients
):
    end = asyncio.Event()

    async def slow():
        yield PHOTO[:10]
        await end.wait()
        yield PHOTO[10:]

    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, await asking(pickup=["photo"]), ids[0])
        sent = []
        async with asyncio.TaskGroup() as group:
            async with asyncio.timeout(PATIENCE_S):
                answer = await upload(clients[1], pickup)
                while answer.status_code != 503:
                    sent.append(group.create_task(upload(clients[1], pickup, slow())))
                    await clients[1].get("/v1/courier/decisions")  # it arrives meanwhile
                    answer = await upload(clients[1], pickup)
            check_problem(answer, 503, "overloaded")
            check_problem(await upload(clients[2], pickup), 404, "not_found")  # it is asked
            end.set()
        assert len(sent) >= UPLOADS_OF_COURIER_COUNT_MAX
        assert {task.result().status_code for task in sent} <= {200, 409, 503}


async def test_pictures_are_read_by_whose_job_it_is_and_never_run(
    runtime, address, keys, ids, asking, ops, courier, merchant, other
):
    job = await asking(pickup=["photo"])
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, job, ids[0])
        proof = (await upload(courier, pickup)).json()
    for reader, path in ((merchant, "/v1/jobs"), (ops, "/v1/ops/jobs")):
        listed = (await reader.get(f"{path}/{job['id']}/proofs")).json()
        assert listed["proofs"] == [proof]
        read = await reader.get(f"{path}/{job['id']}/proofs/{proof['id']}/content")
        assert (read.status_code, read.content) == (200, PHOTO)
        assert read.headers["content-type"] == "image/png"
        assert read.headers["x-content-type-options"] == "nosniff"
        assert read.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in read.headers["content-security-policy"]
        assert read.headers["cache-control"] == "no-store"
    check_problem(await other.get(f"/v1/jobs/{job['id']}/proofs"), 404, "not_found")
    path = f"/v1/jobs/{job['id']}/proofs/{proof['id']}/content"
    check_problem(await other.get(path), 404, "not_found")
    mine = await asking()
    path = f"/v1/jobs/{mine['id']}/proofs/{proof['id']}/content"
    check_problem(await merchant.get(path), 404, "not_found")


async def test_a_recipient_says_the_code_and_sees_the_photo_where_the_market_shows_it(
    runtime, address, keys, ids, asking, ops, courier
):
    job = await asking(dropoff=["code", "photo"])
    async with PlainClient(base_url=f"http://{address}") as stranger:
        link = f"/v1/tracking/{job['tracking_token']}"
        assert (await stranger.get(link)).json()["code"] == job["dropoff_code"]
        page = (await stranger.get(f"/t/{job['tracking_token']}")).text
        assert f"{job['dropoff_code'][:3]} {job['dropoff_code'][3:]}" in page
        async with on_duty(runtime, address, keys[1]) as talk:
            pickup, dropoff = await begun(talk, ops, job, ids[0])
            await reach(talk, pickup, seq=1)
            await complete(talk, pickup)
            await reach(talk, dropoff, seq=2)
            photo = (await upload(courier, dropoff)).json()["id"]
            assert (await upload(courier, dropoff, png(640, 480))).status_code == 200  # not named
            assert (await stranger.get(f"{link}/photo")).status_code == 204
            done = await complete(talk, dropoff, code=job["dropoff_code"], ids=[photo])
            assert done["type"] == "done"
        body = (await stranger.get(link)).json()
        assert (body["code"], body["has_photo"]) == (None, False)
        assert body["stops"][1]["given_proofs"] == ["code", "photo"]
        assert (await stranger.get(f"{link}/photo")).status_code == 204
        version = (await ops.get("/v1/ops/market/policy")).json()["version"]
        policy = {"based_on_version": version, "policy": {"shows_photos": True}}
        assert (await ops.put("/v1/ops/market/policy", json=policy)).status_code == 200
        assert (await stranger.get(link)).json()["has_photo"] is True
        seen = await stranger.get(f"{link}/photo")
        assert (seen.status_code, seen.content) == (200, PHOTO)
        page = (await stranger.get(f"/t/{job['tracking_token']}")).text
        assert f'src="{link}/photo"' in page


async def test_codes_are_told_to_the_merchant_again_and_kept_with_no_answer(
    post, merchant, other, conn
):
    asked = {"pickup": JOB["pickup"] | {"required_proofs": ["code"]}}
    first = await post(key="order-7", **asked)
    again = await post(key="order-7", **asked)
    assert again == first
    assert (await merchant.get(f"/v1/jobs/{first['id']}")).json()["pickup_code"]
    assert "pickup_code" not in str((await merchant.get("/v1/jobs")).json())
    check_problem(await other.get(f"/v1/jobs/{first['id']}"), 404, "not_found")
    stored = await conn.fetchval("SELECT convert_from(body, 'UTF8') FROM idempotency")
    facts = await conn.fetchval("SELECT string_agg(body::text, '') FROM fact")
    for text in (stored, facts):
        assert first["pickup_code"] not in text


async def test_a_merchants_colour_is_on_the_page_of_its_deliveries(address, post, merchant, other):
    assert (await merchant.get("/v1/appearance")).json() == {"color": None}
    job = await post()
    async with PlainClient(base_url=f"http://{address}") as stranger:
        path = f"/t/{job['tracking_token']}"
        assert "<style>" not in (await stranger.get(path)).text
        chosen = await merchant.put("/v1/appearance", json={"color": "#7a1fa2"})
        assert (chosen.status_code, chosen.json()) == (200, {"color": "#7a1fa2"})
        page = await stranger.get(path)
        assert "--accent:#7a1fa2;--accent-ink:#ffffff" in page.text
        assert "style-src 'self' 'sha256-" in page.headers["content-security-policy"]
        assert (await other.get("/v1/appearance")).json() == {"color": None}
        for color in ("red", "#FFF", "#7a1fa2;}body{display:none}", 7):
            refused = await merchant.put("/v1/appearance", json={"color": color})
            check_problem(refused, 400, "invalid_params")
        assert (await merchant.put("/v1/appearance", json={"color": None})).status_code == 200
        assert "<style>" not in (await stranger.get(path)).text
