"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, JobId
from service.domain.rating import Rating
from service.domain.vocabulary import RatingTag
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("ratings")


class Kept(Struct, frozen=True, kw_only=True):
    is_new: bool


async def create_rating(
    conn: Connection,
    *,
    job_id: JobId,
    courier_id: CourierId,
    score: int,
    tags: Sequence[RatingTag],
    comment: str | None,
    created_at: datetime,
) -> Kept | None:
    row = await conn.fetchrow(
        _SQL["create_rating"], job_id, courier_id, score, tags, comment, created_at
    )
    return to_struct_or_none(row, Kept)


async def read_rating(conn: Connection, *, job_id: JobId) -> Rating | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_rating"], job_id), Rating)
