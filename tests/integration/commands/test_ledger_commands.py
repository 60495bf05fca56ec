"""The ledger from the shell: what holds, what does not, and what was left out."""

import pytest

from service.actions.authenticate import authenticate
from service.actions.post_job import post_job
from service.domain.policy import Policy
from service.domain.pricing import pay_cents
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
            merchant_id=merchant.merchant_id,
            market_id=market,
            request=request(fee_cents=FEE_CENTS),
            key=str(number),
            request_sha256=b"s" * 32,
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


async def test_deliveries_that_were_left_out_are_settled_once(
    conn, market, hexhaul, apart, delivered, tamper
):
    before = await conn.fetch("SELECT * FROM transfer ORDER BY id")
    await tamper("DELETE FROM transfer WHERE job_id = $1", delivered[1])
    settled = await apart(hexhaul, "ledger", "check", "--settle")
    assert (settled.exit_code, "settled now: 2 transfers" in settled.output) == (0, True)
    assert await conn.fetch("SELECT * FROM transfer ORDER BY id") == before
    again = await apart(hexhaul, "ledger", "check", "--settle")
    assert (again.exit_code, "settled now" in again.output) == (0, False)
