"""What the rest of the store knows of a database connection."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

import msgspec

T = TypeVar("T")

Row = Mapping[str, object]


class Connection(Protocol):
    """The part of asyncpg's connection that queries use."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetch(self, query: str, *args: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *args: object) -> Row | None: ...
    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[tuple[object, ...]], columns: Sequence[str]
    ) -> str: ...


def rows_count(status: str) -> int:
    """Return how many rows a command has changed, of the words with which Postgres ends it."""
    return int(status.rpartition(" ")[2])


def to_struct(row: Row, struct: type[T]) -> T:
    """Return the row as `struct`: column names are field names, and types are checked."""
    return msgspec.convert(dict(row), struct)


def to_struct_or_none(row: Row | None, struct: type[T]) -> T | None:
    """Return the row as `struct`, or None when there is no row."""
    return None if row is None else to_struct(row, struct)


def to_structs(rows: Iterable[Row], struct: type[T]) -> list[T]:
    """Return every row as `struct`."""
    return [to_struct(row, struct) for row in rows]


def to_known_structs(rows: Iterable[Row], struct: type[T]) -> list[T]:
    """Return every row as `struct`, but for those that only another release can read."""
    known: list[T] = []
    for row in rows:
        with suppress(msgspec.ValidationError):
            known.append(to_struct(row, struct))
    return known
