"""The console offers nothing that the service always refuses: all that it offers is said to one."""

import json
import subprocess
from itertools import cycle
from pathlib import Path
from uuid import UUID

import pytest

from service.domain.lifecycle import (
    COURIER_LIFECYCLE,
    COURIER_OPEN_TO_OFFERS,
    JOB_ENDS,
    JOB_LIFECYCLE,
    CourierStatus,
    JobStatus,
    JobStep,
)
from service.domain.vocabulary import SuspensionReason, WaiverReason
from tests.integration.api.acts import extend, reassign_all, reinstate, suspend
from tests.integration.api.conftest import JOB
from tests.integration.api.test_javascript import NODE
from tests.integration.deliveries import StopKind, deliver, take

SCRIPT = Path(__file__).parents[2] / "javascript" / "pages" / "acts.mjs"
STEPS = {
    "reassignment": JobStep.REASSIGN,
    "cancellation": JobStep.CANCEL,
    "failure": JobStep.FAIL,
}


@pytest.fixture(scope="module")
def console():
    """What the console offers, by its own tables."""
    return json.loads(subprocess.check_output((NODE, SCRIPT), text=True, timeout=30.0))


def test_what_is_offered_for_a_job_is_a_step_of_its_life(console):
    for act in console["acts"]:
        can = {status for status, step in JOB_LIFECYCLE if step is STEPS[act["id"]]}
        assert set(map(JobStatus, act["statuses"])) == can, act["id"]
    assert set(map(JobStatus, console["extension"]["statuses"])) == set(JobStatus) - JOB_ENDS
    assert console["offer_statuses"] == [JobStatus.OPEN]


def test_what_is_offered_for_a_courier_is_a_step_of_theirs(console):
    statuses = {order["status"]: set(order["statuses"]) for order in console["orders"]}
    assert statuses["paused"] == set(COURIER_OPEN_TO_OFFERS)
    assert statuses["offline"] == set(CourierStatus) - {"offline", "ending"}
    for status in statuses["offline"]:
        assert any(before == status for before, _ in COURIER_LIFECYCLE)
    assert set(console["suspension_reasons"]) == set(SuspensionReason)
    assert set(console["waiver_reasons"]) == set(WaiverReason)


async def test_every_reason_for_an_act_upon_a_job_is_taken(
    runtime, market, console, ops, post, ids
):
    couriers = cycle(ids)
    for act in console["acts"]:
        for reason in act["reasons"]:
            job = await post()
            whose = {"courier_id": next(couriers), "market_id": market}
            if act["id"] == "reassignment":
                await take(runtime, job_id=UUID(job["id"]), **whose)
            elif act["id"] == "failure":
                await deliver(runtime, job_id=UUID(job["id"]), **whose, until=StopKind.PICKUP)
            path = act["path"].replace("JOB", job["id"])
            answer = await ops.post(path, json={"reason": reason})
            assert answer.status_code == 200, (act["id"], reason, answer.text)


async def test_every_reason_to_extend_or_to_waive_is_taken(console, ops, post):
    job = await post(pickup=JOB["pickup"] | {"required_proofs": ["code"]})
    for number, reason in enumerate(console["extension"]["reasons"], start=1):
        answer = await extend(ops, job, later_s=300 * number, reason=reason)
        assert answer.status_code == 200, (reason, answer.text)
    path = f"/v1/ops/jobs/{job['id']}/stops/{job['stops'][0]['id']}/waiver"
    for reason in console["waiver_reasons"]:
        answer = await ops.put(path, json={"waived_proofs": ["code"], "reason": reason})
        assert answer.status_code == 200, (reason, answer.text)


async def test_every_mark_of_a_stop_is_taken(runtime, market, console, ops, post, ids):
    for mark, status, reason in _marks(console):
        job = await post()
        await take(runtime, job_id=UUID(job["id"]), courier_id=ids[0], market_id=market)
        path = f"/v1/ops/jobs/{job['id']}/stops/{job['stops'][0]['id']}"
        if status == "arrived":
            reached = await ops.post(f"{path}/arrival", json={"reason": reason})
            assert reached.status_code == 200, reached.text
        body = {"reason": reason, "attempt": job["attempt"]}
        answer = await ops.post(f"{path}/{mark}", json=body)
        assert answer.status_code == 200, (mark, status, answer.text)
        way_out = "reassignment" if mark == "arrival" else "failure"  # the next job comes first
        path = f"/v1/ops/jobs/{job['id']}/{way_out}"
        answer = await ops.post(path, json={"reason": "courier_issue"})
        assert answer.status_code == 200, (mark, status, answer.text)


def _marks(console):
    """Yield each mark that is offered, with the status of the stop and the reason."""
    for mark in console["marks"]:
        for status in mark["statuses"]:
            for reason in console["waiver_reasons"]:
                yield mark["id"], status, reason


async def test_every_reason_for_an_act_upon_a_courier_is_taken(
    runtime, market, console, ops, post, ids
):
    for reason in console["courier_reasons"]:
        job = await post()
        await take(runtime, job_id=UUID(job["id"]), courier_id=ids[0], market_id=market)
        for order in console["orders"]:
            body = {"status": order["status"], "reason": reason}
            answer = await ops.put(f"/v1/ops/couriers/{ids[0]}/status", json=body)
            assert answer.status_code == 200, (body, answer.text)
        answer = await reassign_all(ops, ids[0], reason=reason)
        assert answer.status_code == 200, (reason, answer.text)
    for reason in console["suspension_reasons"]:
        answer = await suspend(ops, ids[1], reason=reason)
        assert answer.status_code == 200, (reason, answer.text)
        assert (await reinstate(ops, ids[1])).status_code == 200
