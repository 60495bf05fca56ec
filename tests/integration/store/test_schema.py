"""The schema as it is kept is the one that the migrations make."""

import asyncio
from pathlib import Path

import asyncpg
import msgspec
import pytest

from service.commands.schema import dump_of
from service.embedded.binaries import find_postgres
from service.store.migrations import MigrationChangedError, migrate, read_migrations

SCHEMA = Path(__file__).parents[3] / "sql" / "schema.sql"


def test_the_dump_is_up_to_date(settings, template):
    if find_postgres().version[0] != 18:
        pytest.skip("dumps read the same only from the same major version of pg_dump")
    url = settings.database_url.replace("/postgres?", f"/{template}?")
    assert dump_of(url) == SCHEMA.read_text("utf-8"), "run `python3 dev.py schema`"


async def test_migrating_again_changes_nothing(database):
    assert await migrate(database) == []


async def test_two_hosts_may_migrate_at_once(settings):
    conn = await asyncpg.connect(settings.database_url)
    await conn.execute("DROP DATABASE IF EXISTS fresh WITH (FORCE)")
    await conn.execute("CREATE DATABASE fresh")
    url = settings.database_url.replace("/postgres?", "/fresh?")
    fresh = msgspec.structs.replace(settings, database_url=url)
    first, second = await asyncio.gather(migrate(fresh), migrate(fresh))
    assert sorted(first + second) == [name for name, _ in read_migrations()]
    await conn.execute("DROP DATABASE fresh WITH (FORCE)")
    await conn.close()


async def test_an_edited_migration_is_refused(database, conn):
    await conn.execute("UPDATE migration SET sha256 = 'another'")
    with pytest.raises(MigrationChangedError):
        await migrate(database)
