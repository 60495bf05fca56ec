"""Money by hand and roles take two people: one proposes, another approves, once, in time."""

import asyncio
from uuid import UUID

import pytest

from service.actions.check_ledger import check_ledger
from tests.integration.api.people import console_of
from tests.integration.api.test_rest import UNKNOWN_ID, check_problem
from tests.integration.deliveries import deliver, take

REFUND = {"kind": "refund", "amount_cents": 300, "reason": "late"}
KEY = {"Idempotency-Key": "once"}
DECISIONS = ("approval", "refusal")


@pytest.fixture
async def ann(runtime, market, address):
    async with console_of(runtime, market, address, "ann", role="admin") as http:
        yield http


@pytest.fixture
async def ben(runtime, market, address):
    async with console_of(runtime, market, address, "ben", role="admin") as http:
        yield http


@pytest.fixture
async def fay(runtime, market, address):
    """Of finance: she changes no roles."""
    async with console_of(runtime, market, address, "fay", role="finance") as http:
        yield http


@pytest.fixture
async def job_id(runtime, market, ids, post):
    """A delivered job."""
    job = await post(fee_cents=1_000)
    await deliver(runtime, job_id=UUID(job["id"]), courier_id=ids[0], market_id=market)
    return job["id"]


@pytest.fixture
def propose(ann, job_id):
    """Let Ann propose an adjustment, or the same again."""

    async def send(*, by=ann, key="once", **changes):
        path = f"/v1/ops/jobs/{job_id}/adjustments"
        headers = {"Idempotency-Key": key}
        return await by.post(path, json=REFUND | changes, headers=headers)

    return send


async def decide(http, id_, how="approval", *, what="adjustments"):
    return await http.post(f"/v1/ops/{what}/{id_}/{how}", json={})


async def test_finance_sees_what_a_job_has_moved(runtime, market, address, fay, job_id, propose):
    path = f"/v1/ops/jobs/{job_id}/transfers"
    moved = [(one["kind"], one["reason"]) for one in (await fay.get(path)).json()["transfers"]]
    assert sorted(moved) == [("charge", None), ("pay", None)]
    await decide(fay, (await propose()).json()["id"])
    *_, last = (await fay.get(path)).json()["transfers"]
    assert (last["kind"], last["amount_cents"], last["reason"]) == ("refund", 300, "late")
    async with console_of(runtime, market, address, "dan", role="dispatcher") as dan:
        check_problem(await dan.get(path), 403, "forbidden")
    check_problem(await fay.get(f"/v1/ops/jobs/{UNKNOWN_ID}/transfers"), 404, "not_found")


async def test_who_waited_and_then_lost_the_job_is_paid_for_that(
    runtime, conn, market, ids, ann, fay, ops, post
):
    job = await post(fee_cents=1_000)
    await take(runtime, job_id=UUID(job["id"]), courier_id=ids[1], market_id=market)
    path = f"/v1/ops/jobs/{job['id']}"
    done = await ops.post(f"{path}/reassignment", json={"reason": "package_not_ready"})
    assert done.status_code == 200, done.text
    await deliver(runtime, job_id=UUID(job["id"]), courier_id=ids[0], market_id=market)
    waited = {"kind": "extra_pay", "amount_cents": 250, "reason": "waited"}
    strange = waited | {"courier_id": str(ids[2])}
    refused = await ann.post(f"{path}/adjustments", json=strange, headers={"Idempotency-Key": "s"})
    check_problem(refused, 400, "invalid_params")
    asked = waited | {"courier_id": str(ids[1])}
    proposed = await ann.post(f"{path}/adjustments", json=asked, headers=KEY)
    assert (await decide(fay, proposed.json()["id"])).json()["status"] == "approved"
    credit = "SELECT credit FROM transfer WHERE kind = 'extra_pay'"
    assert await conn.fetchval(credit) == f"courier:{ids[1]}"
    assert (await check_ledger(runtime, market_id=market)).violations == ()


async def by_hand(conn):
    """Return the amounts of the ledger that were made by hand."""
    rows = await conn.fetch("SELECT amount_cents FROM transfer WHERE reason IS NOT NULL")
    return [row["amount_cents"] for row in rows]


async def actions(http):
    """Return what the audit log says of proposals, as (action, principal), in order."""
    entries = (await http.get("/v1/ops/audit")).json()["entries"]
    words = ("adjust", "role")
    return [
        (entry["action"], entry["principal_id"])
        for entry in reversed(entries)
        if any(word in entry["action"] for word in words)
    ]


