"""`hexhaul migrate`: brings the database to the newest migration."""

import asyncio

import click

from service.domain.errors import UnavailableError
from service.settings import read_settings
from service.store.migrations import migrate as apply_migrations
from service.store.pool import open_pool


@click.command()
def migrate() -> None:
    """Apply the migrations that DATABASE_URL lacks; safe to run from many hosts at once."""
    try:
        names = asyncio.run(_migrate())
    except UnavailableError as error:
        raise click.ClickException(f"{error}; see `hexhaul doctor`") from error
    for name in names:
        click.echo(f"applied {name}")
    click.echo("the database is up to date")


async def _migrate() -> list[str]:
    pool = await open_pool(read_settings())
    try:
        return await apply_migrations(pool)
    finally:
        await pool.close()
