"""Ops look at a courier, and take one off the matching."""

import pytest

from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import offered, taken

NO_ANSWERS = {
    "offers_count": 0,
    "accepted_count": 0,
    "declined_count": 0,
    "expired_seen_count": 0,
}

pytestmark = pytest.mark.usefixtures("relay")


async def test_a_courier_is_read_with_the_name_that_facts_leave_out(ops, ids):
    read = (await ops.get(f"/v1/ops/couriers/{ids[0]}")).json()
    (listed,) = [
        one
        for one in (await ops.get("/v1/ops/couriers")).json()["couriers"]
        if one["id"] == str(ids[0])
    ]
    assert read == listed | {"answers": NO_ANSWERS}
    assert read["name"]


async def test_a_courier_is_read_with_what_became_of_the_last_offers(
    runtime, address, keys, ids, post, ops, conn
):
    path = f"/v1/ops/couriers/{ids[0]}"
    async with on_duty(runtime, address, keys[1]) as talk:
        offer = await offered(talk, ops, await post(), ids[0])
        await talk.say("decline_offer", offer_id=offer["offer_id"], reason="too_far", ref="no")
        await talk.hear("done", ref="no")
        await taken(talk, await offered(talk, ops, await post(), ids[0]))
    counts = NO_ANSWERS | {"offers_count": 2, "accepted_count": 1, "declined_count": 1}
    assert (await ops.get(path)).json()["answers"] == counts
    await conn.execute("UPDATE offer SET status = 'expired', seen_at = created_at")
    seen = NO_ANSWERS | {"offers_count": 2, "expired_seen_count": 2}
    assert (await ops.get(path)).json()["answers"] == seen
    await conn.execute("UPDATE offer SET created_at = created_at - interval '31 days'")
    assert (await ops.get(path)).json()["answers"] == NO_ANSWERS


async def test_a_paused_courier_is_told_and_loses_the_offer_but_not_the_account(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await offered(talk, ops, job, ids[0])
        order = {"status": "paused", "reason": "courier_no_progress"}
        answer = await ops.put(f"/v1/ops/couriers/{ids[0]}/status", json=order)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "paused"
        await talk.hear("offer_revoked")
        await talk.hear("notice")
    (entry,) = (await ops.get("/v1/ops/audit", params={"action": "set_status"})).json()["entries"]
    assert entry["subject"] == f"courier:{ids[0]}"
    assert (entry["before"], entry["after"]["status"]) == ({"status": "online"}, "paused")
    assert entry["reason"] == "courier_no_progress"
    assert entry["request_id"]


async def test_who_is_off_duty_cannot_be_paused_and_nothing_is_audited(ops, ids):
    order = {"status": "paused", "reason": "courier_issue"}
    answer = await ops.put(f"/v1/ops/couriers/{ids[0]}/status", json=order)
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state_transition")
    entries = (await ops.get("/v1/ops/audit", params={"action": "set_status"})).json()["entries"]
    assert entries == []


async def test_nobody_is_put_on_duty_by_ops(ops, ids):
    order = {"status": "online", "reason": "courier_issue"}
    answer = await ops.put(f"/v1/ops/couriers/{ids[0]}/status", json=order)
    assert (answer.status_code, answer.json()["field"]) == (400, "/status")
