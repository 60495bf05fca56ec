"""What Postgres has at the end of a trial, beyond what a demo's run is judged by."""

from typing import TypeVar
from uuid import UUID

from msgspec import Struct, convert

from loadtests.faults.posted import ROWS as POSTED_ROWS
from loadtests.faults.posted import PostedRow
from service.domain.facts import JobSnapshot
from service.domain.ids import JobId, MarketId
from service.domain.job import snapshot
from service.store import jobs
from service.store.connection import Connection, to_structs

T = TypeVar("T")


class JobRow(Struct, frozen=True, kw_only=True):
    id: UUID
    merchant_id: UUID
    status: str
    version: int
    reference: str | None
    courier_id: UUID | None
    open_for_s: float | None  # real time since it was opened, if it is open
    considered_s_ago: float | None  # since its latest offer or reason why not, of this search


class InHand(Struct, frozen=True, kw_only=True):
    """A job that a courier has in hand."""

    courier_id: UUID
    job_id: UUID
    status: str


class LastFact(Struct, frozen=True, kw_only=True):
    """The last fact of a job: what the row is, replayed."""

    job_id: UUID
    body: JobSnapshot


class TransferRow(Struct, frozen=True, kw_only=True):
    job_id: UUID
    kind: str
    debit: str
    credit: str
    amount_cents: int


class SettledJob(Struct, frozen=True, kw_only=True):
    """A delivered job, and what its accepted offer said it pays."""

    id: UUID
    merchant_id: UUID
    courier_id: UUID
    fee_cents: int
    pay_cents: int


class StoredAnswer(Struct, frozen=True, kw_only=True):
    key: str
    status_code: int
    body: bytes


class DeliveryRow(Struct, frozen=True, kw_only=True):
    """A webhook: one event for one endpoint, numbered within the lane of its job."""

    endpoint_id: UUID
    subject_id: UUID
    seq: int
    event_id: str
    status: str
    is_due: bool  # its lane knows when it is to be told, or is being told


class TellableFact(Struct, frozen=True, kw_only=True):
    """A fact that the relay is past, of a job whose merchant has the endpoint."""

    endpoint_id: UUID
    event_id: str


class StreamRow(Struct, frozen=True, kw_only=True):
    """An event of a numbered stream that is still kept; `message` is what was sent."""

    owner: str
    seq: int
    message: bytes


class Session(Struct, frozen=True, kw_only=True):
    """A connection of the service to Postgres; `for_s` in its state, with its last statement."""

    state: str
    for_s: float
    waits_for: str = ""  # as Postgres names it
    statement: str = ""


class TickEpoch(Struct, frozen=True, kw_only=True):
    id: int
    dispatch_epoch: int


class Rows(Struct, frozen=True, kw_only=True):
    """All of it, as of one moment."""

    market_id: str
    jobs: tuple[JobRow, ...]
    posted: tuple[PostedRow, ...]
    last_facts: tuple[LastFact, ...]
    kept: tuple[JobSnapshot, ...]  # the jobs as they are, in the words of facts
    in_hand: tuple[InHand, ...]
    transfers: tuple[TransferRow, ...]
    settled: tuple[SettledJob, ...]
    answers: tuple[StoredAnswer, ...]
    deliveries: tuple[DeliveryRow, ...]
    tellable: tuple[TellableFact, ...]
    events: tuple[StreamRow, ...]
    sessions: tuple[Session, ...]
    ticks: tuple[TickEpoch, ...]


