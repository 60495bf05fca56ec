"""`hexhaul migrate` prepares a database, `hexhaul restored` one that comes from a backup."""

import asyncio

import click

from service.domain.errors import UnavailableError
from service.settings import read_settings
from service.store.history import InUseError, begin_anew, prepare_database


@click.command()
def migrate() -> None:
    """Apply what DATABASE_URL lacks, and begin its history; safe from many hosts at once."""
    try:
        names = asyncio.run(prepare_database(read_settings()))
    except UnavailableError as error:
        raise click.ClickException(f"{error}; see `hexhaul doctor`") from error
    for name in names:
        click.echo(f"applied {name}")
    click.echo("the database is up to date")


@click.command()
def restored() -> None:
    """Begin a new history, in a database that was restored from a backup.

    With every process stopped, and before any is started: clients then read everything anew, and no
    number that fences off who wakes late is given twice.
    """
    try:
        epoch = asyncio.run(begin_anew(read_settings()))
    except (InUseError, UnavailableError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"a new history has begun: {epoch}")
