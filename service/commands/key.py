"""`hexhaul key`: the keys of merchants, for whom no key of theirs opens the way any more."""

import asyncio

import click

from service.actions.restrict_key import allow_key
from service.domain.errors import DomainError
from service.domain.keyring import IssuedKey
from service.runtime import open_runtime
from service.settings import read_settings


@click.group()
def key() -> None:
    """Change what keys of merchants are good for."""


@key.command()
@click.argument("key_id")
@click.argument("networks", nargs=-1, metavar="[NETWORK]...")
def allow(key_id: str, networks: tuple[str, ...]) -> None:
    """Say from where a merchant's key may be used, by the eight characters in its middle.

    Without networks from anywhere. The audit log tells it.
    """
    try:
        changed = asyncio.run(_allow(key_id, networks))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{key_id} may be used from {', '.join(changed.allowed_from) or 'anywhere'}, in 5 s")


async def _allow(key_id: str, networks: tuple[str, ...]) -> IssuedKey:
    async with open_runtime(read_settings()) as runtime:
        return await allow_key(runtime, key_id=key_id, allowed_from=networks)
