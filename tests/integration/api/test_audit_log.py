"""The audit log: who did what by hand, in which order, and how one knows that it is all."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from service.actions.authenticate import authenticate
from service.actions.fail_stop import fail_stop
from service.actions.revoke_key import revoke_key
from service.actions.verify_audit_log import verify_audit_log
from service.domain.audit_log import BEGINNING, Link
from service.domain.lifecycle import StopKind
from service.domain.vocabulary import ReasonCode
from service.store import jobs as store_jobs
from tests.integration.api.conftest import running_api
from tests.integration.api.test_sockets import bearer, changed
from tests.integration.deliveries import deliver, take
from tests.plain_http import PlainClient

PATH = "/v1/ops/audit"


@pytest.fixture
async def operator(runtime, keys):
    """Who the operator is."""
    return await authenticate(runtime, key_text=keys[-1].text)


async def entries_of(ops, **params):
    """Return the entries, oldest first."""
    answer = await ops.get(PATH, params={"limit": 100} | params)
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"][::-1]


async def acts(ops, *, since):
    """Return (action, subject) of what was done after so many entries."""
    return [(e["action"], e["subject"]) for e in await entries_of(ops) if e["number"] > since]


async def test_keys_and_markets_are_in_it_from_the_first(ops, keys):
    told = [(entry["action"], entry["subject"]) for entry in await entries_of(ops)]
    assert told == [
        ("create_market", "market:vienna"),
        *(("create_key", f"key:{key.credential_id}") for key in keys),
    ]


async def test_behind_a_proxy_of_ours_an_entry_says_where_its_peer_is(runtime, keys, post):
    job = await post()
    behind = changed(runtime, proxies_trusted="127.0.0.0/8")
    forwarded = {"X-Forwarded-For": "203.0.113.9, 2001:db8::7", **bearer(keys[-1])}
    async with (
        running_api(behind) as address,
        PlainClient(base_url=f"http://{address}", headers=forwarded) as http,
    ):
        path = f"/v1/ops/jobs/{job['id']}/cancellation"
        assert (await http.post(path, json={"reason": "duplicate_job"})).status_code == 200
        (entry,) = await entries_of(http, action="cancel_job")
    assert entry["client_address"] == "2001:db8::7"


async def test_an_entry_says_who_did_what_from_where(ops, operator, post):
    job = await post()
    answer = await ops.post(
        f"/v1/ops/jobs/{job['id']}/cancellation",
        json={"reason": "duplicate_job"},
        headers={"X-Request-ID": "call-7"},
    )
    assert answer.status_code == 200
    (entry,) = await entries_of(ops, action="cancel_job")
    assert entry["subject"] == f"job:{job['id']}"
    assert entry["before"] == {"status": "open", "attempt": 1, "courier_id": None}
    assert entry["after"] == {"status": "canceled", "attempt": 1, "courier_id": None}
    assert (entry["actor"], entry["principal_id"]) == ("ops", str(operator.operator_id))
    assert (entry["credential_id"], entry["request_id"]) == (operator.credential_id, "call-7")
    assert (entry["client_address"], entry["reason"]) == ("127.0.0.1", "duplicate_job")


async def test_every_act_of_ops_is_in_it_once(runtime, market, ops, merchant, ids, post, operator):
    since = (await entries_of(ops))[-1]["number"]
    delivered = await post()
    await deliver(runtime, job_id=UUID(delivered["id"]), courier_id=ids[0], market_id=market)
    policy = (await ops.get("/v1/ops/market/policy")).json()
    offered = await post()
    kept = await post()
    for method, path, body in [
        ("put", "/v1/ops/market/pause", {"is_paused": True}),
        ("put", "/v1/ops/market/pause", {"is_paused": True}),  # again: nothing is done
        ("put", "/v1/ops/market/pause", {"is_paused": False}),
        (
            "put",
            "/v1/ops/market/policy",
            {"based_on_version": 1, "policy": policy["policy"] | {"offer_ttl_s": 45.0}},
        ),
        ("post", f"/v1/ops/jobs/{offered['id']}/assignment", {"courier_id": str(ids[0])}),
        ("post", f"/v1/ops/jobs/{offered['id']}/cancellation", {"reason": "duplicate_job"}),
        ("post", f"/v1/ops/jobs/{offered['id']}/cancellation", {"reason": "duplicate_job"}),
        ("post", f"/v1/ops/jobs/{kept['id']}/failure", {"reason": "courier_issue"}),  # refused
        *2
        * [
            (
                "post",
                f"/v1/ops/jobs/{delivered['id']}/adjustments",
                {"kind": "refund", "amount_cents": 1, "reason": "late"},
            )
        ],
    ]:
        await ops.request(method, path, json=body, headers={"Idempotency-Key": "once"})
    await merchant.post(f"/v1/jobs/{kept['id']}/cancellation", json={"reason": "address_error"})
    told = await acts(ops, since=since)
    assert [action for action, _ in told] == [
        "assign_job",  # by `deliver`
        "pause_market",
        "resume_market",
        "change_policy",
        "assign_job",
        "cancel_job",
        "propose_adjustment",
    ]
    (changed,) = await entries_of(ops, action="change_policy")
    assert changed["before"] == {"version": 1, "offer_ttl_s": 30.0}
    assert changed["after"] == {"version": 2, "offer_ttl_s": 45.0}
    of_job = await entries_of(ops, subject=f"job:{offered['id']}")
    assert [entry["action"] for entry in of_job] == ["assign_job", "cancel_job"]


async def test_what_ops_decide_about_a_job_in_hand_is_in_it(runtime, market, ops, ids, post):
    jobs = [(await post())["id"] for _ in range(3)]
    whose = {"market_id": market, "courier_id": ids[0]}
    await take(runtime, job_id=UUID(jobs[0]), **whose)
    freed = await ops.post(f"/v1/ops/jobs/{jobs[0]}/reassignment", json={"reason": "courier_issue"})
    await deliver(runtime, job_id=UUID(jobs[1]), **whose, until=StopKind.PICKUP)
    given_up = await ops.post(f"/v1/ops/jobs/{jobs[1]}/failure", json={"reason": "package_damaged"})
    await deliver(runtime, job_id=UUID(jobs[2]), **whose, until=StopKind.PICKUP)
    async with runtime.pool.connection() as conn:
        (job,) = await store_jobs.read_jobs(conn, job_ids=[UUID(jobs[2])])
    await fail_stop(
        runtime,
        **whose,
        stop_id=job.latest(StopKind.DROPOFF).id,
        reason=ReasonCode.RECIPIENT_REFUSED,
    )
    (exception,) = (await ops.get("/v1/ops/exceptions?only_open=true")).json()["exceptions"]
    resolved = await ops.post(
        f"/v1/ops/exceptions/{exception['id']}/resolution", json={"resolution": "fail"}
    )
    assert [each.status_code for each in (freed, given_up, resolved)] == [200, 200, 200]
    (entry,) = await entries_of(ops, action="reassign_job")
    assert (entry["before"]["status"], entry["after"]["status"]) == ("enroute_to_pickup", "open")
    assert (entry["before"]["courier_id"], entry["after"]["courier_id"]) == (str(ids[0]), None)
    (entry,) = await entries_of(ops, action="fail_job")
    assert (entry["after"]["status"], entry["reason"]) == ("failed", "package_damaged")
    (entry, of_job) = await entries_of(ops, action="resolve_exception")
    assert (of_job["subject"], of_job["after"]["status"]) == (f"job:{jobs[2]}", "failed")
    assert entry["subject"] == f"exception:{exception['id']}"
    assert entry["before"] == {"kind": "attempt_failed", "subject_id": jobs[2]}
    assert entry["after"] == {"resolution": "fail"}


async def test_what_is_refused_leaves_no_entry(ops, post):
    job = await post()
    before = await entries_of(ops)
    refused = await ops.post(
        f"/v1/ops/jobs/{job['id']}/reassignment", json={"reason": "courier_issue"}
    )
    assert refused.status_code == 409
    assert await entries_of(ops) == before


async def test_a_key_is_revoked_once(runtime, ops, keys):
    credential_id = keys[0].credential_id
    assert await revoke_key(runtime, credential_id=credential_id)
    assert not await revoke_key(runtime, credential_id=credential_id)
    (entry,) = await entries_of(ops, action="revoke_key")
    assert entry["subject"] == f"key:{credential_id}"


async def test_it_is_read_page_by_page(ops):
    whole = (await ops.get(PATH)).json()
    read, cursor = [], None
    while cursor is not None or not read:
        params = {"limit": 4} | ({} if cursor is None else {"cursor": cursor})
        page = (await ops.get(PATH, params=params)).json()
        read += page["entries"]
        cursor = page["next_cursor"]
    assert read == whole["entries"]
    assert [entry["number"] for entry in read] == list(range(len(read), 0, -1))


async def test_acts_at_the_same_time_follow_each_other_in_the_chain(runtime, market, ops, post):
    jobs = [await post() for _ in range(12)]
    answers = await asyncio.gather(
        *(
            ops.post(f"/v1/ops/jobs/{job['id']}/cancellation", json={"reason": "duplicate_job"})
            for job in jobs
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(await entries_of(ops, action="cancel_job")) == len(jobs)
    assert (await verify_audit_log(runtime, market_id=market)).violations == ()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET reason = 'none'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
async def test_no_entry_is_ever_changed(conn, ops, statement):
    before = await entries_of(ops)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="never changed"):
        await conn.execute(statement)
    assert await entries_of(ops) == before


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit_entry SET subject = 'key:zzzz9999' WHERE number = 3", "not what was hashed"),
        (
            "UPDATE audit_entry SET at = at + interval '1 us' WHERE number = 3",
            "not what was hashed",
        ),
        ("DELETE FROM audit_entry WHERE number = 3", "entry 4 follows entry 2"),
        ("DELETE FROM audit_entry WHERE number > 4", "ends with entry 4"),
        (
            "INSERT INTO audit_entry SELECT (jsonb_populate_record(e, '{\"number\": 7}')).*"
            " FROM audit_entry e WHERE number = 6; UPDATE audit_head SET number = 7",
            "entry 7",
        ),
    ],
)
async def test_what_was_done_to_it_behind_its_guard_shows(
    runtime, conn, market, keys, statement, says
):
    assert (await verify_audit_log(runtime, market_id=market)).violations == ()
    await conn.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    await conn.execute(statement)
    verified = await verify_audit_log(runtime, market_id=market)
    assert any(says in violation for violation in verified.violations), verified


async def test_a_head_that_was_kept_finds_a_chain_that_was_forged_whole(runtime, market, keys):
    head = (await verify_audit_log(runtime, market_id=market)).head
    kept = [head, Link(number=2, sha256="f" * 64), Link(number=99, sha256="f" * 64)]
    verified = await verify_audit_log(runtime, market_id=market, kept=kept)
    assert verified.violations == (
        "entry 2 is another than the one that was kept",
        "entry 99 was kept and is not there",
    )


async def test_every_head_that_was_kept_counts_also_of_the_same_entry(runtime, market, keys):
    head = (await verify_audit_log(runtime, market_id=market)).head
    other = Link(number=head.number, sha256="f" * 64)
    for kept in ([head, other], [other, head], [other, head, head]):
        verified = await verify_audit_log(runtime, market_id=market, kept=kept)
        assert verified.violations == (
            f"entry {head.number} is another than the one that was kept",
        )
    assert (await verify_audit_log(runtime, market_id=market, kept=[head] * 2)).violations == ()
    forged = Link(number=0, sha256="f" * 64)
    verified = await verify_audit_log(runtime, market_id=market, kept=[BEGINNING, forged])
    assert verified.violations == ("entry 0 is another than the one that was kept",)
