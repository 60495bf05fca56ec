"""Who asks to be forgotten is: nothing in the database tells of them, and what they owe stays."""

import json
from datetime import datetime, timedelta

import pytest

from service.actions.erase_data import erase_courier, erase_old_jobs, erase_recipient
from service.actions.export_data import export_courier, export_merchant, export_recipient
from service.actions.find_deliveries import Sought
from service.actions.verify_audit_log import verify_audit_log
from service.domain.audit_log import AuditAction
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.relay.retention import forget_recipients
from tests.integration.api.acts import reinstate, suspend
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import offered, taken, work_stop

PHONE = "+4366098765432"
RECIPIENT = {
    "lat_deg": 48.209012345,
    "lng_deg": 16.369912345,
    "address": "Kanarienweg 77",
    "contact": {"name": "Tweety Kanari", "phone": PHONE},
    "instructions": "the yellow door",
}
WISH = {"instructions": "beware of the cat", "safe_place": "the blue shed"}
RATING = {"score": 4, "tags": ["late"], "comment": "the cat was not amused"}
DECLINED = "my knee hurts"
SAID = "Tweety is in the garden"
OF_RECIPIENT = [
    *("Kanarienweg", "Tweety", PHONE, "yellow door", "beware of the cat", "blue shed"),
    *("not amused", "in the garden", "48.209012345", "16.369912345"),
]
GONE_SOON = {"stream_event"}  # in 11 minutes
TRAIL = {"position_sample"}  # of the courier at the door, if one was taken there; 30 days


async def found(conn, words):
    """Return which tables have which of the words in any column, text or bytes."""
    tables = await conn.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    hits = set()
    for (table,) in tables:
        for (row,) in await conn.fetch(f"SELECT t::text FROM {table} t"):  # noqa: S608  # ours
            hits |= {(table, word) for word in words if word in row or word.encode().hex() in row}
    return hits


@pytest.fixture
def key_file():
    """Nothing is sealed: what is not erased can be found."""
    return ""


@pytest.fixture
async def delivered(runtime, address, keys, ids, post, ops, merchant, relay):
    """A job that Anna delivered to Tweety, after she had declined it once."""
    async with on_duty(runtime, address, keys[1]) as talk:
        job = await post(dropoff=RECIPIENT)
        declined = await offered(talk, ops, job, ids[0])
        await talk.say("decline_offer", offer_id=declined["offer_id"], reason=DECLINED, ref="no")
        await talk.hear("done", ref="no")
        assignment = await taken(talk, await offered(talk, ops, job, ids[0]))
        url = f"/v1/tracking/{job['tracking_token']}"
        assert (await merchant.put(f"{url}/instructions", json=WISH)).status_code == 200
        await talk.say("send_message", job_id=job["id"], text=SAID, ref="said")
        await talk.hear("done", ref="said")
        for seq, stop in enumerate(assignment["stops"]):
            await work_stop(talk, stop, seq=seq + 1)
        await talk.hear("job_updated", status="delivered")
        assert (await merchant.post(f"{url}/rating", json=RATING)).status_code == 200
        await talk.say("set_status", status="offline", ref="home")
        await talk.hear("done", ref="home")
    return job


async def test_a_recipient_is_told_and_forgotten(runtime, market, delivered, conn, merchant):
    told = await export_recipient(runtime, market_id=market, sought=Sought(phone=PHONE, name=None))
    text = json.dumps(told)
    for word in OF_RECIPIENT:
        assert word in text
    before = {word for _, word in await found(conn, OF_RECIPIENT)}
    assert before == set(OF_RECIPIENT)
    assert (
        await erase_recipient(
            runtime, market_id=market, sought=Sought(phone=None, name="tweety kanari")
        )
        == 1
    )
    assert {table for table, _ in await found(conn, OF_RECIPIENT)} <= GONE_SOON | TRAIL
    job = (await merchant.get(f"/v1/jobs/{delivered['id']}")).json()
    assert (job["status"], job["fee_cents"]) == ("delivered", delivered["fee_cents"])
    assert job["tracking_token"] is None
    dropoff = job["stops"][1]
    assert (dropoff["address"], dropoff["contact"]) == ("erased", None)
    assert (dropoff["lat_deg"], dropoff["lng_deg"]) == (48.21, 16.37)
    events = (await merchant.get(f"/v1/jobs/{delivered['id']}/events")).json()["events"]
    assert events[0]["data"]["stops"][1]["lat_deg"] == 48.21
    with pytest.raises(NotFoundError):
        await erase_recipient(runtime, market_id=market, sought=Sought(phone=PHONE, name=None))


async def test_a_repeated_request_is_answered_without_who_was_forgotten(
    runtime, market, delivered, merchant, post, conn
):
    job = await post(key="again", dropoff=RECIPIENT)
    cancel = {"reason": "address_error"}
    assert (
        await merchant.post(f"/v1/jobs/{job['id']}/cancellation", json=cancel)
    ).status_code == 200
    assert (
        await erase_recipient(runtime, market_id=market, sought=Sought(phone=PHONE, name=None)) == 2
    )
    headers = {"Idempotency-Key": "again"}
    again = await merchant.post("/v1/jobs", json=JOB | {"dropoff": RECIPIENT}, headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.json()["id"], again.json()["stops"][1]["contact"]) == (job["id"], None)
    assert {table for table, _ in await found(conn, OF_RECIPIENT)} <= GONE_SOON | TRAIL


