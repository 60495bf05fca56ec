"""`hexhaul roles`: what the processes' own database users may do."""

import asyncio

import click

from service.domain.errors import UnavailableError
from service.settings import read_settings
from service.store.roles import grant_roles


@click.command()
def roles() -> None:
    """Grant `hexhaul_api`, `_dispatch`, `_relay` and `_webhooks` what they need, and no more.

    As the owner of the database, after each `hexhaul migrate`. The users that processes log in as
    are made by hand, as members of these.
    """
    try:
        asyncio.run(grant_roles(read_settings()))
    except UnavailableError as error:
        raise click.ClickException(f"{error}; see `hexhaul doctor`") from error
    click.echo("granted; CREATE USER name PASSWORD '...' IN ROLE hexhaul_dispatch makes a user")
