"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import BundleId, MarketId
from service.domain.lifecycle import BundleStatus
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("bundles")


class Bundle(Struct, frozen=True, kw_only=True):
    market_id: MarketId
    status: BundleStatus
    live_jobs_count: int


async def lock_bundle(conn: Connection, *, bundle_id: BundleId) -> Bundle | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_bundle"], bundle_id), Bundle)
