"""Ops have a stop done without a proof: the courier goes on, and the merchant is told why."""

from uuid import uuid4

import pytest

from tests.integration.api.acts import last_entry, undo
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import NEXT_DOOR
from tests.integration.api.test_proofs import begun, complete, reach, upload, wrong
from tests.integration.api.test_rest import check_problem

pytestmark = pytest.mark.usefixtures("relay")

NEXT = JOB["dropoff"] | NEXT_DOOR


@pytest.fixture
def asking(post):
    """Post a job that asks for proofs at its pickup."""

    async def ask(*kinds):
        return await post(pickup=JOB["pickup"] | {"required_proofs": kinds}, dropoff=NEXT)

    return ask


async def waive(ops, job, *kinds, stop_id=None, reason="code_unknown"):
    stop_id = stop_id or job["stops"][0]["id"]
    return await ops.put(
        f"/v1/ops/jobs/{job['id']}/stops/{stop_id}/waiver",
        json={"waived_proofs": kinds, "reason": reason},
    )


async def test_the_courier_goes_on_without_and_the_merchant_knows_why(
    runtime, address, keys, ids, asking, ops, merchant, courier
):
    job = await asking("code", "photo")
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, job, ids[0])
        await reach(talk, pickup, seq=1)
        photo = (await upload(courier, pickup)).json()["id"]
        for code in wrong(job["pickup_code"])[:5]:
            await complete(talk, pickup, code=code, ids=[photo])
        answer = await waive(ops, job, "code")
        assert answer.status_code == 200, answer.text
        (decided,) = (await ops.get("/v1/ops/exceptions")).json()["exceptions"]
        assert (decided["kind"], decided["resolution"]) == ("proof_attempts_exhausted", "cleared")
        told = (await talk.hear("assignment_changed"))["assignment"]["stops"][0]
        while told["required_proofs"] != ["photo"]:
            told = (await talk.hear("assignment_changed"))["assignment"]["stops"][0]
        assert (await complete(talk, pickup))["code"] == "proof_required"  # the photo is
        assert (await complete(talk, pickup, ids=[photo]))["type"] == "done"
    told = (await merchant.get(f"/v1/jobs/{job['id']}/proofs")).json()
    stop = told["stops"][0]
    assert (stop["required_proofs"], stop["given_proofs"]) == (["code", "photo"], ["photo"])
    assert (stop["waived_proofs"], stop["waiver_reason"]) == (["code"], "code_unknown")
    assert [proof["kind"] for proof in told["proofs"]] == ["photo"]
    row = (await merchant.get(f"/v1/jobs/{job['id']}")).json()
    assert row["stops"][0]["waiver_reason"] == "code_unknown"
    assert row["pickup_code"] is None
    events = (await merchant.get(f"/v1/jobs/{job['id']}/events")).json()["events"]
    for type_ in ("job.updated", "job.picked_up"):
        (event,) = [event for event in events if event["type"] == type_]
        assert event["data"]["stops"][0]["waived_proofs"] == ["code"]
    entry = await last_entry(ops, action="waive_proof")
    assert (entry["subject"], entry["reason"]) == (f"job:{job['id']}", "code_unknown")
    assert entry["after"]["waived_proofs"] == "code"


async def test_it_is_taken_back_and_said_twice_changes_nothing(asking, ops):
    job = await asking("code")
    act = await waive(ops, job, "code")
    again = await waive(ops, job, "code")
    assert again.json() == act.json()
    assert (await undo(ops, act)).json()["action"] == "waive_proof"
    stop = (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["stops"][0]
    assert (stop["waived_proofs"], stop["waiver_reason"]) == ([], None)
    entry = await last_entry(ops)
    assert (entry["action"], "undoes" in entry["after"]) == ("waive_proof", True)


async def test_only_what_a_stop_of_the_job_asks_for_is_waived_and_while_it_can(asking, ops):
    job, other = await asking("code"), await asking("code")
    refused = await waive(ops, job, "photo")
    assert (refused.status_code, refused.json()["field"]) == (400, "/waived_proofs")
    for stop_id in (other["stops"][0]["id"], str(uuid4())):
        check_problem(await waive(ops, job, "code", stop_id=stop_id), 404, "not_found")
    check_problem(await waive(ops, job, "code", reason="lazy"), 400, "invalid_params")
    over = {"reason": "duplicate_job"}
    assert (await ops.post(f"/v1/ops/jobs/{job['id']}/cancellation", json=over)).status_code == 200
    check_problem(await waive(ops, job, "code"), 409, "invalid_state_transition")
