"""Looks at all that is under way in a market, tells ops what is amiss, and when it no longer is."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from service.domain import trouble
from service.domain.alarm import Signal
from service.domain.geo import Point
from service.domain.ids import CourierId, MarketId
from service.domain.lifecycle import StopStatus
from service.domain.progress import Progress, advance
from service.domain.trouble import OnRecord, Reading, Review, Subject
from service.domain.vocabulary import ExceptionKind
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.live.records import LiveFix
from service.live.soundness import forgetting_corrupt
from service.relay.attempt import attempt
from service.relay.readings import (
    KINDS_OF_COURIERS,
    Moment,
    is_fresh,
    of_courier,
    of_endpoint,
    of_index,
    of_search,
)
from service.relay.steps import carry_out
from service.runtime import Runtime, read_market
from service.store import couriers, deployment, exceptions, jobs, webhook_endpoints
from service.store.connection import Connection
from service.store.couriers import Working
from service.store.exceptions import OpsException

LOOKOUT_INTERVAL_S = 5.0
COURIERS_PER_PART_COUNT_MAX = 250  # some 5 ms, in which the relay answers nobody
COURIERS_COUNT_MAX = 20_000  # with jobs in hand, at one look
SEARCHES_COUNT_MAX = 1_000  # those that last longest; what ops are told of comes besides
ENDPOINTS_COUNT_MAX = 200  # those that fail worst

_NOBODY = CourierId(UUID(int=0))  # before everybody, in the order of ids


class Lookout:
    """Remembers from one look to the next how couriers get on, and which measures are raised.

    All of it is forgotten when a look fails or another relay looked meanwhile; what is open stays
    open until it is seen that its cause has gone.
    """

    def __init__(
        self, runtime: Runtime, market_id: MarketId, take_differing_count: Callable[[], int]
    ) -> None:
        self._runtime = runtime
        self._market_id = market_id
        self._take_differing_count = take_differing_count  # of the index, since it was last asked
        self._epoch: int | None = None
        self._progress: Mapping[UUID, Progress] = {}
        self._signals: Mapping[trouble.Key, Signal] = {}
        self._differing_count = 0  # of the index, until ops are told or need not be

    async def look(self, epoch: int) -> None:
        """Look once at everything, under this epoch of the lease.

        Raises:
            UnavailableError: Postgres is away.
        """
        if epoch != self._epoch:
            self._forget()
            self._epoch = epoch
        try:
            await self._look()
        except BaseException:
            self._forget()
            raise

    async def _look(self) -> None:
        # What is on record is read first: what is seen afterwards is newer.
        async with self._runtime.pool.connection() as conn:
            moment = await self._moment(conn)
            records = await self._records(conn, moment)
            self._differing_count = max(self._differing_count, self._take_differing_count())
            readings = [of_index(self._differing_count)]
            searching = await jobs.list_searching(
                conn, market_id=self._market_id, limit_count=SEARCHES_COUNT_MAX
            )
            failing = await webhook_endpoints.list_failing(
                conn, market_id=self._market_id, limit_count=ENDPOINTS_COUNT_MAX
            )
        readings += [reading for job in searching for reading in of_search(job, moment)]
        readings += [of_endpoint(endpoint, moment) for endpoint in failing]
        working_count = 0
        progress: dict[UUID, Progress] = {}
        async for part, fixes in self._working():
            working_count += len(part)
            for courier in part:
                fix = fixes.get(courier.id)
                if (advanced := self._advanced(courier, fix)) is not None:
                    progress[courier.id] = advanced
                readings += of_courier(courier, _place(fix, moment), advanced, moment)
        self._progress = progress
        # Searches that ops are told of are read whatever their number, so no kind lacks them.
        partial_kinds = set[ExceptionKind]()
        if len(failing) >= ENDPOINTS_COUNT_MAX:
            partial_kinds.add(ExceptionKind.WEBHOOK_FAILING)
        if working_count >= COURIERS_COUNT_MAX:
            partial_kinds |= KINDS_OF_COURIERS
        found = trouble.review(
            _once_each(readings),
            records,
            self._signals,
            partial_kinds=partial_kinds,
            now=moment.now,
        )
        self._signals = found.signals
        if ExceptionKind.INDEX_DRIFT not in await self._carry_out(found):
            self._differing_count = 0

    async def _carry_out(self, found: Review) -> set[ExceptionKind]:
        """Tell ops; return the kinds of which something is still to be told."""
        waiting = set(found.left_over)
        for step in found.steps:
            done = carry_out(self._runtime, self._market_id, step)
            if await attempt("exception", step, done) is None:
                waiting.add(step.kind)
        return waiting

    async def _moment(self, conn: Connection) -> Moment:
        market = await read_market(conn, self._market_id)
        running = await deployment.read_running_time(conn)
        return Moment(now=running.now, time_scale=running.time_scale, policy=market.policy)

    async def _records(self, conn: Connection, moment: Moment) -> list[OnRecord]:
        found = await exceptions.list_watched(
            conn,
            market_id=self._market_id,
            kinds=list(trouble.RULES),
            decided_since=moment.now - timedelta(seconds=trouble.DECIDED_S),
        )
        return [_on_record(one) for one in found]

    async def _working(self) -> AsyncIterator[tuple[list[Working], Mapping[UUID, LiveFix]]]:
        """Yield couriers with jobs in hand and where they are, a part at a time."""
        after_id, seen_count, is_full = _NOBODY, 0, True
        while is_full and seen_count < COURIERS_COUNT_MAX:
            async with self._runtime.pool.connection() as conn:
                part = await couriers.list_working(
                    conn,
                    market_id=self._market_id,
                    after_id=after_id,
                    limit_count=COURIERS_PER_PART_COUNT_MAX,
                )
            if part:
                yield part, await self._fixes([courier.id for courier in part])
                after_id = part[-1].id
            seen_count += len(part)
            is_full = len(part) == COURIERS_PER_PART_COUNT_MAX

    async def _fixes(self, ids: Sequence[CourierId]) -> Mapping[UUID, LiveFix]:
        """Return where they are, as far as that is known."""
        redis, market_id = self._runtime.redis, self._market_id
        try:
            async with forgetting_corrupt(redis, market_id):
                return await positions.read_fixes(redis, market_id, ids)
        except LiveUnavailableError:
            return {}

    def _advanced(self, courier: Working, fix: LiveFix | None) -> Progress | None:
        known = self._progress.get(courier.id)
        if not courier.route or courier.route[0].status is not StopStatus.ENROUTE:
            return None
        first = courier.route[0]
        if fix is None:  # it was evicted, or Redis was flushed
            return known if known is not None and known.stop_id == first.stop_id else None
        return advance(
            known,
            stop_id=first.stop_id,
            door=first.point,
            here=Point(fix.lat_deg, fix.lng_deg),
            seen_at=fix.received_at,
        )

    def _forget(self) -> None:
        self._progress, self._signals = {}, {}


def _place(fix: LiveFix | None, moment: Moment) -> Point | None:
    """Return where the courier is; None: nobody knows, or has known for too long."""
    if fix is None or not is_fresh(fix.received_at, moment):
        return None
    return Point(fix.lat_deg, fix.lng_deg)


def _on_record(exception: OpsException) -> OnRecord:
    return OnRecord(
        id=exception.id,
        kind=exception.kind,
        subject=Subject(
            job_id=exception.job_id,
            courier_id=exception.courier_id,
            merchant_id=exception.merchant_id,
            endpoint_id=exception.endpoint_id,
        ),
        severity=exception.severity,
        due_at=exception.due_at,
        is_open=exception.resolved_at is None,
    )


def _once_each(readings: Sequence[Reading]) -> list[Reading]:
    """Return one reading for each subject: a job may be accepted between two of the queries."""
    return list({reading.key: reading for reading in readings}.values())
