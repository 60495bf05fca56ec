"""Another role takes two people, by whatever way the shell gives it; what waited then is over."""

import asyncio

import pytest

from service.actions.operator_roles import change_role
from service.actions.propose_role import decide_role, propose_role
from service.domain.audit_log import SHELL, AuditAction, AuditEntry
from service.domain.errors import InvalidStateTransitionError
from service.domain.ids import MarketId
from service.domain.vocabulary import OperatorRole
from service.store import audit_log
from tests.integration.api.test_ops_markets import make_market
from tests.integration.commands.test_operator_commands import add_admins, entries
from tests.integration.commands.test_operator_commands import hexhaul as hexhaul
from tests.integration.commands.test_operator_commands import olga as olga
from tests.integration.waiting import until_waiting

GLASS = ("--break-glass", "both are away")
DISPATCHER, FINANCE = OperatorRole.DISPATCHER, OperatorRole.FINANCE
HOLD = "SELECT FROM operator WHERE id = $1 FOR NO KEY UPDATE"


async def test_who_comes_back_to_a_market_comes_back_with_the_former_role(
    hexhaul, runtime, olga, conn
):
    await make_market(runtime, "graz")
    await add_admins(hexhaul, "graz", "ann", "ben")
    admit = ("operator", "admit", "olga", "--market", "graz", "--role")
    withdraw = ("operator", "withdraw", "olga", "--market", "graz")
    assert (await hexhaul(*admit, "viewer")).exit_code == 0
    assert (await hexhaul(*withdraw)).exit_code == 0
    refused = await hexhaul(*admit, "admin")
    assert (refused.exit_code, "is viewer" in refused.output) == (1, True)
    assert await conn.fetchval("SELECT count(*) FROM operator_market") == 0
    assert (await hexhaul(*admit, "viewer")).exit_code == 0
    assert (await hexhaul(*withdraw)).exit_code == 0
    done = await hexhaul(*admit, "admin", *GLASS)
    assert done.exit_code == 0, done.output
    assert await conn.fetchval("SELECT role FROM operator_market") == "admin"
    told = [(row["action"], row["reason"]) for row in await entries(conn)][-2:]
    assert told == [("break_glass", "both are away"), ("admit_operator", None)]


async def test_where_one_person_changes_roles_another_may_be_had_with_the_return(
    hexhaul, runtime, olga, conn
):
    await make_market(runtime, "graz")
    admit = ("operator", "admit", "olga", "--market", "graz", "--role")
    assert (await hexhaul(*admit, "viewer")).exit_code == 0
    assert (await hexhaul("operator", "withdraw", "olga", "--market", "graz")).exit_code == 0
    assert (await hexhaul(*admit, "finance")).exit_code == 0
    assert await conn.fetchval("SELECT role FROM operator_market") == "finance"


@pytest.fixture
async def people(hexhaul, market, olga, conn):
    """Who is who: two admins, and Olga, a viewer."""
    await add_admins(hexhaul, market, "ann", "ben")
    rows = await conn.fetch("SELECT subject, operator_id FROM identity")
    return {row["subject"]: row["operator_id"] for row in rows}


@pytest.fixture
def propose(runtime, market, people):
    """Let Ann propose a role for Olga."""

    async def propose_one(role, key="once"):
        return await propose_role(
            runtime,
            operator_id=people["olga"],
            market_id=market,
            role=role,
            key=key,
            by=people["ann"],
            origin=SHELL,
        )

    return propose_one


async def break_glass(runtime, role):
    await change_role(runtime, login="olga", role=role, breaks_glass="both are away")


async def approve(runtime, proposal, by):
    return await decide_role(
        runtime,
        proposal_id=proposal.id,
        market_id=proposal.market_id,
        by=by,
        approves=True,
        origin=SHELL,
    )


async def test_what_waits_about_somebody_is_over_when_the_glass_is_broken(
    hexhaul, runtime, people, propose, conn
):
    waiting = await propose(FINANCE)
    for role in ("dispatcher", "viewer"):  # and back: the proposal would fit again
        assert (await hexhaul("operator", "role", "olga", role, *GLASS)).exit_code == 0
    with pytest.raises(InvalidStateTransitionError):
        await approve(runtime, waiting, people["ben"])
    assert await conn.fetchval("SELECT role FROM operator WHERE name = 'Olga'") == "viewer"
    told = [row["after"] for row in await entries(conn) if row["action"] == "change_role"]
    assert ["ended_proposals_count" in after for after in told] == [True, False]


