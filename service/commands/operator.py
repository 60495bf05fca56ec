"""`hexhaul operator`: the people who run markets, with accounts of their own."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from service.actions import operator_accounts, operator_roles
from service.actions.log_in_outside import subject_of
from service.domain.errors import DomainError
from service.domain.ids import MarketId
from service.domain.vocabulary import OperatorRole
from service.runtime import Runtime, open_runtime
from service.settings import read_settings

T = TypeVar("T")

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_REASON = re.compile(r"[^\x00-\x1f\x7f]{5,200}")
_ROLE = click.Choice([role.value for role in OperatorRole])
_BREAK_GLASS = click.option(
    "--break-glass",
    "breaks_glass",
    metavar="REASON",
    help="do alone what takes two; it stands in the audit log: no names",
)


@click.group()
def operator() -> None:
    """Add operators, change what they may do, and disable them."""


@operator.command()
@click.argument("login")
@click.option("--name", required=True)
@click.option("--market", "market_id", required=True)
@click.option("--role", type=_ROLE, required=True)
def add(login: str, *, name: str, market_id: str, role: str) -> None:
    """Add an operator who logs in as LOGIN; the password is shown once."""
    _check_login(login)
    password = _run(
        lambda runtime: operator_accounts.add_operator(
            runtime,
            market_id=MarketId(market_id),
            name=name,
            role=OperatorRole(role),
            login=login,
        )
    )
    if password is None:
        raise click.ClickException(f"there is an operator {login} already")
    click.echo(password)


@operator.command("role")
@click.argument("login")
@click.argument("role", type=_ROLE)
@_BREAK_GLASS
def change_role(login: str, role: str, *, breaks_glass: str | None) -> None:
    """Give an operator another role; where two admins are there, they do that by the API."""
    _run(
        lambda runtime: operator_roles.change_role(
            runtime, login=login, role=OperatorRole(role), breaks_glass=_reason(breaks_glass)
        )
    )
    click.echo(f"{login} is {role}")


@operator.command("break-glass")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--market", "market_id", required=True)
@click.option("--reason", required=True, help="why; it stands in the audit log: no names")
def break_glass(login: str, *, name: str, market_id: str, reason: str) -> None:
    """Add an admin for an emergency, for four hours; the password is shown once."""
    _check_login(login)
    password = _run(
        lambda runtime: operator_accounts.break_glass(
            runtime,
            market_id=MarketId(market_id),
            name=name,
            login=login,
            reason=_reason(reason) or "",
        )
    )
    if password is None:
        raise click.ClickException(f"there is an operator {login} already")
    click.echo(password)


@operator.command()
@click.argument("login")
def password(login: str) -> None:
    """Give an operator a new password, which is shown once."""
    click.echo(_run(lambda runtime: operator_accounts.reset_password(runtime, login=login)))


@operator.command()
@click.argument("login")
@click.option("--sub", help="the issuer's own id of the person")
@click.option("--email", help="an address that the issuer has verified")
def link(login: str, *, sub: str | None, email: str | None) -> None:
    """Let the issuer of HEXHAUL_OIDC_ISSUER vouch for an operator who has an account here."""
    issuer = read_settings().oidc_issuer
    if not issuer:
        raise click.ClickException("HEXHAUL_OIDC_ISSUER is not set")
    if (sub is None) == (email is None):
        raise click.ClickException("say --sub or --email")
    subject = subject_of(sub=sub, email=email)
    is_new = _run(
        lambda runtime: operator_accounts.link_operator(
            runtime, login=login, issuer=issuer, subject=subject
        )
    )
    if not is_new:
        raise click.ClickException("somebody is linked to that already")
    click.echo(f"{login} logs in by {issuer}")


@operator.command()
@click.argument("login")
def unlink(login: str) -> None:
    """Let no issuer vouch for an operator any more; whoever is logged in there is logged out."""
    if not _run(lambda runtime: operator_accounts.unlink_operator(runtime, login=login)):
        raise click.ClickException(f"{login} is linked to nobody")
    click.echo(f"{login} logs in by no issuer; in 5 s what was open opens nothing any more")


@operator.command()
@click.argument("login")
@click.argument("key_id")
def keep(login: str, key_id: str) -> None:
    """Say that LOGIN has the key of a program, and approves nothing that it proposes."""
    _run(lambda runtime: operator_accounts.keep_program(runtime, key_id=key_id, login=login))
    click.echo(f"{login} keeps {key_id}")


@operator.command()
@click.argument("login")
def disable(login: str) -> None:
    """Disable an operator, for good."""
    _run(lambda runtime: operator_accounts.disable_operator(runtime, login=login))
    click.echo(f"disabled {login}; in 5 s nothing opens any more, in 60 their sockets are closed")


@operator.command()
@click.argument("login")
@click.option("--market", "market_id", required=True)
@click.option("--role", type=_ROLE, required=True)
@_BREAK_GLASS
def admit(login: str, *, market_id: str, role: str, breaks_glass: str | None) -> None:
    """Let an operator look after one more market, with a role of its own there."""
    _run(
        lambda runtime: operator_roles.admit_operator(
            runtime,
            login=login,
            market_id=MarketId(market_id),
            role=OperatorRole(role),
            breaks_glass=_reason(breaks_glass),
        )
    )
    click.echo(f"{login} is {role} in {market_id}")


@operator.command()
@click.argument("login")
@click.option("--market", "market_id", required=True)
def withdraw(login: str, *, market_id: str) -> None:
    """Let an operator look after a market no more that they were admitted to."""
    _run(
        lambda runtime: operator_roles.withdraw_operator(
            runtime, login=login, market_id=MarketId(market_id)
        )
    )
    click.echo(f"{login} is out of {market_id}; open sockets end within a minute")


def _check_login(login: str) -> None:
    if not _LOGIN.fullmatch(login):
        raise click.ClickException("a login is small letters, digits and . _ @ -, up to 64")


def _reason(text: str | None) -> str | None:
    if text is not None and not _REASON.fullmatch(text):
        raise click.ClickException("a reason is one line of 5 to 200 characters")
    return text


def _run(work: Callable[[Runtime], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_runtime(read_settings()) as runtime:
            return await work(runtime)

    try:
        return asyncio.run(run())
    except DomainError as error:
        raise click.ClickException(str(error)) from error
