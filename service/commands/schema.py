"""`hexhaul schema`: the schema as one file, for people and for the comparison in CI."""

import asyncio
import re
import subprocess
import tempfile
from pathlib import Path

import click

from service.embedded.binaries import find_postgres
from service.embedded.client import EmbeddedServers
from service.settings import Settings
from service.store.migrations import migrate

# What differs between versions of pg_dump, or between runs, and says nothing of the schema.
_NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\..*|\\(un)?restrict .*|)$")


@click.group()
def schema() -> None:
    """Look at the schema that the migrations make."""


@schema.command()
def dump() -> None:
    """Print the schema; `python3 dev.py schema` keeps it in sql/schema.sql."""
    click.echo(dumped(), nl=False)


def dumped() -> str:
    """Return the schema that the migrations make on an empty database."""
    with (
        tempfile.TemporaryDirectory(prefix="hexhaul-schema-") as folder,
        EmbeddedServers(Path(folder), durable=False) as urls,
    ):
        asyncio.run(migrate(Settings(database_url=urls.database_url, redis_url=urls.redis_url)))
        return dump_of(urls.database_url)


def dump_of(database_url: str) -> str:
    """Return the schema of a database, without what says nothing of it."""
    pg_dump = find_postgres().path.parent / "pg_dump"
    text = subprocess.run(  # noqa: S603  # the program that came with our server
        [pg_dump, "--schema-only", "--no-owner", "--no-privileges", database_url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    lines = [line for line in text.splitlines() if not _NOISE.match(line)]
    return "-- Written by `python3 dev.py schema` from sql/migrations; not by hand.\n" + "".join(
        f"{line}\n" for line in lines
    )
