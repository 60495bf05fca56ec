"""The schema as it is kept is the one that the migrations make."""

from pathlib import Path

import pytest

from service.commands.schema import dump_of
from service.embedded.binaries import find_postgres
from service.store.migrations import MigrationChangedError, migrate
from service.store.pool import open_pool

SCHEMA = Path(__file__).parents[3] / "sql" / "schema.sql"


def test_the_dump_is_up_to_date(settings, template):
    if find_postgres().version[0] != 18:
        pytest.skip("dumps read the same only from the same major version of pg_dump")
    url = settings.database_url.replace("/postgres?", f"/{template}?")
    assert dump_of(url) == SCHEMA.read_text("utf-8"), "run `python3 dev.py schema`"


async def test_migrating_again_changes_nothing(database):
    pool = await open_pool(database)
    assert await migrate(pool) == []
    await pool.close()


async def test_an_edited_migration_is_refused(database, conn):
    await conn.execute("UPDATE migration SET sha256 = 'another'")
    pool = await open_pool(database)
    with pytest.raises(MigrationChangedError):
        await migrate(pool)
    await pool.close()
