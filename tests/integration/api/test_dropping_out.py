"""A courier drops out: one call decides all that is in hand, once, and says what became of it."""

import asyncio

import pytest

from tests.integration.api.acts import last_entry, reassign_all
from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import offered, taken, work_stop

pytestmark = pytest.mark.usefixtures("relay")


async def with_two_jobs(talk, ops, post, courier_id):
    """Two jobs in hand, the first of them on board; return both."""
    first, second = await post(), await post()
    pickup, _ = (await taken(talk, await offered(talk, ops, first, courier_id)))["stops"]
    await work_stop(talk, pickup, seq=1)
    await talk.hear("job_updated", status="enroute_to_dropoff")
    await taken(talk, await offered(talk, ops, second, courier_id))
    return first, second


async def status_of(ops, job):
    return (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"]


async def test_one_call_decides_every_job_and_ends_the_shift(
    runtime, address, keys, ids, post, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        aboard, waiting = await with_two_jobs(talk, ops, post, ids[0])
        answer = await reassign_all(ops, ids[0])
        assert answer.status_code == 200, answer.text
        assert {one["job_id"]: one["fate"] for one in answer.json()["jobs"]} == {
            aboard["id"]: "undeliverable",
            waiting["id"]: "reopened",
        }
        assert answer.json()["courier"]["status"] == "ending"
        changed = (await talk.hear("assignment_changed"))["assignment"]
        while changed["stops"]:
            changed = (await talk.hear("assignment_changed"))["assignment"]
    assert await status_of(ops, aboard) == "undeliverable"
    assert await status_of(ops, waiting) == "open"
    (exception,) = (await ops.get("/v1/ops/exceptions")).json()["exceptions"]
    assert (exception["kind"], exception["job_id"]) == ("attempt_failed", aboard["id"])
    entry = await last_entry(ops)
    assert (entry["action"], entry["after"][waiting["id"]]) == ("reassign_all", "reopened")
    for job in (aboard, waiting):
        assert (await last_entry(ops, subject=f"job:{job['id']}"))["action"] == "reassign_all"


async def test_the_same_key_decides_once_whoever_has_jobs_by_then(
    runtime, address, keys, ids, post, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        job = await post()
        await taken(talk, await offered(talk, ops, job, ids[0]))
        answers = await asyncio.gather(*(reassign_all(ops, ids[0], key="once") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.json()["jobs"]) for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    async with on_duty(runtime, address, keys[1]) as talk:
        await offered(talk, ops, await post(), ids[0])
        again = await reassign_all(ops, ids[0], key="once")
        assert again.json()["jobs"] == answers[0].json()["jobs"]
        assert (await ops.get(f"/v1/ops/couriers/{ids[0]}")).json()["status"] == "online"
        offers = (await ops.get("/v1/ops/offers", params={"status": "pending"})).json()["offers"]
        assert len(offers) == 1


async def test_the_same_key_for_another_reason_is_refused(ops, ids):
    assert (await reassign_all(ops, ids[0], key="once")).json()["jobs"] == []
    answer = await reassign_all(ops, ids[0], key="once", reason="technical_issue")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert (await reassign_all(ops, ids[1], key="once")).status_code == 200


async def test_without_a_key_nothing_is_done(ops, ids):
    answer = await ops.post(
        f"/v1/ops/couriers/{ids[0]}/reassignment", json={"reason": "courier_issue"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_params")
