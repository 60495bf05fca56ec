"""Indexes are built while their table is written to, and anew when a build was broken off."""

import asyncio
import re

import asyncpg
import pytest

from service.store import migrations
from service.store.index_building import (
    MARK,
    NotConcurrentError,
    is_concurrent,
    read_builds,
)
from service.store.migrations import FORMERLY, migrate, read_migrations
from tests.integration.waiting import until_waiting

NAME = "9999_by_actor"
TEXT = f"""{MARK}
-- By whom.
CREATE INDEX CONCURRENTLY IF NOT EXISTS fact_of_actor ON fact (market_id, actor);
"""
STATE = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('fact_of_actor')"
WRITE = """
INSERT INTO fact (market_id, type, actor, at, body)
VALUES ('vienna', 'market.paused', 'ops', now(), '{"type": "market", "id": "vienna"}')
"""
LOOKS_INDEX = """
SELECT indexrelid, pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indexrelid = to_regclass('audit_entry_to_blank')
"""


@pytest.fixture
def with_index(monkeypatch):
    """A migration more, that indexes the log."""
    known = read_migrations()
    monkeypatch.setattr(migrations, "read_migrations", lambda: [*known, (NAME, TEXT)])


async def test_an_index_is_built_once_and_noted(database, conn, with_index):
    assert await migrate(database) == [NAME]
    assert await conn.fetchval(STATE)
    assert await migrate(database) == []


async def test_what_a_broken_build_has_left_is_built_anew(database, conn, with_index):
    await conn.execute("CREATE INDEX fact_of_actor ON fact (market_id, actor)")
    await conn.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('fact_of_actor')"
    )
    assert await migrate(database) == [NAME]
    assert await conn.fetchval(STATE)


async def test_facts_are_written_while_their_index_is_built(
    database, runtime, conn, market, with_index
):
    writer = await asyncpg.connect(database.database_url)
    transaction = writer.transaction()
    await transaction.start()
    await writer.execute(WRITE)  # the build has to wait for the end of this
    building = asyncio.create_task(migrate(database))
    await until_waiting(runtime, 1)
    async with asyncio.timeout(2.0):
        await conn.execute(WRITE)
    assert not building.done()
    await transaction.commit()
    assert await building == [NAME]
    await writer.close()


async def test_two_hosts_build_it_once(database, with_index):
    first, second = await asyncio.gather(migrate(database), migrate(database))
    assert first + second == [NAME]


async def test_who_had_it_before_it_built_so_has_the_same(database, conn):
    for name, sha256 in FORMERLY.items():
        await conn.execute("UPDATE migration SET sha256 = $2 WHERE name = $1", name, sha256)
    assert await migrate(database) == []


async def test_an_index_that_moved_to_a_migration_of_its_own_is_not_built_again(database, conn):
    """The database made it by the former text of the migration before."""
    was = await conn.fetchrow(LOOKS_INDEX)
    former = FORMERLY["0041_looks_end"]
    await conn.execute("UPDATE migration SET sha256 = $1 WHERE name = '0041_looks_end'", former)
    await conn.execute("DELETE FROM migration WHERE name = '0042_looks_by_time'")
    assert await migrate(database) == ["0042_looks_by_time"]
    assert await conn.fetchrow(LOOKS_INDEX) == was


@pytest.mark.parametrize("table", ["fact", "audit_entry"])
def test_what_all_write_to_is_not_indexed_in_a_transaction_any_more(table):
    newer = [text for name, text in read_migrations() if name >= "0029"]
    creates = re.compile(rf"CREATE (UNIQUE )?INDEX \w+ ON {table} ")
    assert not [text for text in newer if creates.search(text)]


def test_every_migration_that_says_so_has_indexes_alone():
    marked = [text for _, text in read_migrations() if is_concurrent(text)]
    assert all(list(read_builds(text)) for text in marked)


@pytest.mark.parametrize(
    "statement", ["DROP TABLE fact", "CREATE INDEX fact_of_actor ON fact (actor)"]
)
def test_anything_else_is_refused(statement):
    with pytest.raises(NotConcurrentError):
        list(read_builds(f"{MARK}\n{statement};"))