_JOBS = """
SELECT j.id, j.merchant_id, j.status::text, j.version, j.reference, j.courier_id,
       CASE WHEN j.status = 'open'
            THEN (extract(epoch FROM market_now() - j.opened_at) / d.time_scale)::float8
       END AS open_for_s,
       (extract(epoch FROM market_now() - greatest(
         (SELECT max(o.created_at) FROM offer_job k JOIN offer o ON o.id = k.offer_id
           WHERE k.job_id = j.id AND o.created_at >= j.opened_at),
         (SELECT max(x.at) FROM decision x WHERE x.job_id = j.id AND x.at >= j.opened_at)
       )) / d.time_scale)::float8 AS considered_s_ago
  FROM job j CROSS JOIN deployment d WHERE j.market_id = $1 ORDER BY j.id
"""
_LAST_FACTS = """
SELECT DISTINCT ON (job_id) job_id, body
  FROM fact WHERE market_id = $1 AND job_id IS NOT NULL ORDER BY job_id, sequence DESC
"""
_IN_HAND = """
SELECT courier_id, id AS job_id, status::text
  FROM job WHERE market_id = $1 AND courier_id IS NOT NULL AND ended_at IS NULL
   AND status NOT IN ('scheduled', 'open') ORDER BY courier_id, id
"""
_TRANSFERS = """
SELECT job_id, kind::text, debit, credit, amount_cents
  FROM transfer WHERE market_id = $1 ORDER BY id
"""
_SETTLED = """
SELECT j.id, j.merchant_id, j.courier_id, j.fee_cents,
       (SELECT coalesce(sum((leg ->> 'pay_cents')::bigint), 0)::bigint
          FROM offer o CROSS JOIN jsonb_array_elements(o.legs) AS leg
         WHERE o.id = a.offer_id AND (leg ->> 'job_id')::uuid = j.id) AS pay_cents
  FROM job j
  JOIN LATERAL (
    SELECT offer_id FROM assignment WHERE job_id = j.id ORDER BY started_at DESC LIMIT 1
  ) a ON true
 WHERE j.market_id = $1 AND j.status = 'delivered' ORDER BY j.id
"""
_ANSWERS = """
SELECT i.key, i.status_code, i.body FROM idempotency i JOIN merchant m ON m.id = i.merchant_id
 WHERE m.market_id = $1
"""
_DELIVERIES = """
SELECT d.endpoint_id, d.subject_id, d.seq, d.event_id, d.status::text,
       coalesce(l.due_at IS NOT NULL OR l.lease_until IS NOT NULL, false) AS is_due
  FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
  LEFT JOIN webhook_lane l ON l.endpoint_id = d.endpoint_id AND l.subject_id = d.subject_id
 WHERE e.market_id = $1 ORDER BY d.endpoint_id, d.subject_id, d.seq
"""
# An endpoint is told of messages only if it asked to be, and none of ours has.
_TELLABLE = """
SELECT e.id AS endpoint_id, 'evt_' || lpad(f.id::text, 12, '0') AS event_id
  FROM fact f JOIN job j ON j.id = f.job_id JOIN webhook_endpoint e ON e.merchant_id = j.merchant_id
  JOIN relay_cursor c ON c.market_id = f.market_id AND (f.xid, f.id) <= (c.xid, c.id)
 WHERE f.market_id = $1 AND f.recorded_at >= e.created_at AND f.type <> 'message.sent'
"""
_EVENTS = """
SELECT owner, seq, message FROM stream_event WHERE owner = ANY($1) ORDER BY owner, seq
"""
_SESSIONS = """
SELECT coalesce(state, '') AS state,
       coalesce(extract(epoch FROM clock_timestamp() - state_change), 0)::float8 AS for_s,
       coalesce(wait_event, '') AS waits_for, left(coalesce(query, ''), 120) AS statement
  FROM pg_stat_activity WHERE application_name = 'hexhaul' AND pid <> pg_backend_pid()
"""
_TICKS = "SELECT id, dispatch_epoch FROM tick WHERE market_id = $1 ORDER BY id"


async def read_rows(conn: Connection, market_id: MarketId, *, watched: list[str]) -> Rows:
    """Read everything of a market, as of one moment; of streams the events of those `watched`.

    Args:
        conn: with a snapshot.
        market_id: of the market.
        watched: owners of streams.
    """

    async def read(query: str, struct: type[T], *words: object) -> tuple[T, ...]:
        return tuple(to_structs(await conn.fetch(query, *words), struct))

    rows = await read(_JOBS, JobRow, market_id)
    kept = await jobs.read_jobs(conn, job_ids=[JobId(row.id) for row in rows])
    return Rows(
        market_id=market_id,
        jobs=rows,
        posted=await read(POSTED_ROWS, PostedRow, market_id),
        kept=tuple(map(snapshot, kept)),
        last_facts=await read(_LAST_FACTS, LastFact, market_id),
        in_hand=await read(_IN_HAND, InHand, market_id),
        transfers=await read(_TRANSFERS, TransferRow, market_id),
        settled=await read(_SETTLED, SettledJob, market_id),
        answers=await read(_ANSWERS, StoredAnswer, market_id),
        deliveries=await read(_DELIVERIES, DeliveryRow, market_id),
        tellable=await read(_TELLABLE, TellableFact, market_id),
        events=await read(_EVENTS, StreamRow, watched),
        sessions=await read(_SESSIONS, Session),
        ticks=await read(_TICKS, TickEpoch, market_id),
    )


_DUE = """
SELECT count(*) AS lanes_count
  FROM webhook_lane l JOIN webhook_endpoint e ON e.id = l.endpoint_id
 WHERE e.market_id = $1 AND e.disabled_reason IS NULL
   AND l.due_at <= clock_timestamp() + interval '1 s'
   AND (e.rest_until IS NULL OR e.rest_until <= clock_timestamp())
"""
_CONSIDERED = """
SELECT status <> 'open' OR EXISTS (SELECT FROM offer_job o WHERE o.job_id = j.id)
       OR EXISTS (SELECT FROM decision x WHERE x.job_id = j.id) AS is_considered
  FROM job j WHERE id = $1
"""
_EPOCH = "SELECT epoch FROM lease WHERE name = $1"


async def count_due_webhooks(conn: Connection, market_id: MarketId) -> int:
    """Return how many lanes have something to be told now."""
    (row,) = await conn.fetch(_DUE, market_id)
    return convert(row["lanes_count"], int)


async def is_considered(conn: Connection, job_id: UUID) -> bool:
    """Return whether dispatch has looked at a job: the whole way from the door to it works."""
    row = await conn.fetchrow(_CONSIDERED, job_id)
    return row is not None and convert(row["is_considered"], bool)


async def epoch_of(conn: Connection, lease: str) -> int:
    """Return the epoch of a lease; 0 before it was ever taken."""
    row = await conn.fetchrow(_EPOCH, lease)
    return 0 if row is None else convert(row["epoch"], int)
