"""Ops take back what they have just done, while nothing else has happened."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.actions.enroll import OperatorEntry, enroll
from service.domain.ids import ExceptionId, JobId
from service.domain.vocabulary import ExceptionKind, OperatorRole, Severity
from service.store.told_exceptions import open_and_tell
from tests.integration.api.acts import WHY, extend, last_entry, reassign_all, suspend, undo
from tests.integration.api.conftest import client_of
from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import offered, taken

pytestmark = pytest.mark.usefixtures("relay")


async def read(ops, job):
    return (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()


async def check_too_late(answer):
    assert (answer.status_code, answer.json()["code"]) == (409, "undo_too_late"), answer.text


async def pause(ops, *, is_paused):
    return await ops.put("/v1/ops/market/pause", json={"is_paused": is_paused})


async def test_an_offer_by_hand_is_taken_back(runtime, address, keys, ids, post, ops):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        path = f"/v1/ops/jobs/{job['id']}/assignment"
        act = await ops.post(path, json={"courier_id": str(ids[0])})
        await talk.hear("offer_made")
        answer = await undo(ops, act)
        assert answer.json() == {"action": "assign_job", "subject": f"job:{job['id']}"}
        assert (await talk.hear("offer_revoked"))["reason"] == "withdrawn"
    assert (await read(ops, job))["offer_id"] is None
    number = (await last_entry(ops, action="assign_job"))["number"]
    entry = await last_entry(ops)
    assert (entry["action"], entry["after"]["undoes"]) == ("withdraw_offer", number)


async def test_an_offer_that_was_accepted_stays_accepted(runtime, address, keys, ids, post, ops):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        path = f"/v1/ops/jobs/{job['id']}/assignment"
        act = await ops.post(path, json={"courier_id": str(ids[0])})
        await taken(talk, await talk.hear("offer_made"))
        await check_too_late(await undo(ops, act))
    assert (await read(ops, job))["courier_id"] == str(ids[0])


async def test_a_re_opened_job_is_offered_to_its_courier_again_who_decides(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await taken(talk, await offered(talk, ops, job, ids[0]))
        act = await ops.post(f"/v1/ops/jobs/{job['id']}/reassignment", json=WHY)
        assert (await undo(ops, act)).status_code == 200
        again = await talk.hear("offer_made")
        assert again["job_ids"] == [job["id"]]


async def test_a_job_that_an_exception_had_re_opened_goes_back_as_an_offer(
    runtime, market, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await taken(talk, await offered(talk, ops, job, ids[0]))
        exception_id = ExceptionId(runtime.new_id())
        async with runtime.pool.transaction() as conn:
            await open_and_tell(
                conn,
                exception_id=exception_id,
                market_id=market,
                kind=ExceptionKind.LATE_RISK,
                severity=Severity.WARNING,
                job_id=JobId(UUID(job["id"])),
                courier_id=None,
                now=runtime.clock.now(),
            )
        path = f"/v1/ops/exceptions/{exception_id}/resolution"
        act = await ops.post(path, json={"resolution": "reassign"})
        assert (await read(ops, job))["status"] == "open"
        assert (await undo(ops, act)).status_code == 200
        again = await talk.hear("offer_made")
        assert again["job_ids"] == [job["id"]]


async def test_a_re_opened_job_that_others_were_asked_about_stays_open(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with (
        on_duty(runtime, address, keys[1]) as talk,
        on_duty(runtime, address, keys[2]) as other,
    ):
        await taken(talk, await offered(talk, ops, job, ids[0]))
        act = await ops.post(f"/v1/ops/jobs/{job['id']}/reassignment", json=WHY)
        offer = await offered(other, ops, job, ids[1])
        await check_too_late(await undo(ops, act))
    assert (await read(ops, job))["offer_id"] == offer["offer_id"]


async def test_a_deadline_goes_back_to_what_it_was(ops, post):
    job = await post()
    first = await extend(ops, job, later_s=600)
    second = await extend(ops, job, later_s=1_200)
    await check_too_late(await undo(ops, first))
    assert (await undo(ops, second)).status_code == 200
    assert (await read(ops, job))["extended_until"] == first.json()["extended_until"]


async def test_a_paused_market_goes_on_once(ops):
    act = await pause(ops, is_paused=True)
    assert (await undo(ops, act)).status_code == 200
    assert (await ops.get("/v1/ops/market")).json()["is_paused"] is False
    number = (await last_entry(ops))["number"]
    assert (await undo(ops, act)).status_code == 200  # the answer was lost, and it is said again
    assert (await last_entry(ops))["number"] == number


async def test_what_others_decided_since_is_not_touched(ops):
    act = await pause(ops, is_paused=True)
    for is_paused in (False, True):
        await pause(ops, is_paused=is_paused)
    await check_too_late(await undo(ops, act))
    assert (await ops.get("/v1/ops/market")).json()["is_paused"] is True


async def test_a_paused_courier_works_on_as_before(runtime, address, keys, ids, ops):
    async with on_duty(runtime, address, keys[1]) as talk:
        path = f"/v1/ops/couriers/{ids[0]}/status"
        act = await ops.put(path, json=WHY | {"status": "paused"})
        await talk.hear("notice", status="paused")
        assert (await undo(ops, act)).status_code == 200
        await talk.hear("notice", status="online")


async def test_a_courier_who_ended_the_shift_meanwhile_is_not_put_to_work(
    runtime, address, keys, ids, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        path = f"/v1/ops/couriers/{ids[0]}/status"
        act = await ops.put(path, json=WHY | {"status": "paused"})
        await talk.say("set_status", status="offline")
        await talk.hear("notice", status="offline")
        await check_too_late(await undo(ops, act))


async def test_a_suspension_is_lifted_and_the_courier_goes_online_alone(ops, ids):
    act = await suspend(ops, ids[0])
    assert (await undo(ops, act)).status_code == 200
    courier = (await ops.get(f"/v1/ops/couriers/{ids[0]}")).json()
    assert (courier["suspension"], courier["status"]) == (None, "offline")


async def test_what_cannot_be_undone_says_so(ops, ids, post):
    job = await post()
    path = f"/v1/ops/jobs/{job['id']}/cancellation"
    await check_too_late(await undo(ops, await ops.post(path, json={"reason": "duplicate_job"})))
    await check_too_late(await undo(ops, await reassign_all(ops, ids[0])))
    assert (await read(ops, job))["status"] == "canceled"


async def test_nobody_undoes_what_another_did(runtime, address, market, ops):
    act = await pause(ops, is_paused=True)
    entry = OperatorEntry(name="Olga", role=OperatorRole.DISPATCHER)
    (key,) = await enroll(runtime, market_id=market, entries=[entry])
    async with client_of(address, key) as other:
        await check_too_late(await undo(other, act))


async def test_after_a_minute_it_is_too_late(conn, ops):
    act = await pause(ops, is_paused=True)
    await conn.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_is_final")
    await conn.execute("UPDATE audit_entry SET at = at - interval '61 s'")
    await check_too_late(await undo(ops, act))


async def test_a_courier_who_wants_the_pause_meanwhile_keeps_it(runtime, address, keys, ids, ops):
    async with on_duty(runtime, address, keys[1]) as talk:
        act = await ops.put(f"/v1/ops/couriers/{ids[0]}/status", json=WHY | {"status": "paused"})
        await talk.hear("notice", status="paused")
        await talk.say("set_status", status="paused", ref="mine")
        await talk.hear("done", ref="mine")
        await check_too_late(await undo(ops, act))
    assert (await ops.get(f"/v1/ops/couriers/{ids[0]}")).json()["status"] == "paused"


async def test_a_deadline_by_which_somebody_took_the_job_stays(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        offer = await offered(talk, ops, job, ids[0])
        act = await extend(ops, job, later_s=600)
        await taken(talk, offer)
        await check_too_late(await undo(ops, act))
    assert (await read(ops, job))["extended_until"] == act.json()["extended_until"]


async def test_a_job_that_others_had_meanwhile_is_not_offered_to_the_one_before(
    runtime, address, keys, ids, post, ops, conn
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await taken(talk, await offered(talk, ops, job, ids[0]))
        act = await ops.post(f"/v1/ops/jobs/{job['id']}/reassignment", json=WHY)
        await conn.execute("UPDATE job SET attempt = attempt + 1")  # as if somebody had dropped it
        await check_too_late(await undo(ops, act))
    assert (await read(ops, job))["offer_id"] is None


async def test_a_suspension_after_one_that_was_over_by_its_time_is_lifted(ops, ids, conn):
    await conn.execute(
        "UPDATE courier SET account_status = 'suspended', suspension_reason = 'safety',"
        " suspended_until = market_now() - interval '1 hour' WHERE id = $1",
        ids[0],
    )
    act = await suspend(ops, ids[0])
    assert (await undo(ops, act)).status_code == 200
    assert (await ops.get(f"/v1/ops/couriers/{ids[0]}")).json()["suspension"] is None


async def test_a_suspension_that_made_another_longer_is_not_lifted(ops, ids, runtime):
    until = (runtime.clock.now() + timedelta(hours=1)).isoformat()
    await suspend(ops, ids[0], until=until)
    await check_too_late(await undo(ops, await suspend(ops, ids[0])))
