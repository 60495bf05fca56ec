"""The ledger from the shell: what holds, what does not, and what was left out."""

import json
from uuid import UUID

import pytest

from service.actions.adjust_job import adjust_job
from service.actions.authenticate import authenticate
from service.actions.cancel_job import cancel_job
from service.actions.once import Once
from service.actions.post_job import post_job
from service.domain.ledger import Adjustment
from service.domain.policy import Policy
from service.domain.pricing import pay_cents
from service.domain.vocabulary import AdjustmentReason, ReasonCode, TransferKind
from tests.integration.actions.conftest import request
from tests.integration.deliveries import deliver

FEE_CENTS = 1_001
PAY_CENTS = pay_cents(Policy(), fee_cents=FEE_CENTS)


@pytest.fixture
async def delivered(runtime, conn, market, keys):
    """The ids of two delivered jobs, in the order of their ids."""
    merchant, courier, *_ = [await authenticate(runtime, key_text=key.text) for key in keys]
    for number in range(2):
        await post_job(
            runtime,
            market_id=market,
            request=request(fee_cents=FEE_CENTS),
            once=Once(merchant_id=merchant.merchant_id, key=str(number), request_sha256=b"s" * 32),
            present=lambda job: str(job.id).encode(),
        )
    job_ids = [row["id"] for row in await conn.fetch("SELECT id FROM job ORDER BY id")]
    for job_id in job_ids:
        await deliver(runtime, job_id=job_id, courier_id=courier.courier_id, market_id=market)
    return job_ids


@pytest.fixture
def tamper(conn):
    """Do what nobody may: change the ledger behind its guard."""

    async def do(statement, *args):
        await conn.execute("ALTER TABLE transfer DISABLE TRIGGER transfer_is_final")
        await conn.execute(statement, *args)
        await conn.execute("ALTER TABLE transfer ENABLE TRIGGER transfer_is_final")

    return do


async def test_a_ledger_that_holds_is_said_to(market, hexhaul, apart, delivered):
    done = await apart(hexhaul, "ledger", "check")
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.output.splitlines()]
    assert lines[0] == ["vienna:", "2", "deliveries"]
    sums = {words[-3]: int(words[-2]) for words in lines if words[-1] == "EUR"}
    assert sums == {
        "couriers": 2 * PAY_CENTS,
        "market": 2 * (FEE_CENTS - PAY_CENTS),
        "merchants": -2 * FEE_CENTS,
    }


async def test_a_market_without_deliveries_holds_and_an_unknown_one_is_none(market, hexhaul, apart):
    assert (await apart(hexhaul, "ledger", "check", "--market", market)).exit_code == 0
    unknown = await apart(hexhaul, "ledger", "check", "--market", "graz")
    assert (unknown.exit_code, "no market graz" in unknown.output) == (1, True)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM transfer WHERE job_id = $1 AND kind = 'pay'", "pay is missing"),
        ("UPDATE transfer SET amount_cents = 1 WHERE job_id = $1", "not what was agreed"),
        (
            "UPDATE transfer SET credit = 'courier:' || gen_random_uuid()"
            " WHERE job_id = $1 AND kind = 'pay'",
            "pay is not what was agreed",
        ),
        (
            "INSERT INTO transfer SELECT (jsonb_populate_record(t, jsonb_build_object("
            "'id', gen_random_uuid()))).* FROM transfer t WHERE job_id = $1 AND kind = 'pay'",
            "pay is not what was agreed",
        ),
        (
            "DELETE FROM fact WHERE job_id = $1 AND type = 'job.delivered'",
            "pay that nothing accounts for",
        ),
    ],
)
async def test_what_was_tampered_with_is_named(
    market, hexhaul, apart, delivered, tamper, statement, says
):
    await tamper(statement, delivered[0])
    found = await apart(hexhaul, "ledger", "check")
    assert found.exit_code == 1
    wrong = [line for line in found.output.splitlines() if "WRONG" in line]
    assert any(says in line for line in wrong), found.output
    assert all(str(delivered[0]) in line for line in wrong)


