"""`hexhaul migrate`: brings the database to the newest migration."""

import asyncio

import click

from service.domain.errors import UnavailableError
from service.settings import read_settings
from service.store.migrations import migrate as apply_migrations


@click.command()
def migrate() -> None:
    """Apply the migrations that DATABASE_URL lacks; safe to run from many hosts at once."""
    try:
        names = asyncio.run(apply_migrations(read_settings()))
    except UnavailableError as error:
        raise click.ClickException(f"{error}; see `hexhaul doctor`") from error
    for name in names:
        click.echo(f"applied {name}")
    click.echo("the database is up to date")
