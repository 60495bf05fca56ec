"""Ops suspend a courier, who is told why, may not work, and can still see what is owed."""

from datetime import timedelta

import pytest

from tests.integration.api.acts import last_entry, reinstate, suspend
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty, resumed
from tests.integration.api.test_job_walk import NEXT_DOOR, offered, taken, work_stop

pytestmark = pytest.mark.usefixtures("relay")


async def try_online(runtime, talk):
    await talk.say(
        "set_status",
        ref="on",
        status="online",
        vehicle="bike",
        capacity={"weight_g": 16_000, "volume_l": 60, "jobs_count": 3},
        shift_ends_at=(runtime.clock.now() + timedelta(hours=4)).isoformat(),
    )
    return await talk.hear_any("done", "refused", ref="on")


async def test_who_is_suspended_is_off_duty_told_and_kept_from_going_online(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await offered(talk, ops, job, ids[0])
        answer = await suspend(ops, ids[0])
        assert answer.status_code == 200, answer.text
        assert (answer.json()["status"], answer.json()["suspension"]["reason"]) == (
            *("offline", "safety"),
        )
        await talk.hear("offer_revoked")
        notice = await talk.hear("notice", notice="suspended")
        assert notice["suspension"] == {"reason": "safety", "until": None}
        assert (await try_online(runtime, talk))["code"] == "courier_suspended"
    entry = await last_entry(ops)
    assert (entry["action"], entry["subject"], entry["reason"]) == (
        *("suspend_courier", f"courier:{ids[0]}", "safety"),
    )
    assert (entry["before"]["account_status"], entry["after"]["account_status"]) == (
        *("active", "suspended"),
    )


async def test_who_is_suspended_logs_in_and_reads_what_was_earned(
    runtime, courier, ids, ops, address, keys
):
    assert (await suspend(ops, ids[0])).status_code == 200
    assert (await courier.post("/v1/courier/session")).status_code == 201
    period = {"from": "2026-01-01T00:00:00Z", "to": runtime.clock.now().isoformat()}
    assert (await courier.get("/v1/courier/statement", params=period)).status_code == 200
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        state = talk.heard[-1]["state"]
        assert state["suspension"]["reason"] == "safety"


async def test_a_suspension_ends_by_its_time_and_nobody_sees_to_it(
    runtime, conn, address, keys, ids, ops
):
    until = runtime.clock.now() + timedelta(hours=1)
    assert (await suspend(ops, ids[0], until=until.isoformat())).status_code == 200
    listed = (await ops.get("/v1/ops/couriers", params={"only_suspended": True})).json()
    assert [one["id"] for one in listed["couriers"]] == [str(ids[0])]
    await conn.execute("UPDATE courier SET suspended_until = now() WHERE id = $1", ids[0])
    assert (await ops.get(f"/v1/ops/couriers/{ids[0]}")).json()["suspension"] is None
    listed = (await ops.get("/v1/ops/couriers", params={"only_suspended": True})).json()
    assert listed["couriers"] == []
    async with on_duty(runtime, address, keys[1]):
        row = await conn.fetchrow("SELECT * FROM courier WHERE id = $1", ids[0])
    assert (row["account_status"], row["suspension_reason"], row["suspended_until"]) == (
        *("active", None, None),
    )


async def test_a_reinstated_courier_goes_online_alone(runtime, address, keys, ids, ops):
    async with on_duty(runtime, address, keys[1]) as talk:
        await suspend(ops, ids[0])
        answer = await reinstate(ops, ids[0])
        assert (answer.json()["status"], answer.json()["suspension"]) == ("offline", None)
        await talk.hear("notice", notice="reinstated")
        assert (await try_online(runtime, talk))["type"] == "done"
    assert (await last_entry(ops))["action"] == "reinstate_courier"
    number = (await last_entry(ops))["number"]
    assert (await reinstate(ops, ids[0])).status_code == 200  # again: nothing to note
    assert (await last_entry(ops))["number"] == number


async def test_while_nothing_is_picked_up_the_jobs_go_to_others(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await taken(talk, await offered(talk, ops, job, ids[0]))
        assert (await suspend(ops, ids[0])).json()["status"] == "offline"
    assert (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"] == "open"
    told = await last_entry(ops, subject=f"job:{job['id']}")
    assert (told["action"], told["after"]["courier_id"]) == ("suspend_courier", None)


async def test_with_a_parcel_on_board_somebody_has_to_say_what_becomes_of_it(
    runtime, address, keys, ids, post, ops
):
    job = await post(dropoff=JOB["dropoff"] | NEXT_DOOR)
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, dropoff = (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        await work_stop(talk, pickup, seq=1)
        await talk.hear("job_updated", status="enroute_to_dropoff")
        refused = await suspend(ops, ids[0])
        assert (refused.status_code, refused.json()["code"]) == (409, "parcels_aboard")
        finishing = await suspend(ops, ids[0], jobs_in_hand="finish")
        assert finishing.json()["status"] == "ending"
        await work_stop(talk, dropoff, seq=2)
        await talk.hear("job_updated", status="delivered")
        await talk.hear("notice", status="offline")
        assert (await try_online(runtime, talk))["code"] == "courier_suspended"


async def test_a_suspension_can_leave_the_parcel_to_a_decision_of_ops(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        await work_stop(talk, pickup, seq=1)
        await talk.hear("job_updated", status="enroute_to_dropoff")
        assert (await suspend(ops, ids[0], jobs_in_hand="reassign")).status_code == 200
    (exception,) = (await ops.get("/v1/ops/exceptions")).json()["exceptions"]
    assert (exception["kind"], exception["job_id"]) == ("attempt_failed", job["id"])


@pytest.mark.parametrize(
    "said", [{"reason": "boredom"}, {"until": "2020-01-01T00:00:00Z"}, {"jobs_in_hand": "drop"}]
)
async def test_what_makes_no_sense_is_refused_and_not_noted(ops, ids, said):
    before = await last_entry(ops)
    answer = await suspend(ops, ids[0], **said)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_params")
    assert await last_entry(ops) == before
