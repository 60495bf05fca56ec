"""Statements from outside: what each side sees of the same money, and what ops may correct."""

import asyncio
import csv
import io
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.actions.enroll import CourierEntry, MerchantEntry, enroll
from service.api.statements import CSV_LINES_COUNT_MAX, CSV_PAGE_COUNT
from service.domain.ledger import EXTRA_CENTS_MAX, delivery_of, settle
from service.domain.policy import Policy
from service.domain.pricing import pay_cents
from service.domain.vocabulary import Vehicle
from service.store import changes, deployment, jobs
from service.store.changes import Changes
from service.wire.text import FEE_CENTS_MAX
from tests.integration.api.conftest import client_of
from tests.integration.api.people import console_of
from tests.integration.api.test_rest import UNKNOWN_ID, check_problem
from tests.integration.deliveries import deliver

FEE_CENTS = 1_001
PAY_CENTS = pay_cents(Policy(), fee_cents=FEE_CENTS)


@pytest.fixture
def period(runtime):
    """The hour around now, as parameters."""
    now = runtime.clock.now()
    return {
        "from": (now - timedelta(minutes=30)).isoformat(),
        "to": (now + timedelta(minutes=30)).isoformat(),
    }


@pytest.fixture
def delivered(runtime, market, ids, post):
    """Have the first courier deliver a new job; return it as it was posted."""

    async def deliver_one(**changes):
        job = await post(**({"fee_cents": FEE_CENTS} | changes))
        await deliver(runtime, job_id=UUID(job["id"]), courier_id=ids[0], market_id=market)
        return job

    return deliver_one


@pytest.fixture
async def second(runtime, market, address):
    """Somebody who approves."""
    async with console_of(runtime, market, address, "second", role="finance") as http:
        yield http


@pytest.fixture
async def first(runtime, market, address):
    """Somebody who proposes."""
    async with console_of(runtime, market, address, "first", role="finance") as http:
        yield http


@pytest.fixture
def adjust(first, second):
    """Send an adjustment, and let somebody else approve it; return the answer to what failed."""

    async def send(job_id, *, key="once", **changes):
        body = {"kind": "refund", "amount_cents": 300, "reason": "late"} | changes
        headers = {"Idempotency-Key": key}
        path = f"/v1/ops/jobs/{job_id}/adjustments"
        answer = await first.post(path, json=body, headers=headers)
        if answer.status_code == 201:
            id_ = answer.json()["id"]
            approved = await second.post(f"/v1/ops/adjustments/{id_}/approval", json={})
            return approved if approved.status_code != 200 else answer
        return answer

    return send


async def test_both_sides_see_their_side_of_a_delivery(merchant, courier, delivered, period):
    job = await delivered(reference="A-1")
    owed = (await merchant.get("/v1/statement", params=period)).json()
    (line,) = owed["lines"]
    assert (line["kind"], line["amount_cents"], line["currency"]) == ("charge", -FEE_CENTS, "EUR")
    assert (line["job_id"], line["reference"], line["reason"]) == (job["id"], "A-1", None)
    assert owed["totals"] == [
        {
            "currency": "EUR",
            "credits_cents": 0,
            "debits_cents": FEE_CENTS,
            "balance_cents": -FEE_CENTS,
        }
    ]
    earned = (await courier.get("/v1/courier/statement", params=period)).json()
    (line,) = earned["lines"]
    assert (line["kind"], line["amount_cents"], line["job_id"]) == ("pay", PAY_CENTS, job["id"])
    assert "reference" not in line
    assert earned["totals"][0]["balance_cents"] == PAY_CENTS


