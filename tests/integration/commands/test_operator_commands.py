"""Operators from the shell: added, given another role or password, disabled."""

import asyncio

import pytest
from click.testing import CliRunner

from service.__main__ import main
from service.actions.authenticate import authenticate
from service.actions.log_in_operator import (
    LOCAL_ISSUER,
    VerifiedIdentity,
    open_console,
    verify_password,
)
from service.actions.operator_accounts import link_operator
from service.domain.errors import UnauthenticatedError, UnavailableError
from tests.integration.api.test_ops_markets import make_market


@pytest.fixture
def hexhaul(database):
    """Run the command line on this test's database, beside the test's own event loop."""
    environment = {"DATABASE_URL": database.database_url, "REDIS_URL": database.redis_url}

    async def run(*words):
        return await asyncio.to_thread(CliRunner().invoke, main, list(words), env=environment)

    return run


@pytest.fixture
async def olga(hexhaul, market):
    """The password of a viewer."""
    words = ("olga", "--name", "Olga", "--market", market, "--role", "viewer")
    added = await hexhaul("operator", "add", *words)
    assert added.exit_code == 0, added.output
    return added.output.strip()


async def is_good(runtime, password):
    turn = asyncio.Semaphore(1)
    try:
        await verify_password(runtime, login="olga", password=password, turn=turn)
    except UnauthenticatedError:
        return False
    return True


async def test_an_operator_logs_in_with_the_password_that_was_shown(runtime, olga):
    assert await is_good(runtime, olga)
    assert not await is_good(runtime, olga + "x")


async def test_a_role_is_changed(hexhaul, olga, conn):
    done = await hexhaul("operator", "role", "olga", "finance")
    assert done.output == "olga is finance\n"
    assert await conn.fetchval("SELECT role FROM operator WHERE name = 'Olga'") == "finance"


async def test_a_new_password_ends_the_old_one(hexhaul, runtime, olga):
    new = (await hexhaul("operator", "password", "olga")).output.strip()
    assert await is_good(runtime, new)
    assert not await is_good(runtime, olga)


async def test_who_is_disabled_does_not_come_back(hexhaul, runtime, olga):
    assert (await hexhaul("operator", "disable", "olga")).exit_code == 0
    assert not await is_good(runtime, olga)
    for words in (("disable", "olga"), ("role", "olga", "admin"), ("password", "olga")):
        refused = await hexhaul("operator", *words)
        assert refused.exit_code == 1
        assert "disabled" in refused.output


async def test_what_cannot_be_added_is_said(hexhaul, market, olga):
    async def add(login, market_id):
        words = (login, "--name", "X", "--market", market_id, "--role", "admin")
        return await hexhaul("operator", "add", *words)

    for login, market_id, says in (
        ("olga", market, "already"),
        ("Olga!", market, "small letters"),
        ("uwe", "nowhere", "no such market"),
    ):
        refused = await add(login, market_id)
        assert refused.exit_code == 1
        assert says in refused.output


async def test_an_operator_is_admitted_to_another_market_and_withdrawn(
    hexhaul, runtime, olga, conn
):
    await make_market(runtime, "graz")
    words = ("operator", "admit", "olga", "--market", "graz", "--role")
    assert (await hexhaul(*words, "viewer")).output == "olga is viewer in graz\n"
    assert (await hexhaul(*words, "finance")).exit_code == 0
    assert await conn.fetchval("SELECT role FROM operator_market") == "finance"
    refused = await hexhaul("operator", "admit", "olga", "--market", "vienna", "--role", "admin")
    assert (refused.exit_code, "cannot be admitted" in refused.output) == (1, True)
    assert (await hexhaul("operator", "withdraw", "olga", "--market", "graz")).exit_code == 0
    assert await conn.fetchval("SELECT count(*) FROM operator_market") == 0
    again = await hexhaul("operator", "withdraw", "olga", "--market", "graz")
    assert (again.exit_code, "not admitted" in again.output) == (1, True)


async def test_a_log_in_waits_only_so_long_for_others(runtime, olga, monkeypatch):
    monkeypatch.setattr("service.actions.log_in_operator.TURN_S_MAX", 0.0)
    with pytest.raises(UnavailableError):
        await verify_password(runtime, login="olga", password=olga, turn=asyncio.Semaphore(0))


async def add_admins(hexhaul, market, *logins):
    for login in logins:
        words = (login, "--name", login, "--market", market, "--role", "admin")
        assert (await hexhaul("operator", "add", *words)).exit_code == 0


async def entries(conn):
    return await conn.fetch("SELECT action, after, reason FROM audit_entry ORDER BY number")


async def test_where_two_admins_are_the_shell_changes_no_role_alone(hexhaul, market, olga, conn):
    words = ("operator", "role", "olga", "finance")
    await add_admins(hexhaul, market, "ann")
    assert (await hexhaul(*words)).exit_code == 0
    await add_admins(hexhaul, market, "ben")
    refused = await hexhaul("operator", "role", "olga", "admin")
    assert (refused.exit_code, "--break-glass" in refused.output) == (1, True)
    assert await conn.fetchval("SELECT role FROM operator WHERE name = 'Olga'") == "finance"
    done = await hexhaul("operator", "role", "olga", "admin", "--break-glass", "both are away")
    assert done.exit_code == 0, done.output
    assert await conn.fetchval("SELECT role FROM operator WHERE name = 'Olga'") == "admin"
    told = [(row["action"], row["reason"]) for row in await entries(conn)][-2:]
    assert told == [("break_glass", "both are away"), ("change_role", None)]


