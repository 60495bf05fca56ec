"""All that a transaction decided, written by one statement: rows as they are now, and its facts."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from service.domain.courier import Courier
from service.domain.facts import Fact
from service.domain.ids import AssignmentId, BundleId, CourierId, JobId, MarketId, OfferId
from service.domain.job import Job
from service.domain.ledger import Transfer
from service.domain.lifecycle import BundleStatus
from service.domain.offer import Offer
from service.domain.stop import Stop
from service.store.connection import Connection
from service.store.facts import insert_facts
from service.store.queries import load

_SQL = load("changes")


class BundleRow(Struct, frozen=True, kw_only=True):
    id: BundleId
    market_id: MarketId
    status: BundleStatus


class AssignmentRow(Struct, frozen=True, kw_only=True):
    """From when on a courier has a job."""

    id: AssignmentId
    job_id: JobId
    courier_id: CourierId
    offer_id: OfferId
    started_at: datetime


class Changes(Struct, frozen=True, kw_only=True):
    """Rows that are new or were locked and have changed; no row twice."""

    jobs: tuple[Job, ...] = ()  # without their stops
    stops: tuple[Stop, ...] = ()
    offers: tuple[Offer, ...] = ()  # changed ones: a new one takes its jobs along
    bundles: tuple[BundleRow, ...] = ()
    couriers: tuple[Courier, ...] = ()
    assignments: tuple[AssignmentRow, ...] = ()  # new ones
    facts: tuple[Fact, ...] = ()  # in order
    transfers: tuple[Transfer, ...] = ()  # new ones

    def __add__(self, other: "Changes") -> "Changes":
        """Return both; the other's facts follow."""
        return Changes(
            jobs=self.jobs + other.jobs,
            stops=self.stops + other.stops,
            offers=self.offers + other.offers,
            bundles=self.bundles + other.bundles,
            couriers=self.couriers + other.couriers,
            assignments=self.assignments + other.assignments,
            facts=self.facts + other.facts,
            transfers=self.transfers + other.transfers,
        )


NOTHING = Changes()


def job_changes(before: Job | None, job: Job) -> Changes:
    """Return the job with those of its stops that are new or have changed."""
    known = () if before is None else before.stops
    return Changes(jobs=(job,), stops=tuple(stop for stop in job.stops if stop not in known))


async def save(conn: Connection, changes: Changes) -> None:
    """Write the changes in one statement, if there are any.

    Whole rows are sent, so that they can be upserted; a known row keeps what never changes. An
    offer's legs and stops, its bulk, are of that kind and sent empty; a job's stops are rows.

    Raises:
        UniqueViolationError: a new job's reference is taken, or a transfer was made before.
    """
    if changes == NOTHING:
        return
    if changes == Changes(facts=changes.facts):  # who only tells need not be let at all tables
        await insert_facts(conn, facts=changes.facts)
        return
    await save_changes(
        conn,
        jobs=[replace(job, stops=()) for job in changes.jobs],
        stops=changes.stops,
        offers=[replace(offer, legs=(), stop_ids=()) for offer in changes.offers],
        bundles=changes.bundles,
        couriers=changes.couriers,
        assignments=changes.assignments,
        facts=changes.facts,
        transfers=changes.transfers,
    )


async def save_changes(
    conn: Connection,
    *,
    jobs: Sequence[Job],
    stops: Sequence[Stop],
    offers: Sequence[Offer],
    bundles: Sequence[BundleRow],
    couriers: Sequence[Courier],
    assignments: Sequence[AssignmentRow],
    facts: Sequence[Fact],
    transfers: Sequence[Transfer],
) -> None:
    """Run the query of the same name."""
    await conn.execute(
        _SQL["save_changes"],
        jobs,
        stops,
        offers,
        bundles,
        couriers,
        assignments,
        facts,
        transfers,
    )