async def test_a_recipient_to_whom_something_is_under_way_is_not_forgotten(
    runtime, market, delivered, post, conn
):
    await post(dropoff=RECIPIENT)
    with pytest.raises(InvalidStateTransitionError):
        await erase_recipient(runtime, market_id=market, sought=Sought(phone=PHONE, name=None))
    assert await conn.fetchval("SELECT count(*) FROM job WHERE erased_at IS NOT NULL") == 0


async def test_a_courier_is_told_of_suspensions_that_are_over(runtime, ops, ids):
    until = (runtime.clock.now() + timedelta(hours=1)).isoformat()
    await suspend(ops, ids[0], until=until)
    await reinstate(ops, ids[0])
    first, second = (await export_courier(runtime, courier_id=ids[0]))["suspensions"]
    assert (first["type"], first["reason"]) == ("courier.suspended", "safety")
    assert datetime.fromisoformat(first["until"]) == datetime.fromisoformat(until)
    assert (second["type"], second["reason"]) == ("courier.reinstated", None)
    assert first["at"] < second["at"]


async def test_a_courier_is_told_and_forgotten(
    runtime, market, delivered, conn, ids, keys, courier, ops
):
    await conn.execute(
        "INSERT INTO position_sample VALUES ($1, $2, now(), 48.1234567, 16.7654321)", market, ids[0]
    )
    told = json.dumps(await export_courier(runtime, courier_id=ids[0]), default=str)
    of_anna = ["Anna", DECLINED, "48.1234567", "not amused", "in the garden"]
    for word in (*of_anna, f"courier:{ids[0]}"):
        assert word in told
    ledger = await conn.fetch("SELECT * FROM transfer ORDER BY id")
    assert ledger
    await erase_courier(runtime, courier_id=ids[0])
    await erase_courier(runtime, courier_id=ids[0])  # again changes nothing
    assert {table for table, _ in await found(conn, of_anna)} <= GONE_SOON
    assert await conn.fetch("SELECT * FROM transfer ORDER BY id") == ledger
    names = {one["name"] for one in (await ops.get("/v1/ops/couriers")).json()["couriers"]}
    assert names == {"erased", "Ben", "Cleo"}
    opened = await conn.fetchval(
        "SELECT count(*) FROM open_credential WHERE courier_id = $1", ids[0]
    )
    assert opened == 0


async def test_a_courier_at_work_is_not_forgotten(
    runtime, address, keys, ids, post, ops, relay, conn
):
    async with on_duty(runtime, address, keys[1]) as talk:
        with pytest.raises(InvalidStateTransitionError):
            await erase_courier(runtime, courier_id=ids[0])
        await taken(talk, await offered(talk, ops, await post(), ids[0]))
        await talk.say("set_status", status="offline", ref="home")
        await talk.hear("done", ref="home")  # the last job first: `ending`
        with pytest.raises(InvalidStateTransitionError):
            await erase_courier(runtime, courier_id=ids[0])
    assert await conn.fetchval("SELECT name FROM courier WHERE id = $1", ids[0]) == "Anna"


async def test_old_jobs_forget_their_recipients_and_keep_the_rest(
    runtime, market, delivered, post, conn
):
    young = await post(dropoff=RECIPIENT)
    await conn.execute(
        "UPDATE job SET ended_at = market_now() - interval '89 d 23 h' WHERE status = 'delivered'"
    )
    assert await erase_old_jobs(runtime, market_id=market) == 0
    await conn.execute(
        "UPDATE job SET ended_at = market_now() - interval '90 d 1 h' WHERE status = 'delivered'"
    )
    assert await forget_recipients(runtime, market) == 1
    assert await forget_recipients(runtime, market) == 0
    rows = await conn.fetch("SELECT job_id::text, address FROM stop WHERE kind = 'dropoff'")
    assert {row["job_id"]: row["address"] for row in rows} == {
        delivered["id"]: "erased",
        young["id"]: "Kanarienweg 77",
    }


async def test_the_ledger_and_the_audit_log_name_nobody_and_tell_what_was_done(
    runtime, market, delivered, conn, ids
):
    merchant_id = await conn.fetchval("SELECT id FROM merchant")
    assert "Bakery Strobl" in json.dumps(await export_merchant(runtime, merchant_id=merchant_id))
    await export_recipient(runtime, market_id=market, sought=Sought(phone=PHONE, name=None))
    await erase_recipient(runtime, market_id=market, sought=Sought(phone=PHONE, name=None))
    await erase_courier(runtime, courier_id=ids[0])
    people = [*OF_RECIPIENT, "Anna", "Bakery", DECLINED]
    hits = {table for table, _ in await found(conn, people)}
    assert not hits & {"transfer", "audit_entry", "audit_head"}
    rows = await conn.fetch("SELECT action, subject FROM audit_entry ORDER BY number")
    job = f"job:{delivered['id']}"
    assert [tuple(row) for row in rows if row["action"].endswith("_data")] == [
        (AuditAction.EXPORT_DATA, f"merchant:{merchant_id}"),
        (AuditAction.EXPORT_DATA, job),
        (AuditAction.ERASE_DATA, job),
        (AuditAction.ERASE_DATA, f"courier:{ids[0]}"),
    ]
    assert not (await verify_audit_log(runtime, market_id=market, kept=())).violations


async def test_nobody_is_found_whom_nobody_knows(runtime, market, ids):
    for phone, name in (("+4312345678", None), (None, "Nobody"), (PHONE, "Nobody")):
        with pytest.raises(NotFoundError):
            await export_recipient(runtime, market_id=market, sought=Sought(phone=phone, name=name))
    with pytest.raises(NotFoundError):
        await export_merchant(runtime, merchant_id=ids[0])
    with pytest.raises(NotFoundError):
        await erase_courier(runtime, courier_id=runtime.new_id())
