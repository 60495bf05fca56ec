"""What is logged of an error of Postgres says what was wrong, and not with whose row."""

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from msgspec.structs import replace

from service.domain.errors import UnavailableError
from service.store.pool import Pool, open_pool

UNDER_WAY = """
SELECT query FROM pg_stat_activity
 WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
   AND backend_type = 'client backend'
"""


async def test_an_error_does_not_tell_of_the_row(database):
    pool = await open_pool(database)
    async with pool.connection() as conn:
        await conn.execute("CREATE TABLE door (name text, bell int NOT NULL)")
    with pytest.raises(asyncpg.NotNullViolationError) as caught:
        await ring(pool)
    await pool.close()
    assert "bell" in str(caught.value)
    assert "Tweety" not in str(caught.value)


@pytest.mark.parametrize(
    ("sqlstate", "words"),
    [
        ("53100", "disk of the database is full"),
        ("53200", "not available"),  # out of memory
        ("58030", "not available"),  # the disk is broken
        ("25006", "not available"),  # it follows another server
        ("57P01", "not available"),  # it is being shut down
    ],
)
async def test_nobody_who_asks_is_to_blame_for_what_ails_the_server(database, sqlstate, words):
    pool = await open_pool(database)
    with pytest.raises(UnavailableError, match=words):
        async with pool.transaction() as conn:
            await conn.execute(f"DO $$ BEGIN RAISE SQLSTATE '{sqlstate}'; END $$")
    await pool.close()


async def test_who_only_read_while_the_server_did_writes_when_that_is_over(database):
    """Each refusal has connections made anew: the next may be of before the end of it, no other."""
    async with asyncio.timeout(10), owner_of(database) as owner:
        name = f'"{await owner.fetchval("SELECT current_database()")}"'
        await owner.execute("CREATE TABLE door (name text, bell int NOT NULL)")
        await owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        pool = await open_pool(database)
        with pytest.raises(UnavailableError):
            await ring(pool, 1)
        await owner.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        with suppress(UnavailableError):
            await ring(pool, 1)
        await ring(pool, 1)
        await pool.close()


async def test_a_session_that_ended_without_its_end_being_heard_is_left(database, conn):
    """A router forgets the connection between the last word of Postgres and its closing."""
    async with asyncio.timeout(10), deaf_to_the_end(database) as url:
        pool = await open_pool(replace(database, database_url=url))
        async with pool.connection() as lent:
            pid = await lent.fetchval("SELECT pg_backend_pid()")
        await conn.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
        await asyncio.sleep(0.1)  # the last word is read
        with pytest.raises(UnavailableError):
            await backend_of(pool)
        assert await backend_of(pool) != pid
        await pool.close()


async def test_who_is_called_away_between_plan_and_answer_leaves_a_session_in_order(database, conn):
    """Postgres would wait for the rest of the statement, and fail whoever is next."""
    pool, is_asked = await open_pool(database), asyncio.Event()

    async def ask():
        async with pool.connection() as lent:
            is_asked.set()
            await lent.fetchval("SELECT 'parsed, and left'")

    asking = asyncio.create_task(ask())
    await is_asked.wait()
    waited_for = asking._fut_waiter  # noqa: SLF001  # to be there when the plan has come, and `ask` not woken
    while not waited_for.done():  # noqa: ASYNC110  # who is told of it is told too late
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await conn.fetch(UNDER_WAY) == []
    assert await backend_of(pool)
    await pool.close()


async def test_who_is_frozen_lets_nobody_in_and_who_has_too_many_answers(database, conn):
    assert await answers(database, database.database_url)
    await conn.execute("CREATE ROLE guest LOGIN CONNECTION LIMIT 0")
    as_guest = database.database_url.replace("//postgres@", "//guest@")
    assert as_guest != database.database_url
    assert await answers(database, as_guest)
    await conn.execute("DROP ROLE guest")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system lets in; nobody speaks
        assert not await answers(database, f"postgresql://127.0.0.1:{silent.getsockname()[1]}/")
    assert not await answers(database, f"postgresql:///?host={database.recipient_keys}")


@asynccontextmanager
async def deaf_to_the_end(database):
    """Listen for sessions, whose clients are told all that Postgres says, but not that it ended."""
    folder, writers = parse_qs(urlsplit(database.database_url).query)["host"][0], []

    async def carry(reader, writer):
        while chunk := await reader.read(65_536):
            writer.write(chunk)

    async def serve(reader, writer):
        far_reader, far_writer = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        writers.extend((writer, far_writer))
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        _, port = server.sockets[0].getsockname()
        yield f"postgresql://postgres@127.0.0.1:{port}{urlsplit(database.database_url).path}"
        for writer in writers:
            writer.close()


async def backend_of(pool):
    async with pool.connection() as lent:
        return await lent.fetchval("SELECT pg_backend_pid()")


@asynccontextmanager
async def owner_of(database):
    conn = await asyncpg.connect(database.database_url)
    yield conn
    await conn.close()


async def ring(pool, bell=None):
    async with pool.transaction() as conn:
        await conn.execute("INSERT INTO door VALUES ('Tweety', $1)", bell)


async def answers(settings, url):
    """Return whether who is at the URL lets somebody new in."""
    return await Pool(None, settings=replace(settings, database_url=url)).answers()
