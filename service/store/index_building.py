"""Migrations that build indexes while the table is written to: outside of any transaction."""

import re
from collections.abc import Iterator

from msgspec import Struct

from service.store.connection import Connection

MARK = "-- hexhaul:concurrently"  # the first line of such a migration
_BUILD = re.compile(
    r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS (?P<name>\w+) ON [^;]+", re.DOTALL
)
_IS_LEFT_OVER = """
SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid
"""


class NotConcurrentError(Exception):
    """A migration with the mark has something else in it than indexes; the message says what."""


class Build(Struct, frozen=True, kw_only=True):
    """An index, and the statement that builds it."""

    name: str
    statement: str


def is_concurrent(text: str) -> bool:
    """Whether a migration is to run outside of a transaction."""
    return text.partition("\n")[0].rstrip() == MARK


def read_builds(text: str) -> Iterator[Build]:
    """Yield the indexes of a migration, in order.

    Raises:
        NotConcurrentError: a statement is of another form than `CREATE INDEX CONCURRENTLY IF NOT
            EXISTS`, and could not be begun again.
    """
    said = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    for part in said.split(";"):
        statement = part.strip()
        if not statement:
            continue
        found = _BUILD.fullmatch(statement)
        if found is None:
            raise NotConcurrentError(statement)
        yield Build(name=found["name"], statement=statement)


async def build(conn: Connection, one: Build) -> None:
    """Build an index unless it is there; what a build that was broken off has left is built anew.

    Raises:
        LockContentionError: old transactions did not end in time; it may be tried again.
        UnavailableError: Postgres does not answer; likewise.
    """
    if await conn.fetch(_IS_LEFT_OVER, one.name):
        await conn.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {one.name}")
    await conn.execute(one.statement)