async def test_another_role_where_one_is_admitted_takes_two_as_well(hexhaul, runtime, olga, conn):
    await make_market(runtime, "graz")
    await add_admins(hexhaul, "graz", "ann", "ben")
    words = ("operator", "admit", "olga", "--market", "graz", "--role")
    assert (await hexhaul(*words, "viewer")).exit_code == 0
    assert (await hexhaul(*words, "admin")).exit_code == 1
    assert await conn.fetchval("SELECT role FROM operator_market") == "viewer"
    assert (await hexhaul(*words, "admin", "--break-glass", "both are away")).exit_code == 0
    assert await conn.fetchval("SELECT role FROM operator_market") == "admin"


async def test_an_account_for_an_emergency_ends_by_itself(hexhaul, runtime, market, conn):
    words = ("operator", "break-glass", "olga", "--name", "Olga", "--market", market)
    assert (await hexhaul(*words, "--reason", "x")).exit_code == 1
    added = await hexhaul(*words, "--reason", "nobody can log in")
    assert added.exit_code == 0, added.output
    password = added.output.splitlines()[-1].strip()
    assert await is_good(runtime, password)
    (told,) = [row for row in await entries(conn) if row["action"] == "break_glass"]
    assert told["reason"] == "nobody can log in"
    assert (await hexhaul(*words, "--reason", "once more")).exit_code == 1
    lasts_s = "SELECT extract(epoch FROM disabled_at - clock_timestamp()) FROM operator"
    assert 14_300 < await conn.fetchval(f"{lasts_s} WHERE name = 'Olga'") <= 14_400
    identity = VerifiedIdentity(issuer=LOCAL_ISSUER, subject="olga")
    console = await open_console(runtime, identity)
    assert (await authenticate(runtime, key_text=console.text)).role == "admin"
    await conn.execute("UPDATE operator SET disabled_at = clock_timestamp() WHERE name = 'Olga'")
    assert not await is_good(runtime, password)
    with pytest.raises(UnauthenticatedError):
        await authenticate(runtime, key_text=console.text)


async def test_an_operator_is_linked_to_who_is_known_to_an_issuer(hexhaul, olga, conn, monkeypatch):
    words = ("operator", "link", "olga")
    refused = await hexhaul(*words, "--sub", "4711")
    assert (refused.exit_code, "HEXHAUL_OIDC_ISSUER" in refused.output) == (1, True)
    for name, value in (
        ("ISSUER", "https://issuer.example"),
        ("CLIENT_ID", "ops"),
        ("REDIRECT_URL", "https://ops.example/ops"),
    ):
        monkeypatch.setenv(f"HEXHAUL_OIDC_{name}", value)
    for both in ((), ("--sub", "1", "--email", "olga@example.com")):
        assert (await hexhaul(*words, *both)).exit_code == 1
    assert (await hexhaul(*words, "--email", "Olga@example.com")).exit_code == 0
    assert (await hexhaul(*words, "--email", "olga@example.com")).exit_code == 1  # linked already
    row = await conn.fetchrow("SELECT issuer, subject FROM identity WHERE issuer <> 'local'")
    assert tuple(row) == ("https://issuer.example", "email:olga@example.com")


async def test_who_was_linked_wrongly_is_unlinked_and_logged_out(hexhaul, runtime, olga, conn):
    issuer = "https://issuer.example"
    assert await link_operator(runtime, login="olga", issuer=issuer, subject="sub:1")
    wrong = VerifiedIdentity(issuer=issuer, subject="sub:1")
    console = await open_console(runtime, wrong)
    done = await hexhaul("operator", "unlink", "olga")
    assert done.exit_code == 0, done.output
    with pytest.raises(UnauthenticatedError):
        await authenticate(runtime, key_text=console.text)
    with pytest.raises(UnauthenticatedError):
        await open_console(runtime, wrong)
    assert await is_good(runtime, olga)
    assert (await entries(conn))[-1]["action"] == "unlink_operator"
    again = await hexhaul("operator", "unlink", "olga")
    assert (again.exit_code, "linked to nobody" in again.output) == (1, True)


async def test_a_program_is_enrolled_with_who_keeps_it(hexhaul, market, olga, conn):
    words = ("enroll", "operator", "Board", "--market", market, "--role", "viewer")
    refused = await hexhaul(*words, "--keeper", "nobody")
    assert (refused.exit_code, "no operator nobody" in refused.output) == (1, True)
    key_id = (await hexhaul(*words)).output.split("_")[2]
    assert (await hexhaul("operator", "keep", "olga", key_id)).exit_code == 0
    assert (await hexhaul(*words, "--keeper", "olga")).exit_code == 0
    kept = "SELECT count(*) FROM operator p JOIN operator o ON p.keeper_id = o.id"
    assert await conn.fetchval(f"{kept} WHERE o.name = 'Olga'") == 2
    refused = await hexhaul("operator", "keep", "olga", "00000000")
    assert (refused.exit_code, "no program" in refused.output) == (1, True)
