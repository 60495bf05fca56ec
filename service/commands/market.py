"""`hexhaul market`, `enroll` and `revoke`: the people of a deployment, from the shell."""

import asyncio

import click

from service.actions.create_market import MarketRequest
from service.actions.create_market import create_market as create
from service.actions.enroll import CourierEntry, Entry, MerchantEntry, OperatorEntry
from service.actions.enroll import enroll as enroll_all
from service.actions.revoke_key import revoke_key
from service.commands.policy import policy
from service.domain.errors import DomainError
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.domain.vocabulary import OperatorRole, Requirement, Vehicle
from service.runtime import open_runtime
from service.settings import read_settings


@click.group()
def market() -> None:
    """Create markets, and set their policies."""


market.add_command(policy)


@market.command("create")
@click.argument("market_id")
@click.option("--name", required=True)
@click.option("--currency", default="EUR", show_default=True)
@click.option("--timezone", default="UTC", show_default=True)
@click.option("--center", nargs=2, type=float, required=True, help="LAT LNG, degrees")
@click.option("--radius-m", type=float, default=15_000.0, show_default=True)
@click.option("--live", "livemode", is_flag=True, help="else all of it is a test, keys included")
def create_market(
    market_id: str,
    *,
    name: str,
    currency: str,
    timezone: str,
    center: tuple[float, float],
    radius_m: float,
    livemode: bool,
) -> None:
    """Create a market with the default policy."""
    request = MarketRequest(
        market_id=MarketId(market_id),
        name=name,
        currency=currency,
        timezone=timezone,
        center=Point(*center),
        service_radius_m=radius_m,
        policy=Policy(),
        livemode=livemode,
    )
    if not asyncio.run(_create(request)):
        raise click.ClickException(f"there is a market {market_id} already")
    click.echo(f"created {market_id}")


async def _create(request: MarketRequest) -> bool:
    async with open_runtime(read_settings()) as runtime:
        return await create(runtime, request)


@click.group()
def enroll() -> None:
    """Enroll people; each gets a key, which is shown once."""


@enroll.command("merchant")
@click.argument("name")
@click.option("--market", "market_id", required=True)
def enroll_merchant(name: str, *, market_id: str) -> None:
    """Enroll a merchant."""
    _enroll(market_id, MerchantEntry(name=name))


@enroll.command("courier")
@click.argument("name")
@click.option("--market", "market_id", required=True)
@click.option("--vehicle", type=click.Choice([v.value for v in Vehicle]), default="bike")
@click.option(
    "--ability", "abilities", multiple=True, type=click.Choice([r.value for r in Requirement])
)
def enroll_courier(name: str, *, market_id: str, vehicle: str, abilities: tuple[str, ...]) -> None:
    """Enroll a courier."""
    able = tuple(Requirement(ability) for ability in abilities)
    _enroll(market_id, CourierEntry(name=name, vehicle=Vehicle(vehicle), abilities=able))


@enroll.command("operator")
@click.argument("name")
@click.option("--market", "market_id", required=True)
@click.option("--role", type=click.Choice([role.value for role in OperatorRole]), required=True)
@click.option("--keeper", metavar="LOGIN", help="who has its key: they approve nothing of its")
def enroll_operator(name: str, *, market_id: str, role: str, keeper: str | None) -> None:
    """Enroll a program of an operator's; for people see `hexhaul operator`.

    Without a keeper nobody approves what it proposes.
    """
    _enroll(market_id, OperatorEntry(name=name, role=OperatorRole(role), keeper=keeper))


@click.command()
@click.argument("credential_id")
def revoke(credential_id: str) -> None:
    """Revoke a key by the eight characters in its middle; it opens nothing from now on."""
    if not asyncio.run(_revoke(credential_id)):
        raise click.ClickException(f"no key {credential_id} is good")
    click.echo(f"revoked {credential_id}")


async def _revoke(credential_id: str) -> bool:
    async with open_runtime(read_settings()) as runtime:
        return await revoke_key(runtime, credential_id=credential_id)


def _enroll(market_id: str, entry: Entry) -> None:
    try:
        click.echo(asyncio.run(_enroll_one(MarketId(market_id), entry)))
    except DomainError as error:
        raise click.ClickException(str(error)) from error


async def _enroll_one(market_id: MarketId, entry: Entry) -> str:
    async with open_runtime(read_settings()) as runtime:
        (key,) = await enroll_all(runtime, market_id=market_id, entries=[entry])
        return key.text
