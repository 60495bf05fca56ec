"""Ops move a deadline: the matching, the courier and the merchant hear of it, the promise stays."""

from datetime import datetime

import pytest

from service.store import couriers, jobs
from tests.integration.api.acts import extend, last_entry
from tests.integration.api.talk import on_duty, resumed
from tests.integration.api.test_job_walk import offered, taken

pytestmark = pytest.mark.usefixtures("relay")


async def test_the_merchant_hears_of_it_and_the_promise_stays(
    runtime, address, keys, post, ops, merchant
):
    job = await post()
    async with resumed(address, "/v1/stream", keys[0]) as watching:
        answer = await extend(ops, job, later_s=900)
        assert answer.status_code == 200, answer.text
        while (told := (await watching.hear("event"))["event"])["type"] != "job.updated":
            pass
    assert told["data"]["due_at"] == job["due_at"]
    assert told["data"]["extended_until"] == answer.json()["extended_until"]
    read = (await merchant.get(f"/v1/jobs/{job['id']}")).json()
    assert (read["due_at"], read["extended_until"]) == (
        job["due_at"],
        answer.json()["extended_until"],
    )
    async with runtime.pool.connection() as conn:
        (row,) = await jobs.read_unoffered(conn, market_id="vienna", job_ids=[job["id"]])
    assert row.due_at == datetime.fromisoformat(read["extended_until"])
    entry = await last_entry(ops)
    assert (entry["action"], entry["subject"], entry["reason"]) == (
        *("extend_deadline", f"job:{job['id']}", "technical_issue"),
    )


async def test_the_courier_is_told_the_route_with_the_new_deadline(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        _, before = (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        extended = (await extend(ops, job, later_s=900)).json()["extended_until"]
        _, after = (await talk.hear("assignment_changed"))["assignment"]["stops"]
        assert (before["due_at"], after["due_at"]) == (job["due_at"], extended)
        async with runtime.pool.connection() as conn:
            (row,) = await couriers.read_available(conn, market_id="vienna", courier_ids=[ids[0]])
    assert {stop.due_at for stop in row.route} == {datetime.fromisoformat(extended)}


async def test_the_same_again_is_told_to_nobody(ops, post):
    job = await post()
    first = await extend(ops, job, later_s=900)
    number = (await last_entry(ops))["number"]
    again = await extend(ops, job, later_s=900)
    assert again.json()["version"] == first.json()["version"]
    assert (await last_entry(ops))["number"] == number
    back = await extend(ops, job, later_s=0)
    assert back.json()["extended_until"] is None


@pytest.mark.parametrize("later_s", [-1, 7_201, 10**9])
async def test_it_is_never_earlier_than_the_promise_nor_beyond_the_policy(ops, post, later_s):
    answer = await extend(ops, await post(), later_s=later_s)
    assert (answer.status_code, answer.json()["field"]) == (400, "/deadline_at")


async def test_a_job_that_is_over_has_none(ops, post):
    job = await post()
    over = {"reason": "duplicate_job"}
    assert (await ops.post(f"/v1/ops/jobs/{job['id']}/cancellation", json=over)).status_code == 200
    answer = await extend(ops, job, later_s=900)
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state_transition")