async def test_money_moves_when_another_approves(conn, ann, fay, propose):
    waiting = (await propose()).json()
    assert (waiting["status"], waiting["at"]) == ("waiting", None)
    assert waiting["proposed_by"] == ann.operator_id
    assert await by_hand(conn) == []
    assert (await propose()).json() == waiting
    listed = (await fay.get("/v1/ops/adjustments")).json()
    assert listed == {"adjustments": [waiting]}
    made = await decide(fay, waiting["id"])
    assert made.status_code == 200, made.text
    assert (made.json()["status"], made.json()["decided_by"]) == ("approved", fay.operator_id)
    assert made.json()["at"] is not None
    assert await by_hand(conn) == [300]
    assert (await decide(fay, waiting["id"])).json() == made.json()
    assert (await propose()).json() == made.json()
    assert (await fay.get("/v1/ops/adjustments")).json() == {"adjustments": []}
    assert await actions(ann) == [
        ("propose_adjustment", ann.operator_id),
        ("adjust_job", fay.operator_id),
    ]


async def test_nobody_approves_their_own_and_no_program_approves(conn, ann, ops, propose):
    waiting = (await propose()).json()
    check_problem(await decide(ann, waiting["id"]), 403, "forbidden")
    check_problem(await decide(ops, waiting["id"]), 403, "forbidden")  # a key, not a person
    assert await by_hand(conn) == []
    taken_back = await decide(ann, waiting["id"], "refusal")
    assert taken_back.json()["status"] == "declined"


async def test_what_was_declined_is_over(conn, ann, fay, propose):
    waiting = (await propose()).json()
    for _ in range(2):
        declined = (await decide(fay, waiting["id"], "refusal")).json()
        assert (declined["status"], declined["decided_by"]) == ("declined", fay.operator_id)
    check_problem(await decide(fay, waiting["id"]), 409, "invalid_state_transition")
    assert (await propose()).json() == declined
    assert (await propose(key="another")).json()["status"] == "waiting"
    assert await by_hand(conn) == []
    assert [action for action, _ in await actions(ann)] == [
        "propose_adjustment",
        "decline_adjustment",
        "propose_adjustment",
    ]


async def test_what_waited_too_long_is_over(conn, fay, propose):
    waiting = (await propose()).json()
    await conn.execute(
        "UPDATE proposal SET proposed_at = proposed_at - interval '1 d',"
        " expires_at = expires_at - interval '1 d'"
    )
    assert (await fay.get("/v1/ops/adjustments")).json() == {"adjustments": []}
    for how in DECISIONS:
        refused = await decide(fay, waiting["id"], how)
        check_problem(refused, 409, "invalid_state_transition")
    assert (await propose()).json()["status"] == "expired"
    assert await by_hand(conn) == []


async def test_a_key_that_was_used_for_another_amount_is_refused(propose):
    await propose()
    check_problem(await propose(amount_cents=301), 422, "idempotency_mismatch")


async def test_what_can_be_made_no_more_is_refused_to_who_approves(conn, fay, propose):
    first = (await propose(amount_cents=700)).json()
    second = (await propose(key="second", amount_cents=400)).json()
    assert (await decide(fay, first["id"])).status_code == 200
    check_problem(await decide(fay, second["id"]), 400, "invalid_params")
    assert (await decide(fay, second["id"], "refusal")).json()["status"] == "declined"
    assert await by_hand(conn) == [700]


async def test_the_policy_may_leave_small_amounts_to_one(conn, ann, propose):
    policy = (await ann.get("/v1/ops/market/policy")).json()
    assert policy["policy"]["adjustment_alone_cents_max"] == 0
    changes = {"adjustment_alone_cents_max": 300}
    body = {"based_on_version": policy["version"], "policy": policy["policy"] | changes}
    assert (await ann.put("/v1/ops/market/policy", json=body)).status_code == 200
    made = (await propose()).json()
    assert (made["status"], made["proposed_by"]) == ("approved", None)
    assert (await propose()).json() == made
    assert (await propose(key="more", amount_cents=1)).json()["status"] == "waiting"
    assert await by_hand(conn) == [300]


async def test_of_many_who_decide_at_once_one_does(conn, ann, ben, fay, propose):
    for round_ in range(6):
        waiting = (await propose(key=str(round_), amount_cents=100)).json()
        asked = [(ben, "approval"), (fay, "approval"), (ben, "refusal"), (fay, "approval")]
        answers = await asyncio.gather(*(decide(http, waiting["id"], how) for http, how in asked))
        assert {answer.status_code for answer in answers} == {200, 409}
        good = [answer.json() for answer in answers if answer.status_code == 200]
        assert len({(one["status"], one["decided_by"], one["at"]) for one in good}) == 1
    rows = await conn.fetch("SELECT id FROM proposal WHERE is_approved")
    made = await conn.fetch("SELECT id FROM transfer WHERE reason IS NOT NULL")
    assert {row["id"] for row in rows} == {row["id"] for row in made}
    told = [action for action, _ in await actions(ann)]
    assert told.count("adjust_job") == len(made)
    assert told.count("adjust_job") + told.count("decline_adjustment") == 6


