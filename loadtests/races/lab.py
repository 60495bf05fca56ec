"""PostgreSQL and Valkey for the races, in a temporary folder; a fresh database for each heat.

Nothing is kept, so Postgres runs without fsync: the races are about locks, not about disks.
"""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from msgspec.structs import replace

from service.embedded.client import EmbeddedServers
from service.embedded.report import ServerUrls
from service.runtime import Runtime, open_runtime
from service.settings import Settings
from service.store.connection import Connection
from service.store.history import prepare_database
from service.store.pool import open_pool

DURABILITY = "fsync, synchronous_commit and full_page_writes are off"
# Nobody gives up on a slow machine: an answer that is not known says nothing. Waits for locks are
# as in the product.
PATIENCE_S = 30.0


@contextmanager
def open_servers() -> Generator[ServerUrls]:
    """Start both servers, and stop them when the block ends.

    Raises:
        EmbeddedError: they cannot be started.
    """
    folder = Path(tempfile.mkdtemp(prefix="hexhaul-races-"))
    try:
        with EmbeddedServers(folder, durable=False) as urls:
            yield urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def open_heat(
    urls: ServerUrls, *, number: int, connections_count: int
) -> AsyncGenerator[Runtime]:
    """Make a database, and lend a runtime on it with that many connections."""
    name = f"heat_{number}"
    first = Settings(
        database_url=urls.database_url,
        redis_url=urls.redis_url,
        pool_connections_count_max=connections_count,
        acquire_timeout_s=PATIENCE_S,
        command_timeout_s=PATIENCE_S,
    )
    await _command(first, f"CREATE DATABASE {name}")
    try:
        settings = replace(first, database_url=urls.database_url.replace("/postgres?", f"/{name}?"))
        await prepare_database(settings)
        async with open_runtime(settings) as runtime:
            yield runtime
    finally:
        await _command(first, f"DROP DATABASE {name} WITH (FORCE)")


async def _command(settings: Settings, command: str) -> None:
    async with _connection(settings) as conn:
        await conn.execute(command)


@asynccontextmanager
async def _connection(settings: Settings) -> AsyncGenerator[Connection]:
    pool = await open_pool(settings)
    try:
        async with pool.connection() as conn:
            yield conn
    finally:
        await pool.close()