async def test_a_statement_is_read_page_by_page_and_its_totals_are_of_all(
    merchant, delivered, adjust, period
):
    jobs = [await delivered() for _ in range(2)]
    for number, job in enumerate(jobs):
        assert (await adjust(job["id"], key=str(number))).status_code == 201
    whole = (await merchant.get("/v1/statement", params=period)).json()
    assert [line["amount_cents"] for line in whole["lines"]] == [-FEE_CENTS, -FEE_CENTS, 300, 300]
    read, cursor = [], None
    while cursor is not None or not read:
        params = period | {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = (await merchant.get("/v1/statement", params=params)).json()
        assert page["totals"] == (whole["totals"] if cursor is None else None)
        read += page["lines"]
        cursor = page["next_cursor"]
    assert read == whole["lines"]


async def test_a_period_ends_before_its_end(runtime, merchant, delivered, period):
    await delivered()
    (line,) = (await merchant.get("/v1/statement", params=period)).json()["lines"]
    until = (await merchant.get("/v1/statement", params=period | {"to": line["at"]})).json()
    assert (until["lines"], until["totals"]) == ([], [])
    since = (await merchant.get("/v1/statement", params=period | {"from": line["at"]})).json()
    assert since["lines"] == [line]


instant = datetime.fromisoformat


async def settle_now(conn, job_id, courier_id):
    """Do to the ledger what a delivery does, as late in its transaction."""
    await jobs.lock_jobs(conn, job_ids=[job_id])
    (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
    now = (await deployment.read_market_time(conn)).now
    ended = replace(job, courier_id=courier_id, ended_at=now)
    await changes.save(conn, Changes(transfers=settle(delivery_of(ended, pay_cents=PAY_CENTS))))


async def test_a_statement_ends_before_what_is_still_being_written(
    runtime, merchant, ids, post, delivered, period
):
    before = await delivered()
    held = await post(fee_cents=FEE_CENTS)
    async with runtime.pool.transaction() as conn:
        await settle_now(conn, UUID(held["id"]), ids[0])
        after = await delivered()
        early = (await merchant.get("/v1/statement", params=period)).json()
        csv_early = await merchant.get("/v1/statement.csv", params=period)
    assert [line["job_id"] for line in early["lines"]] == [before["id"]]
    assert early["totals"][0]["debits_cents"] == FEE_CENTS
    assert len(csv_early.text.splitlines()) == 2
    rest = period | {"from": early["complete_until"]}
    late = (await merchant.get("/v1/statement", params=rest)).json()
    assert [line["job_id"] for line in late["lines"]] == [held["id"], after["id"]]
    rest = period | {"from": csv_early.headers["complete-until"]}
    assert len((await merchant.get("/v1/statement.csv", params=rest)).text.splitlines()) == 3


async def test_who_only_reads_holds_no_statement_back(conn, merchant, delivered, period):
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        await conn.fetchval("SELECT count(*) FROM transfer")
        job = await delivered()
        read = (await merchant.get("/v1/statement", params=period)).json()
    assert [line["job_id"] for line in read["lines"]] == [job["id"]]
    assert instant(read["complete_until"]) > instant(read["lines"][0]["at"])


async def test_a_period_that_is_over_is_complete(runtime, merchant, delivered, period):
    await delivered()
    until = runtime.clock.now().isoformat()
    read = (await merchant.get("/v1/statement", params=period | {"to": until})).json()
    assert read["complete_until"] == read["to_at"]
    ahead = {"from": period["to"], "to": (runtime.clock.now() + timedelta(days=1)).isoformat()}
    read = (await merchant.get("/v1/statement", params=ahead)).json()
    assert (read["complete_until"], read["lines"]) == (read["from_at"], [])


async def test_the_pages_of_a_statement_end_where_the_first_one_said(merchant, delivered, period):
    jobs_of_then = [(await delivered())["id"] for _ in range(2)]
    params = period | {"limit": 1}
    first = (await merchant.get("/v1/statement", params=params)).json()
    await delivered()
    lines, cursor = first["lines"], first["next_cursor"]
    while cursor is not None:
        page = (await merchant.get("/v1/statement", params=params | {"cursor": cursor})).json()
        assert page["complete_until"] == first["complete_until"]
        lines += page["lines"]
        cursor = page["next_cursor"]
    assert [line["job_id"] for line in lines] == jobs_of_then


MANY = """
INSERT INTO transfer (id, market_id, job_id, kind, debit, credit, amount_cents, currency, at,
                      reason)
SELECT gen_random_uuid(), market_id, id, 'refund', 'market:' || market_id,
       'merchant:' || merchant_id, 1, currency,
       market_now() - interval '10 min' + (n / 7) * interval '1 ms', 'goodwill'
  FROM job, generate_series(1, $1::int) AS n
"""


async def test_a_csv_of_many_pages_has_each_line_once_in_order(conn, merchant, post, period):
    await post()
    await conn.execute(MANY, 2 * CSV_PAGE_COUNT + 3)
    answer = await merchant.get("/v1/statement.csv", params=period)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    ids = await conn.fetch("SELECT id FROM transfer ORDER BY at, id")
    assert [row["id"] for row in rows] == [str(row["id"]) for row in ids]
    until = answer.headers["complete-until"]
    assert until.endswith("Z")  # a plus is a space in a query
    assert instant(until) > instant(rows[-1]["at"])


async def test_a_csv_of_full_pages_only_ends_with_the_last(conn, merchant, post, period):
    await post()
    await conn.execute(MANY, CSV_PAGE_COUNT)
    answer = await merchant.get("/v1/statement.csv", params=period)
    assert len(answer.text.splitlines()) == 1 + CSV_PAGE_COUNT


async def test_more_lines_than_a_csv_may_have_are_refused_and_read_by_pages(
    conn, merchant, post, period
):
    await post()
    await conn.execute(MANY, CSV_LINES_COUNT_MAX + 1)
    refused = await merchant.get("/v1/statement.csv", params=period)
    check_problem(refused, 400, "invalid_params")
    page = (await merchant.get("/v1/statement", params=period)).json()
    assert page["totals"][0]["credits_cents"] == CSV_LINES_COUNT_MAX + 1
    assert page["next_cursor"] is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-11-01"},
        {"from": "2026-11-01T00:00:00"},
        {"from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
        {"from": "2020-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
        {"from": "9999-12-31T00:00:00Z", "to": "9999-12-31T01:00:00Z"},
        {"from": "0001-01-01T00:00:00+12:00", "to": "0001-01-01T01:00:00+12:00"},
        {"from": "1999-12-31T23:59:59.999999Z", "to": "2000-01-02T00:00:00Z"},
        {"cursor": "x"},
        {"limit": "0"},
    ],
)
async def test_a_period_that_is_none_is_refused(merchant, courier, period, wrong):
    for client, path in ((merchant, "/v1/statement"), (courier, "/v1/courier/statement")):
        check_problem(await client.get(path, params=period | wrong), 400, "invalid_params")
    missing = await merchant.get("/v1/statement", params={"from": period["from"]})
    check_problem(missing, 400, "invalid_params")


async def test_nobody_sees_the_money_of_others(
    runtime, market, address, clients, delivered, period
):
    await delivered()
    keys = await enroll(
        runtime,
        market_id=market,
        entries=[MerchantEntry(name="Other"), CourierEntry(name="Dora", vehicle=Vehicle.BIKE)],
    )
    paths = ("/v1/statement", "/v1/courier/statement")
    for key, path in zip(keys, paths, strict=True):
        async with client_of(address, key) as other:
            seen = (await other.get(path, params=period)).json()
            assert (seen["lines"], seen["totals"], seen["next_cursor"]) == ([], [], None)
            rows = (await other.get(f"{path}.csv", params=period)).text.splitlines()
            assert len(rows) == 1
    second_courier = (await clients[2].get(paths[1], params=period)).json()
    assert second_courier["lines"] == []


async def test_a_reference_cannot_be_a_formula_in_a_spreadsheet(
    merchant, courier, delivered, period
):
    references = ["=1+1", "+1", "-1", "@a", 'a "b", c', "=HYPERLINK(1)"]
    for reference in references:
        await delivered(reference=reference)
    answer = await merchant.get("/v1/statement.csv", params=period)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    expected = ["'=1+1", "'+1", "'-1", "'@a", 'a "b", c', "'=HYPERLINK(1)"]
    assert [row["reference"] for row in rows] == expected
    assert {row["amount_cents"] for row in rows} == {str(-FEE_CENTS)}
    assert {row["reason"] for row in rows} == {""}
    earned = (await courier.get("/v1/courier/statement.csv", params=period)).text
    rows = list(csv.DictReader(io.StringIO(earned)))
    assert [row["amount_cents"] for row in rows] == [str(PAY_CENTS)] * len(references)
    assert "reference" not in rows[0]


async def test_the_same_key_adjusts_once(merchant, delivered, adjust, period):
    job = await delivered()
    answers = await asyncio.gather(*(adjust(job["id"]) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    lines = (await merchant.get("/v1/statement", params=period)).json()["lines"]
    assert [(line["kind"], line["amount_cents"], line["reason"]) for line in lines] == [
        ("charge", -FEE_CENTS, None),
        ("refund", 300, "late"),
    ]
    other = await adjust(job["id"], amount_cents=301)
    check_problem(other, 422, "idempotency_mismatch")


async def test_no_more_is_given_back_than_was_charged(delivered, adjust):
    job = await delivered()
    too_much = await adjust(job["id"], amount_cents=FEE_CENTS + 1)
    assert check_problem(too_much, 400, "invalid_params")["field"] == "/amount_cents"
    assert (await adjust(job["id"], amount_cents=FEE_CENTS)).status_code == 201
    check_problem(await adjust(job["id"], key="twice"), 400, "invalid_params")


async def test_the_largest_fee_is_given_back_at_once_and_what_is_added_has_a_limit(
    merchant, delivered, adjust, period
):
    job = await delivered(fee_cents=FEE_CENTS_MAX)
    answer = await adjust(job["id"], amount_cents=FEE_CENTS_MAX)
    assert answer.status_code == 201, answer.text
    (total,) = (await merchant.get("/v1/statement", params=period)).json()["totals"]
    assert total["balance_cents"] == 0
    extra = {"kind": "extra_charge", "amount_cents": EXTRA_CENTS_MAX}
    assert (await adjust(job["id"], key="most", **extra)).status_code == 201
    extra["amount_cents"] += 1
    more = await adjust(job["id"], key="more", **extra)
    assert check_problem(more, 400, "invalid_params")["field"] == "/amount_cents"


async def test_many_refunds_at_once_give_back_no_more_than_was_charged(
    merchant, delivered, adjust, period
):
    job = await delivered()
    await asyncio.gather(*(adjust(job["id"], key=str(number)) for number in range(6)))
    (total,) = (await merchant.get("/v1/statement", params=period)).json()["totals"]
    assert (total["debits_cents"], total["credits_cents"]) == (FEE_CENTS, 900)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "charge"}, "/kind"),
        ({"kind": "pay"}, "/kind"),
        ({"amount_cents": 0}, "/amount_cents"),
        ({"amount_cents": -1}, "/amount_cents"),
        ({"amount_cents": FEE_CENTS_MAX + 1}, "/amount_cents"),
        ({"amount_cents": 10**22}, "/amount_cents"),
        ({"amount_cents": 1.5}, "/amount_cents"),
        ({"reason": "because"}, "/reason"),
        ({"currency": "USD"}, "/currency"),
    ],
)
async def test_an_adjustment_out_of_bounds_is_refused(adjust, changes, field):
    problem = check_problem(await adjust(UNKNOWN_ID, **changes), 400, "invalid_params")
    assert problem["field"] == field


async def test_what_is_under_way_is_not_adjusted(post, adjust):
    job = await post()
    check_problem(await adjust(job["id"]), 409, "invalid_state_transition")
