"""Postgres itself checks each query file: its header, its columns, its caller."""

import importlib
import inspect
import re
from pathlib import Path
from typing import get_args, get_type_hints

import asyncpg
import msgspec
import pytest

ROOT = Path(__file__).parents[3] / "sql" / "queries"
PATHS = sorted(ROOT.glob("*/*.sql"))

each_query = pytest.mark.parametrize(
    "path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)


@pytest.fixture
async def conn(settings, template):
    """A connection to the template itself: nothing is written, so no test needs its own copy."""
    url = settings.database_url.replace("/postgres?", f"/{template}?")
    conn = await asyncpg.connect(url)
    yield conn
    await conn.close()


def header_of(path: Path) -> list[tuple[str, str]]:
    """Return (name, type) of each parameter as the header states them."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith("-- $1 ")]
    return re.findall(r"\$\d+ (\w+) ([\w\[\]]+)", lines[0]) if lines else []


def caller_of(path: Path):
    return getattr(importlib.import_module(f"service.store.{path.parent.name}"), path.stem)


@each_query
def test_it_opens_with_a_sentence(path):
    assert re.match(r"-- [A-Z].*\.$", path.read_text("utf-8").splitlines()[0])


@each_query
async def test_parameters_have_the_stated_types(conn, path):
    statement = await conn.prepare(path.read_text("utf-8"))
    assert [t.name for t in statement.get_parameters()] == [type_ for _, type_ in header_of(path)]


@each_query
async def test_columns_are_the_fields_of_the_returned_struct(conn, path):
    returned = get_type_hints(caller_of(path))["return"]
    candidates = (returned, *get_args(returned))
    structs = [arg for arg in candidates if hasattr(arg, "__struct_fields__")]
    statement = await conn.prepare(path.read_text("utf-8"))
    columns = [column.name for column in statement.get_attributes()]
    assert columns == [f.name for struct in structs for f in msgspec.structs.fields(struct)]


@each_query
def test_the_caller_takes_what_the_query_takes(path):
    conn, *names = inspect.signature(caller_of(path)).parameters
    assert conn == "conn"
    assert names == [name for name, _ in header_of(path)]