async def test_only_so_many_wait(propose, conn, ann, job_id, monkeypatch):
    monkeypatch.setattr("service.actions.second_person.WAITING_COUNT_MAX", 1)
    assert (await propose()).status_code == 201
    check_problem(await propose(key="more"), 409, "capacity_exceeded")
    assert (await propose()).status_code == 201


async def role(http, operator_id):
    listed = (await http.get("/v1/ops/operators")).json()["operators"]
    return {one["operator_id"]: one["role"] for one in listed}.get(operator_id)


async def propose_role(http, who, to, *, key="once"):
    path = f"/v1/ops/operators/{who.operator_id}/role-changes"
    return await http.post(path, json={"role": to}, headers={"Idempotency-Key": key})


async def test_a_role_is_another_when_another_approves(ann, ben, fay):
    waiting = (await propose_role(ann, fay, "dispatcher")).json()
    assert (waiting["status"], waiting["former_role"]) == ("waiting", "finance")
    assert (await propose_role(ann, fay, "dispatcher")).json() == waiting
    mismatch = await propose_role(ann, fay, "viewer")
    check_problem(mismatch, 422, "idempotency_mismatch")
    assert (await ben.get("/v1/ops/role-changes")).json() == {"role_changes": [waiting]}
    assert await role(ben, fay.operator_id) == "finance"
    check_problem(await decide(ann, waiting["id"], what="role-changes"), 403, "forbidden")
    check_problem(await decide(fay, waiting["id"], what="role-changes"), 403, "forbidden")
    for _ in range(2):
        changed = (await decide(ben, waiting["id"], what="role-changes")).json()
        assert (changed["status"], changed["decided_by"]) == ("approved", ben.operator_id)
    assert await role(ben, fay.operator_id) == "dispatcher"
    assert await actions(ann) == [
        ("propose_role", ann.operator_id),
        ("change_role", ben.operator_id),
    ]


async def test_nobody_approves_a_role_of_their_own(ann, ben):
    waiting = (await propose_role(ann, ben, "finance")).json()
    check_problem(await decide(ben, waiting["id"], what="role-changes"), 403, "forbidden")
    assert (await decide(ben, waiting["id"], "refusal", what="role-changes")).status_code == 200
    assert await role(ann, ben.operator_id) == "admin"


async def test_a_role_that_was_changed_meanwhile_is_not_changed_as_proposed(ann, ben, fay):
    first = (await propose_role(ann, fay, "dispatcher")).json()
    second = (await propose_role(ann, fay, "admin", key="second")).json()
    assert (await decide(ben, first["id"], what="role-changes")).status_code == 200
    refused = await decide(ben, second["id"], what="role-changes")
    check_problem(refused, 409, "invalid_state_transition")
    assert await role(ann, fay.operator_id) == "dispatcher"
    check_problem(await propose_role(ann, fay, "dispatcher", key="x"), 400, "invalid_params")


async def test_of_two_roles_approved_at_once_one_is_given(ann, ben, fay, runtime, market, address):
    async with console_of(runtime, market, address, "cem", role="admin") as cem:
        for round_ in range(6):
            now = await role(ann, fay.operator_id)
            others = [name for name in ("viewer", "finance", "dispatcher") if name != now]
            ids = [
                (await propose_role(ann, fay, name, key=f"{round_}{name}")).json()["id"]
                for name in others
            ]
            answers = await asyncio.gather(
                *(
                    decide(http, id_, what="role-changes")
                    for http, id_ in zip((ben, cem), ids, strict=True)
                )
            )
            assert sorted(answer.status_code for answer in answers) == [200, 409]
            (given,) = [one.json()["role"] for one in answers if one.status_code == 200]
            assert await role(ann, fay.operator_id) == given


async def test_two_who_approve_about_each_other_do_not_wait_for_each_other(
    ann, ben, runtime, market, address
):
    async with console_of(runtime, market, address, "cem", role="admin") as cem:
        about_ann = (await propose_role(cem, ann, "finance")).json()["id"]
        about_ben = (await propose_role(cem, ben, "finance")).json()["id"]
        answers = await asyncio.gather(
            decide(ben, about_ann, what="role-changes"),
            decide(ann, about_ben, what="role-changes"),
        )
        assert {answer.status_code for answer in answers} <= {200, 403}
        assert 200 in {answer.status_code for answer in answers}


async def test_who_may_not_change_roles_proposes_and_approves_none(ann, fay):
    check_problem(await propose_role(fay, ann, "viewer"), 403, "forbidden")
    check_problem(await fay.get("/v1/ops/operators"), 403, "forbidden")


async def test_what_there_is_not_is_not_found(ann, ben):
    for what in ("adjustments", "role-changes"):
        for how in DECISIONS:
            check_problem(await decide(ann, UNKNOWN_ID, how, what=what), 404, "not_found")
    ben.operator_id = UNKNOWN_ID
    check_problem(await propose_role(ann, ben, "viewer"), 404, "not_found")
