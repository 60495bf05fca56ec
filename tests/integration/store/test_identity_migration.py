"""Whoever was there before scopes and roles may do after them what they could before."""

from uuid import uuid4

import asyncpg
import pytest

from service.domain.permission import Scope
from service.store.migrations import read_migrations

NAME = "0010_identity"
PEOPLE = {
    table: (
        f"INSERT INTO {table} (id, market_id, name) VALUES ($1, 'vienna', 'A')",  # noqa: S608  # of the three names
        f"INSERT INTO credential (id, secret_sha256, {table}_id, created_at)"  # noqa: S608  # as above
        " VALUES ($1, $2, $3, clock_timestamp())",
    )
    for table in ("merchant", "courier", "operator")
}


@pytest.fixture
async def before(settings):
    """A database as it was before, with a merchant, a courier and an operator in it."""
    server = await asyncpg.connect(settings.database_url)
    await server.execute("DROP DATABASE IF EXISTS before WITH (FORCE)")
    await server.execute("CREATE DATABASE before")
    conn = await asyncpg.connect(settings.database_url.replace("/postgres?", "/before?"))
    for name, text in read_migrations():
        if name < NAME:
            await conn.execute(text)
    await conn.execute(
        "INSERT INTO market (id, name, currency, timezone, center_lat_deg, center_lng_deg,"
        " service_radius_m) VALUES ('vienna', 'Vienna', 'EUR', 'UTC', 48.2, 16.4, 15000)"
    )
    for number, table in enumerate(("merchant", "courier", "operator")):
        id_ = uuid4()
        people, keys = PEOPLE[table]
        await conn.execute(people, id_)
        await conn.execute(keys, f"{number:08d}", bytes(32), id_)
    yield conn
    await conn.close()
    await server.execute("DROP DATABASE before WITH (FORCE)")
    await server.close()


async def test_people_of_before_may_do_what_they_could(before):
    async with before.transaction():
        await before.execute(dict(read_migrations())[NAME])
    merchant, courier, operator = await before.fetch(
        "SELECT k.scopes, o.role FROM open_credential k LEFT JOIN operator o"
        " ON o.id = k.operator_id ORDER BY k.id"
    )
    assert merchant["scopes"] == [scope.value for scope in Scope]
    assert courier["scopes"] == []
    assert (operator["scopes"], operator["role"]) == ([], "admin")
