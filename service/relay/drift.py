"""Where the live index and Postgres differ, by id and version."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from service.domain.ids import CourierId, JobId, MarketId
from service.live import index as live_index
from service.runtime import Runtime
from service.store import couriers, jobs


class Difference(Struct, frozen=True):
    """One id with its two versions; None where it is not there."""

    id: UUID
    row_version: int | None
    index_version: int | None


class Drift(Struct, frozen=True, kw_only=True):
    jobs: frozenset[Difference]
    couriers: frozenset[Difference]

    @property
    def count(self) -> int:
        return len(self.jobs) + len(self.couriers)

    @property
    def job_ids(self) -> set[JobId]:
        return {JobId(one.id) for one in self.jobs}

    @property
    def courier_ids(self) -> set[CourierId]:
        return {CourierId(one.id) for one in self.couriers}

    def __and__(self, other: "Drift") -> "Drift":
        """Return what both looks saw in the same way."""
        return Drift(jobs=self.jobs & other.jobs, couriers=self.couriers & other.couriers)


NO_DRIFT = Drift(jobs=frozenset(), couriers=frozenset())


def differences(
    row_versions: Mapping[UUID, int], index_versions: Mapping[UUID, int]
) -> frozenset[Difference]:
    """Return what is missing, left over or of another version in the index."""
    return frozenset(
        Difference(id_, row_versions.get(id_), index_versions.get(id_))
        for id_ in row_versions.keys() | index_versions.keys()
        if row_versions.get(id_) != index_versions.get(id_)
    )


async def find_drift(runtime: Runtime, market_id: MarketId) -> Drift:
    """Compare the whole index with the rows, both ways.

    Raises:
        UnavailableError: Redis or Postgres is away.
    """
    indexed_jobs = await live_index.read_job_versions(runtime.redis, market_id)
    indexed_couriers = await live_index.read_roster_versions(runtime.redis, market_id)
    async with runtime.pool.connection() as conn:
        waiting = await jobs.list_unoffered_versions(conn, market_id=market_id)
        available = await couriers.list_available_versions(conn, market_id=market_id)
    return Drift(
        jobs=differences({row.id: row.version for row in waiting}, indexed_jobs),
        couriers=differences({row.id: row.version for row in available}, indexed_couriers),
    )