@pytest.fixture
async def refunded(runtime, market, delivered):
    """The id of the first job, of which a part of the fee was given back."""
    refund = Adjustment(
        key="k", kind=TransferKind.REFUND, amount_cents=300, reason=AdjustmentReason.LATE
    )
    await adjust_job(runtime, job_id=delivered[0], market_id=market, adjustment=refund)
    return delivered[0]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE transfer SET amount_cents = 301 WHERE job_id = $1 AND kind = 'refund'",
            "not what the audit log says",
        ),
        (
            "UPDATE transfer SET reason = 'lost' WHERE job_id = $1 AND kind = 'refund'",
            "not what the audit log says",
        ),
        (
            "UPDATE transfer SET at = at - interval '1 us' WHERE job_id = $1 AND kind = 'refund'",
            "not what the audit log says",
        ),
        (
            "UPDATE transfer SET kind = 'extra_charge', debit = credit, credit = debit"
            " WHERE job_id = $1 AND kind = 'refund'",
            "extra_charge is not what the audit log says",
        ),
        (
            "UPDATE transfer SET credit = 'merchant:' || gen_random_uuid()"
            " WHERE job_id = $1 AND kind = 'refund'",
            "refund is between others",
        ),
        (
            "INSERT INTO transfer SELECT (jsonb_populate_record(t, jsonb_build_object("
            "'id', gen_random_uuid()))).* FROM transfer t WHERE job_id = $1 AND kind = 'refund'",
            "not what the audit log says",
        ),
        (
            "WITH raised AS (UPDATE transfer SET amount_cents = 2000"
            " WHERE job_id = $1 AND kind = 'refund' RETURNING id)"
            " UPDATE audit_entry"
            " SET after = jsonb_set(after::jsonb, '{amount_cents}', '2000')::text"
            " FROM raised WHERE subject = 'transfer:' || raised.id",
            "more was given back than was charged",
        ),
        ("DELETE FROM transfer WHERE job_id = $1 AND kind = 'refund'", "audit log is gone"),
    ],
)
async def test_an_adjustment_that_was_tampered_with_is_named(
    conn, hexhaul, apart, refunded, tamper, statement, says
):
    assert (await apart(hexhaul, "ledger", "check")).exit_code == 0
    await conn.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_is_final")
    await tamper(statement, refunded)
    found = await apart(hexhaul, "ledger", "check")
    assert found.exit_code == 1
    wrong = [line for line in found.output.splitlines() if "WRONG" in line]
    assert any(says in line for line in wrong), found.output
    assert all(str(refunded) in line for line in wrong)


async def test_what_was_charged_for_a_job_that_was_not_delivered_is_checked_too(
    runtime, conn, market, keys, hexhaul, apart, tamper
):
    merchant = await authenticate(runtime, key_text=keys[0].text)
    posted = await post_job(
        runtime,
        market_id=market,
        request=request(),
        once=Once(merchant_id=merchant.merchant_id, key="canceled", request_sha256=b"s" * 32),
        present=lambda job: str(job.id).encode(),
    )
    job_id = UUID(posted.response.body.decode())
    await cancel_job(
        runtime,
        job_id=job_id,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    charge = Adjustment(
        key="k",
        kind=TransferKind.EXTRA_CHARGE,
        amount_cents=300,
        reason=AdjustmentReason.CANCELED_LATE,
    )
    await adjust_job(runtime, job_id=job_id, market_id=market, adjustment=charge)
    done = await apart(hexhaul, "ledger", "check")
    assert (done.exit_code, "vienna: 0 deliveries" in done.output) == (0, True)
    await tamper("UPDATE transfer SET amount_cents = 301 WHERE job_id = $1", job_id)
    found = await apart(hexhaul, "ledger", "check")
    assert (found.exit_code, f"WRONG job {job_id}: extra_charge" in found.output) == (1, True)


async def test_deliveries_that_were_left_out_are_settled_once_and_as_of_now(
    conn, market, hexhaul, apart, delivered, tamper
):
    amounts = "SELECT job_id, kind, debit, credit, amount_cents FROM transfer ORDER BY id"
    before = await conn.fetch(amounts)
    await tamper("DELETE FROM transfer WHERE job_id = $1", delivered[1])
    began_at = await conn.fetchval("SELECT market_now()")
    settled = await apart(hexhaul, "ledger", "check", "--settle")
    assert (settled.exit_code, "settled now: 2 transfers" in settled.output) == (0, True)
    assert await conn.fetch(amounts) == before
    rows = await conn.fetch("SELECT id, at FROM transfer WHERE job_id = $1", delivered[1])
    assert all(row["at"] > began_at for row in rows)
    entries = await conn.fetch("SELECT * FROM audit_entry WHERE action = 'settle_job'")
    assert {entry["subject"] for entry in entries} == {f"transfer:{row['id']}" for row in rows}
    ended_at = await conn.fetchval("SELECT ended_at FROM job WHERE id = $1", delivered[1])
    for entry in entries:
        assert json.loads(entry["before"]) == {"delivered_at": ended_at.isoformat()}
    again = await apart(hexhaul, "ledger", "check", "--settle")
    assert (again.exit_code, "settled now" in again.output) == (0, False)
    assert (await apart(hexhaul, "audit", "verify")).exit_code == 0
    await tamper("UPDATE transfer SET at = at - interval '1 us' WHERE job_id = $1", delivered[1])
    found = await apart(hexhaul, "ledger", "check")
    assert (found.exit_code, "not what the audit log says" in found.output) == (1, True)
