"""Looking at embedded servers from outside: their processes, and clients that wait."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio
import redis.exceptions

from service.embedded.report import ServerUrls

PATIENCE_S = 15.0


@pytest.fixture
def state_dir(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def eventually():
    """Wait until the condition holds, and return what it gave; `ok_errors` mean not yet."""

    async def wait(condition: Callable[[], Awaitable], *ok_errors: type[Exception]):
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                result = await condition()
            except ok_errors:
                result = None
            if result or time.monotonic() > deadline_s:
                return result
            await asyncio.sleep(0.02)

    return wait


@pytest.fixture
def sql(eventually):
    """Return the value of a query, on a connection of its own; waits out a restart."""

    async def fetch(urls: ServerUrls, query: str):
        async def attempt():
            conn = await asyncpg.connect(urls.database_url)
            try:
                return [await conn.fetchval(query)]
            finally:
                await conn.close()

        return (await eventually(attempt, OSError, asyncpg.PostgresError))[0]

    return fetch


@pytest.fixture
def valkey(eventually):
    """Return the answer to a command, on a connection of its own; waits out a restart."""

    @asynccontextmanager
    async def connection(urls: ServerUrls) -> AsyncIterator[redis.asyncio.Redis]:
        client = redis.asyncio.Redis.from_url(urls.redis_url, decode_responses=True)
        try:
            yield client
        finally:
            await client.aclose()

    async def execute(urls: ServerUrls, *words: str):
        async def attempt():
            async with connection(urls) as client:
                return [await client.execute_command(*words)]

        return (await eventually(attempt, redis.exceptions.ConnectionError, OSError))[0]

    return execute


@pytest.fixture
def processes_of():
    """Return the processes of a state folder: it is in their command line or is where they work.

    Only those that run one of the programs, if any are named.
    """

    def find(state_dir: Path, *programs: str) -> dict[int, str]:
        found: dict[int, str] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                cwd = str((folder / "cwd").readlink())
            except OSError:
                continue  # ended meanwhile, or a zombie
            program = Path(command.partition(" ")[0]).name
            if programs and not program.startswith(programs):
                continue
            if int(folder.name) != os.getpid() and str(state_dir) in command + cwd:
                found[int(folder.name)] = command
        return found

    return find
