"""The second line behind the filters of queries: transactions that are for one merchant.

Postgres keeps it: of those that read by policies for the role `hexhaul_merchant` (where the service
may not take that role, the first line stands alone), of those that write by triggers. `reading_as`
and `writing_as` open such transactions; each other public function runs the query of the same name.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from msgspec import Struct

from service.domain.ids import MerchantId
from service.store.connection import Connection, to_struct, to_struct_or_none
from service.store.pool import Pool
from service.store.queries import load

_SQL = load("row_security")


class Acting(Struct, frozen=True, kw_only=True):
    merchant_id: str
    role: str


class Writing(Struct, frozen=True, kw_only=True):
    merchant_id: str


class RowSecurity(Struct, frozen=True, kw_only=True):
    is_on: bool


@asynccontextmanager
async def reading_as(pool: Pool, merchant_id: MerchantId) -> AsyncGenerator[Connection]:
    """Lend a connection that reads this merchant's rows only; the end of the block ends that.

    Raises:
        UnavailableError: Postgres is away, or too slow.
    """
    async with pool.transaction() as conn:
        await act_as_merchant(conn, merchant_id=merchant_id)
        yield conn


def writing_as(pool: Pool, merchant_id: MerchantId) -> Pool:
    """Return the pool whose transactions change no row of another merchant."""
    return pool.beginning_with(partial(write_as_merchant, merchant_id=merchant_id))


async def write_as_merchant(conn: Connection, *, merchant_id: MerchantId) -> Writing:
    (row,) = await conn.fetch(_SQL["write_as_merchant"], merchant_id)
    return to_struct(row, Writing)


async def act_as_merchant(conn: Connection, *, merchant_id: MerchantId) -> Acting | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["act_as_merchant"], merchant_id), Acting)


async def read_state(conn: Connection) -> RowSecurity:
    (row,) = await conn.fetch(_SQL["read_state"])
    return to_struct(row, RowSecurity)
