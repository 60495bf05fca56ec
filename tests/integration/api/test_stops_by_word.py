"""Ops mark a stop as reached or done for a courier whose phone is dead: all follows as from it."""

from uuid import UUID

import pytest

from tests.integration.api.acts import last_entry, undo
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import NEXT_DOOR
from tests.integration.api.test_proofs import begun, complete, upload
from tests.integration.api.test_rest import check_problem

pytestmark = pytest.mark.usefixtures("relay")

NEXT = JOB["dropoff"] | NEXT_DOOR
WHY = {"reason": "device_broken"}


async def mark(ops, job, number, act, **said):
    """Mark a stop of the job; return the answer."""
    stop_id = job["stops"][number]["id"]
    return await ops.post(f"/v1/ops/jobs/{job['id']}/stops/{stop_id}/{act}", json=WHY | said)


async def test_a_delivery_by_word_is_told_paid_and_audited(
    runtime, address, keys, ids, post, ops, merchant, conn
):
    job = await post(dropoff=NEXT)
    async with on_duty(runtime, address, keys[1]) as talk:
        await begun(talk, ops, job, ids[0])
        reached = await mark(ops, job, 0, "arrival", attempt=1)
        assert reached.status_code == 200, reached.text
        assert reached.json()["status"] == "arrived_at_pickup"
        await talk.hear("job_updated", status="arrived_at_pickup", actor="ops")
        entry = await last_entry(ops)
        assert (entry["action"], entry["reason"]) == ("arrive_for_courier", "device_broken")
        assert entry["subject"] == f"job:{job['id']}"
        assert entry["before"]["stop_status"] == "enroute"
        assert entry["after"]["stop_status"] == "arrived"
        assert (await mark(ops, job, 0, "completion")).status_code == 200
        await talk.hear("job_updated", status="picked_up", actor="ops")
        done = await mark(ops, job, 1, "completion")  # it is reached by that, too
        assert done.json()["status"] == "delivered"
        await talk.hear("job_updated", status="delivered", actor="ops")
        again = await mark(ops, job, 1, "completion")
        assert again.json() == done.json()
        # The phone is back, and says what was done.
        stop_id = job["stops"][1]["id"]
        await talk.say("arrive_at_stop", stop_id=stop_id, ref="there")
        assert (await talk.hear_any("done", "refused", ref="there"))["type"] == "done"
        assert (await complete(talk, {"stop_id": stop_id}))["type"] == "done"
    events = (await merchant.get(f"/v1/jobs/{job['id']}/events")).json()["events"]
    assert [event["type"] for event in events][-3:] == [
        "job.enroute_to_dropoff",
        "job.arrived_at_dropoff",
        "job.delivered",
    ]
    told = (await ops.get(f"/v1/ops/jobs/{job['id']}/events")).json()["events"]
    assert {event["actor"] for event in told[-5:]} == {"ops"}
    kinds = await conn.fetch("SELECT kind FROM transfer WHERE job_id = $1", UUID(job["id"]))
    assert sorted(row["kind"] for row in kinds) == ["charge", "pay"]
    lines = (await ops.get("/v1/ops/audit", params={"subject": f"job:{job['id']}"})).json()[
        "entries"
    ]
    assert [line["action"] for line in lines].count("complete_for_courier") == 2
    check_problem(await undo(ops, done), 409, "undo_too_late")


async def test_what_was_uploaded_counts_and_the_rest_is_waived_if_that_is_said(
    runtime, address, keys, ids, post, ops, merchant, courier
):
    job = await post(pickup=JOB["pickup"] | {"required_proofs": ["code", "photo"]}, dropoff=NEXT)
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, job, ids[0])
        photo = (await upload(courier, pickup)).json()["id"]
    check_problem(await mark(ops, job, 0, "completion"), 422, "proof_required")
    assert (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"] == "enroute_to_pickup"
    done = await mark(ops, job, 0, "completion", waives_proofs=True)
    assert done.status_code == 200, done.text
    stop = (await merchant.get(f"/v1/jobs/{job['id']}")).json()["stops"][0]
    assert (stop["waived_proofs"], stop["waiver_reason"]) == (["code"], "device_broken")
    told = (await merchant.get(f"/v1/jobs/{job['id']}/proofs")).json()
    assert told["stops"][0]["given_proofs"] == ["photo"]
    assert [proof["id"] for proof in told["proofs"]] == [photo]
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json()["pickup_code"] is None


async def test_only_the_next_stop_of_who_has_the_job_is_marked(
    runtime, address, keys, ids, post, ops
):
    job, other = await post(dropoff=NEXT), await post(dropoff=NEXT)
    for act in ("arrival", "completion"):  # nobody has it
        check_problem(await mark(ops, job, 0, act), 409, "invalid_state_transition")
    async with on_duty(runtime, address, keys[1]) as talk:
        await begun(talk, ops, job, ids[0])
    for act in ("arrival", "completion"):
        check_problem(await mark(ops, job, 1, act), 409, "invalid_state_transition")
        check_problem(await mark(ops, job, 0, act, attempt=2), 409, "already_assigned")
        check_problem(await mark(ops, job, 0, act, reason="lazy"), 400, "invalid_params")
        foreign = {"id": job["id"], "stops": other["stops"]}
        check_problem(await mark(ops, foreign, 0, act), 404, "not_found")
    assert (await mark(ops, job, 0, "arrival")).status_code == 200
    entry = await last_entry(ops)
    assert (await mark(ops, job, 0, "arrival")).status_code == 200
    assert await last_entry(ops) == entry  # said twice