async def test_what_waits_about_others_waits_on(hexhaul, runtime, people, propose, conn):
    waiting = await propose(FINANCE)
    assert (await hexhaul("operator", "role", "ben", "viewer", *GLASS)).exit_code == 0
    assert (await hexhaul("operator", "role", "ben", "admin")).exit_code == 0
    assert (await approve(runtime, waiting, people["ben"])).is_approved


async def test_who_waits_for_an_operator_holds_up_nobody_in_the_audit_log(
    runtime, market, people, conn
):
    subject = f"market:{market}"
    entry = AuditEntry(
        market_id=market, origin=SHELL, action=AuditAction.PAUSE_MARKET, subject=subject
    )
    async with conn.transaction():
        await conn.execute(HOLD, people["olga"])
        changing = asyncio.create_task(break_glass(runtime, FINANCE))
        await until_waiting(runtime, 1)
        async with runtime.pool.transaction() as other:
            await other.execute("SET LOCAL lock_timeout = '100ms'")
            await audit_log.append(other, entry)
        assert not changing.done()
    await changing


async def test_a_role_that_is_proposed_in_between_is_over_as_well(
    runtime, market, people, propose, conn
):
    first = await propose(FINANCE)
    async with conn.transaction():
        await conn.execute(HOLD, people["olga"])
        changing = asyncio.create_task(break_glass(runtime, DISPATCHER))
        await until_waiting(runtime, 1)
        await conn.execute(
            "INSERT INTO proposal (id, market_id, kind, subject_id, terms, proposed_by,"
            " proposed_at, expires_at) SELECT gen_random_uuid(), market_id, kind, subject_id,"
            " terms, proposed_by, proposed_at, expires_at FROM proposal WHERE id = $1",
            first.id,
        )
    await changing
    waiting = (
        "SELECT count(*) FROM proposal WHERE is_approved IS NULL AND expires_at > market_now()"
    )
    assert await conn.fetchval(waiting) == 0
    assert await conn.fetchval("SELECT role FROM operator WHERE name = 'Olga'") == "dispatcher"


async def test_without_passwords_only_who_an_issuer_vouches_for_is_a_second_person(
    hexhaul, people, monkeypatch
):
    for name, value in (
        ("OIDC_ISSUER", "https://issuer.example"),
        ("OIDC_CLIENT_ID", "ops"),
        ("OIDC_REDIRECT_URL", "https://ops.example/ops"),
    ):
        monkeypatch.setenv(f"HEXHAUL_{name}", value)
    assert (await hexhaul("operator", "role", "olga", "finance")).exit_code == 1
    monkeypatch.setenv("HEXHAUL_OPS_PASSWORDS", "false")
    assert (await hexhaul("operator", "link", "ann", "--sub", "1")).exit_code == 0
    assert (await hexhaul("operator", "role", "olga", "finance")).exit_code == 0
    assert (await hexhaul("operator", "link", "ben", "--sub", "2")).exit_code == 0
    assert (await hexhaul("operator", "role", "olga", "viewer")).exit_code == 1


async def test_of_two_roles_where_one_is_admitted_that_are_approved_at_once_one_is_given(
    hexhaul, runtime, olga, conn
):
    await make_market(runtime, "graz")
    await add_admins(hexhaul, "graz", "ann", "ben", "cem")
    admitted = await hexhaul("operator", "admit", "olga", "--market", "graz", "--role", "viewer")
    assert admitted.exit_code == 0, admitted.output
    rows = await conn.fetch("SELECT subject, operator_id FROM identity")
    people = {row["subject"]: row["operator_id"] for row in rows}
    proposed = [
        await propose_role(
            runtime,
            operator_id=people["olga"],
            market_id=MarketId("graz"),
            role=role,
            key=role,
            by=people["ann"],
            origin=SHELL,
        )
        for role in (FINANCE, DISPATCHER)
    ]
    async with conn.transaction():
        await conn.execute(HOLD, people["olga"])
        approving = [
            asyncio.create_task(approve(runtime, proposal, people[who]))
            for proposal, who in zip(proposed, ("ben", "cem"), strict=True)
        ]
        await until_waiting(runtime, 2)
    answers = await asyncio.gather(*approving, return_exceptions=True)
    (refused,) = [one for one in answers if isinstance(one, Exception)]
    assert isinstance(refused, InvalidStateTransitionError)
    (given,) = [one.terms.role for one in answers if one is not refused]
    assert await conn.fetchval("SELECT role FROM operator_market") == given
