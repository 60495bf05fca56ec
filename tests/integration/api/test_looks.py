"""What ops look at of couriers and recipients: each look is in the audit log, and told once."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from service.actions.authenticate import authenticate
from service.actions.enroll import OperatorEntry, enroll
from service.actions.verify_audit_log import verify_audit_log
from service.api import looks
from service.domain.audit_log import BLANK
from service.simulation.pictures import png
from tests.integration.api.acts import suspend, undo
from tests.integration.api.conftest import client_of
from tests.integration.api.talk import PATIENCE_S, on_duty
from tests.integration.api.test_audit_log import entries_of
from tests.integration.api.test_job_walk import offered, taken
from tests.integration.api.test_proofs import reach, upload
from tests.integration.api.test_rest import check_problem

RECORD = "/v1/ops/record"


@pytest.fixture
def quarter(runtime):
    """The first instant of the quarter of an hour before this one."""
    now = runtime.clock.now().replace(second=0, microsecond=0)
    return now - timedelta(minutes=15 + now.minute % 15)


def span(from_at, *, s):
    to_at = from_at + timedelta(seconds=s)
    return {"from": from_at.isoformat(), "to": to_at.isoformat()}


def subject_of(quarter):
    return f"record:{quarter:%Y-%m-%dT%H:%M}Z"


async def looks_of(ops, action):
    return await entries_of(ops, action=action)


async def test_who_replays_what_was_is_in_the_audit_log(runtime, ops, keys, quarter):
    operator = await authenticate(runtime, key_text=keys[-1].text)
    answer = await ops.get(RECORD, params=span(quarter, s=120), headers={"X-Request-ID": "look-1"})
    assert answer.status_code == 200
    (entry,) = await looks_of(ops, "look_at_record")
    assert entry["subject"] == subject_of(quarter)
    assert (entry["actor"], entry["principal_id"]) == ("ops", str(operator.operator_id))
    assert (entry["request_id"], entry["client_address"]) == ("look-1", "127.0.0.1")
    assert (entry["before"], entry["after"].keys(), entry["reason"]) == ({}, {"salt"}, None)


async def test_a_replay_is_told_by_the_quarter_of_an_hour_and_once(ops, quarter):
    for number in range(5):
        params = span(quarter + timedelta(minutes=2 * number), s=120)
        assert (await ops.get(RECORD, params=params)).status_code == 200
    assert len(await looks_of(ops, "look_at_record")) == 1
    await ops.get(RECORD, params=span(quarter - timedelta(minutes=5), s=900))
    told = {entry["subject"] for entry in await looks_of(ops, "look_at_record")}
    assert told == {subject_of(quarter), subject_of(quarter - timedelta(minutes=15))}
    await ops.get(RECORD, params=span(quarter - timedelta(minutes=15), s=900))
    assert len(await looks_of(ops, "look_at_record")) == 2  # its end is of the next no more


async def test_some_minutes_later_it_is_another_look(ops, quarter, monkeypatch):
    monkeypatch.setattr(looks, "TOLD_S", 0.0)
    for _ in range(2):
        await ops.get(RECORD, params=span(quarter, s=120))
    assert len(await looks_of(ops, "look_at_record")) == 2


async def test_what_a_look_was_at_cannot_be_guessed_from_the_digest_that_stays(
    ops, quarter, monkeypatch
):
    """All else that is hashed may be known: who, what, from where, and under which id of theirs."""
    monkeypatch.setattr(looks, "TOLD_S", 0.0)
    for _ in range(2):
        await ops.get(RECORD, params=span(quarter, s=120), headers={"X-Request-ID": "look-1"})
    one, other = await looks_of(ops, "look_at_record")
    assert one["content_sha256"] != other["content_sha256"]
    assert [len(bytes.fromhex(entry["after"].pop("salt"))) for entry in (one, other)] == [16, 16]
    assert {name: one[name] for name in BLANK} == {name: other[name] for name in BLANK}


async def test_looks_of_several_are_told_each_and_the_chain_holds(
    runtime, address, market, ops, quarter
):
    entries = [OperatorEntry(name=f"Olga {number}") for number in range(3)]
    for key in await enroll(runtime, market_id=market, entries=entries):
        async with client_of(address, key) as other:
            spans = [span(quarter - number * timedelta(minutes=15), s=120) for number in range(4)]
            answers = await asyncio.gather(*(other.get(RECORD, params=each) for each in spans))
            assert {answer.status_code for answer in answers} == {200}
    told = await looks_of(ops, "look_at_record")
    assert len({(entry["principal_id"], entry["subject"]) for entry in told}) == len(told) == 12
    assert (await verify_audit_log(runtime, market_id=market)).violations == ()


async def test_what_is_refused_is_no_look(ops, quarter):
    check_problem(await ops.get(RECORD, params=span(quarter, s=901)), 400, "invalid_params")
    check_problem(
        await ops.get(f"/v1/ops/jobs/{uuid4()}/proofs/{uuid4()}/content"), 404, "not_found"
    )
    for action in ("look_at_record", "look_at_proof"):
        assert await looks_of(ops, action) == []


async def test_nothing_is_shown_of_which_the_log_cannot_be_told(conn, ops, quarter):
    await conn.execute("ALTER TABLE audit_entry ADD CHECK (action <> 'look_at_record') NOT VALID")
    answer = await ops.get(RECORD, params=span(quarter, s=120))
    check_problem(answer, 503, "unavailable")


@pytest.mark.usefixtures("relay")
async def test_a_picture_is_looked_at_once_by_each(runtime, address, keys, ids, post, ops, courier):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        stops = (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        await reach(talk, stops[0], seq=1)
        proof = (await upload(courier, stops[0], png(32, 24))).json()
    path = f"/v1/ops/jobs/{job['id']}/proofs/{proof['id']}/content"
    await ops.get(f"/v1/ops/jobs/{job['id']}/proofs")  # the list has no pictures
    assert await looks_of(ops, "look_at_proof") == []
    for _ in range(2):
        assert (await ops.get(path)).content == png(32, 24)
    (entry,) = await looks_of(ops, "look_at_proof")
    assert entry["subject"] == f"proof:{proof['id']}"
    assert entry["after"] == {"job_id": job["id"], "salt": entry["after"]["salt"]}


async def test_who_asks_where_one_courier_is_is_in_the_audit_log(ops, ids):
    path = f"/v1/ops/couriers/{ids[0]}"
    for unasked in ("/v1/ops/couriers", f"{path}?with_position=false"):
        assert (await ops.get(unasked)).status_code == 200
    check_problem(await ops.get(f"/v1/ops/couriers/{uuid4()}"), 404, "not_found")
    assert await looks_of(ops, "look_at_courier") == []
    for _ in range(2):
        assert (await ops.get(path)).status_code == 200
    (entry,) = await looks_of(ops, "look_at_courier")
    assert entry["subject"] == f"whereabouts:{ids[0]}"


@pytest.mark.usefixtures("relay")
async def test_a_position_that_was_not_asked_for_is_not_told(runtime, address, keys, ids, ops):
    path = f"/v1/ops/couriers/{ids[0]}"
    async with on_duty(runtime, address, keys[1]) as talk:
        await talk.say("report_position", seq=1, accuracy_m=5, lat_deg=48.2089, lng_deg=16.3697)
        await talk.say("set_status", status="paused", ref="after")
        await talk.hear("done", ref="after")
        async with asyncio.timeout(PATIENCE_S):
            asked = None
            while asked is None:
                await asyncio.sleep(0.02)  # it is written in a moment
                asked = (await ops.get(path)).json()["lat_deg"]
        other = (await ops.get(path, params={"with_position": False})).json()
    assert other["lat_deg"] is None


async def test_a_look_at_a_courier_undoes_no_undoing(ops, ids):
    act = await suspend(ops, ids[0])
    await ops.get(f"/v1/ops/couriers/{ids[0]}")
    assert (await undo(ops, act)).status_code == 200
