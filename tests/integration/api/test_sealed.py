"""What is known of recipients is shown to those who may know, and sealed wherever it is kept."""

import io

import pytest
from msgspec.structs import replace

from service.domain.sealing import ERASED, moved_on
from tests.integration.api.conftest import JOB, running_api
from tests.integration.api.talk import on_duty, resumed
from tests.integration.api.test_job_walk import NEXT_DOOR, offered, taken
from tests.integration.api.test_tracking import shown

CONTACT = {"name": "Canary Cuthbert", "phone": "+4366012345678"}
DOOR = {"address": "Canary Lane 77", "contact": CONTACT, "instructions": "canary: ring twice"}
WISH = {"instructions": "canary: knock softly", "safe_place": "under the canary cage"}
CANARIES = (b"canary", CONTACT["phone"].encode())
CANARY_JOB = {
    "pickup": JOB["pickup"] | DOOR | {"address": "Canary Court 1"},
    "dropoff": JOB["dropoff"] | NEXT_DOOR | DOOR,
}


async def tables_that_tell(conn, *canaries):
    """Return the tables in which one of these can be read, in whatever column."""
    tables = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    telling = set()
    for (table,) in tables:
        dump = io.BytesIO()
        await conn.copy_from_table(table, output=dump, format="binary")
        if any(canary in dump.getvalue().lower() for canary in canaries):
            telling.add(table)
    return telling


def contact_of(job):
    """Return what a merchant is told of the drop-off."""
    stop = next(stop for stop in job["stops"] if stop["kind"] == "dropoff")
    return {name: stop[name] for name in DOOR}


async def test_recipients_are_shown_to_who_may_know_and_can_be_read_nowhere_in_the_database(
    runtime, address, keys, ids, merchant, ops, post, relay, stranger, conn
):
    key = {"Idempotency-Key": "once"}
    answers = [await merchant.post("/v1/jobs", json=CANARY_JOB, headers=key) for _ in range(2)]
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true"]
    job = answers[0].json()
    assert job == answers[1].json() == (await merchant.get(f"/v1/jobs/{job['id']}")).json()
    listed = (await merchant.get("/v1/jobs")).json()["jobs"]
    assert [contact_of(one) for one in (job, *listed)] == [DOOR, DOOR]
    async with on_duty(runtime, address, keys[1]) as talk:
        offer = await offered(talk, ops, job, ids[0])
        assert [leg["address"] for leg in offer["legs"]] == ["Canary Court 1", "Canary Lane 77"]
        path = f"/v1/tracking/{job['tracking_token']}/instructions"
        for _ in range(2):
            assert (await stranger.put(path, json=WISH)).status_code == 200
        _, dropoff = (await taken(talk, offer))["stops"]
        assert await tables_that_tell(conn, *CANARIES) == set()
        assert [dropoff[name] for name in ("address", "contact_name", "contact_phone")] == [
            DOOR["address"],
            *CONTACT.values(),
        ]
        assert dropoff["instructions"] == DOOR["instructions"]
        assert [dropoff["recipient_instructions"], dropoff["safe_place"]] == [*WISH.values()]
    async with resumed(address, "/v1/courier", keys[1]) as again:
        (snapshot,) = [one for one in again.heard if one["type"] == "snapshot"]
        assert snapshot["state"]["assignment"]["stops"][1]["address"] == "Canary Lane 77"
    body = await shown(stranger, job["tracking_token"])
    assert (body["instructions"], body["safe_place"]) == tuple(WISH.values())
    assert [stop["first_name"] for stop in body["stops"]] == [None, "Canary"]
    page = await stranger.get(f"/t/{job['tracking_token']}")
    assert "Canary Lane 77" in page.text
    called = (await ops.get(f"/v1/ops/jobs/{job['id']}/contacts")).json()["stops"][1]
    assert called["contact_phone"] == CONTACT["phone"]
    assert await tables_that_tell(conn, *CANARIES) == set()
    assert await tables_that_tell(conn, b"sealed:") >= {"stop", "offer", "idempotency"}


async def test_a_wish_that_is_said_again_changes_nothing(post, stranger, conn):
    job = await post()
    path = f"/v1/tracking/{job['tracking_token']}/instructions"
    kept = []
    for _ in range(2):
        assert (await stranger.put(path, json=WISH)).status_code == 200
        kept.append(await conn.fetchval("SELECT safe_place FROM stop WHERE kind = 'dropoff'"))
    assert kept[0] == kept[1]


async def test_whose_key_is_gone_is_erased_wherever_they_were_shown(
    runtime, address, merchant, post, stranger
):
    job = await post()
    later = moved_on(runtime.recipient_keys, "2099-01")
    async with running_api(replace(runtime, recipient_keys=later)) as elsewhere:
        merchant.base_url = f"http://{elsewhere}"
        answer = await merchant.get(f"/v1/jobs/{job['id']}")
        assert answer.status_code == 200, answer.text
        (dropoff,) = [stop for stop in answer.json()["stops"] if stop["kind"] == "dropoff"]
        assert (dropoff["address"], dropoff["contact"]["phone"]) == (ERASED, ERASED)


async def test_until_every_api_has_the_keys_what_is_sealed_is_told_and_nothing_more_is_sealed(
    runtime, address, merchant, post, conn
):
    sealed = await post()
    opens = replace(runtime, recipient_keys=replace(runtime.recipient_keys, seals=False))
    async with running_api(opens) as elsewhere:
        merchant.base_url = f"http://{elsewhere}"
        plain = await post()
        for job in (sealed, plain):
            answer = await merchant.get(f"/v1/jobs/{job['id']}")
            assert answer.json()["stops"][1]["address"] == JOB["dropoff"]["address"]
    query = "SELECT address LIKE 'sealed:%' FROM stop WHERE kind = 'dropoff' ORDER BY id"
    assert [row[0] for row in await conn.fetch(query)] == [True, False]


@pytest.mark.parametrize("text", ["sealed:2026-11:x", "sealed:2026-11:" + "A" * 60])
async def test_an_address_that_looks_sealed_is_an_address(merchant, post, text):
    job = await post(dropoff=JOB["dropoff"] | {"address": text})
    again = (await merchant.get(f"/v1/jobs/{job['id']}")).json()
    assert [one["stops"][1]["address"] for one in (job, again)] == [text, text]
