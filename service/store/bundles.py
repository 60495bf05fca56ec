"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import BundleId
from service.domain.lifecycle import BundleStatus
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("bundles")


class Bundle(Struct, frozen=True, kw_only=True):
    status: BundleStatus
    live_jobs_count: int


async def lock_bundle(conn: Connection, *, bundle_id: BundleId) -> Bundle | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_bundle"], bundle_id), Bundle)


async def set_bundle_status(conn: Connection, *, bundle_id: BundleId, status: BundleStatus) -> None:
    await conn.execute(_SQL["set_bundle_status"], bundle_id, status)
