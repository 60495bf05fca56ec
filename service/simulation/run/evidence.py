"""What Postgres and the live index say about a run, as plain data for the invariants."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.actions.check_ledger import check_ledger
from service.domain.ids import MarketId
from service.live import index
from service.runtime import Runtime
from service.store import audit, couriers, jobs
from service.store.audit import AssignmentRecord, CourierLoad, JobFact, JobRecord, OfferRecord


class IndexView(Struct, frozen=True, kw_only=True):
    """Versions by id: what the live index holds, and what it should hold."""

    jobs_due: Mapping[UUID, int]
    jobs_held: Mapping[UUID, int]
    couriers_due: Mapping[UUID, int]
    couriers_held: Mapping[UUID, int]

    @property
    def agrees(self) -> bool:
        return self.jobs_due == self.jobs_held and self.couriers_due == self.couriers_held


class Evidence(Struct, frozen=True, kw_only=True):
    jobs: Sequence[JobRecord]
    job_facts: Sequence[JobFact]  # each job's in order
    assignments: Sequence[AssignmentRecord]  # each job's in order
    offers: Sequence[OfferRecord]  # in the order in which they were made
    loads: Sequence[CourierLoad]
    stream_ends: Mapping[str, int]  # by owner
    index: IndexView
    ledger_violations: Sequence[str]


async def read_evidence(
    runtime: Runtime,
    market_id: MarketId,
    *,
    stream_ends: Mapping[str, int],
    index_view: IndexView,
) -> Evidence:
    """Read the rows of a run, and put them beside what was looked at before.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.snapshot() as conn:  # a search may end just now
        evidence = Evidence(
            jobs=await audit.list_jobs(conn, market_id=market_id),
            job_facts=await audit.list_job_facts(conn, market_id=market_id),
            assignments=await audit.list_assignments(conn, market_id=market_id),
            offers=await audit.list_offers(conn, market_id=market_id),
            loads=await audit.list_loads(conn, market_id=market_id),
            stream_ends=stream_ends,
            index=index_view,
            ledger_violations=(),
        )
    ledger = await check_ledger(runtime, market_id=market_id)
    return replace(evidence, ledger_violations=ledger.violations)


async def read_index(runtime: Runtime, market_id: MarketId) -> IndexView:
    """Read what the live index holds, and what it should hold.

    Raises:
        UnavailableError: Postgres or Redis is away.
    """
    async with runtime.pool.snapshot() as conn:
        unoffered = await jobs.list_unoffered_versions(conn, market_id=market_id)
        available = await couriers.list_available_versions(conn, market_id=market_id)
    return IndexView(
        jobs_due={job.id: job.version for job in unoffered},
        couriers_due={courier.id: courier.version for courier in available},
        jobs_held=await index.read_job_versions(runtime.redis, market_id),
        couriers_held=await index.read_roster_versions(runtime.redis, market_id),
    )
