"""Looks at the couriers on duty: whom it hears, who has gone silent, and where they go."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from service.domain.ids import CourierId, MarketId
from service.domain.policy import Policy
from service.domain.vocabulary import ExceptionKind
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.live.records import LiveFix
from service.live.soundness import forgetting_corrupt
from service.relay.attempt import attempt
from service.relay.measures import end_silence, free_jobs, report_silence, set_offline
from service.relay.sample import thin, write_samples
from service.relay.silence import Hearing, Measure, decide, hear
from service.runtime import Runtime, read_market
from service.store import couriers, deployment, exceptions
from service.store.couriers import OnDuty

WATCH_INTERVAL_S = 1.0
COURIERS_PER_PART_COUNT_MAX = 250  # some 3 ms, in which the relay answers nobody


class Scene(Struct, frozen=True, kw_only=True):
    """A part of what there is to see at one look."""

    now: datetime
    policy: Policy
    on_duty: list[OnDuty]
    fixes: Mapping[UUID, LiveFix]
    reported_ids: frozenset[CourierId]  # about whose silence ops have been told


class Found(NamedTuple):
    """What a look at one courier has shown."""

    silence_ends: str | None  # of which ops were told: why
    measure: Measure


NOBODY = CourierId(UUID(int=0))  # before everybody, in the order of ids
_IS_FREE = "nothing_in_hand"
_NOTHING = Found(silence_ends=None, measure=Measure.NONE)


class Watch:
    """Remembers what was last heard of whom, from one look to the next.

    All of it is forgotten when a look fails or another relay looked meanwhile: what this one did
    not listen to must not count as silence.
    """

    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self._runtime = runtime
        self._market_id = market_id
        self._epoch: int | None = None
        self._hearings: dict[UUID, Hearing] = {}
        self._reported: set[UUID] = set()  # in this silence; ops may have dismissed it since
        self._sampled_ms: dict[UUID, int] = {}

    async def look(self, epoch: int) -> None:
        """Look once at everybody on duty, under this epoch of the lease.

        Raises:
            UnavailableError: Postgres is away.
        """
        if epoch != self._epoch:
            self._forget()
            self._epoch = epoch
        try:
            seen_ids, reported_ids = set[UUID](), frozenset[CourierId]()
            async for scene in self._scenes():
                for courier in scene.on_duty:
                    if (found := self._listen_to(courier, scene)) != _NOTHING:
                        await attempt("watch_courier", courier.id, self._attend(courier.id, found))
                await self._sample(scene)
                seen_ids.update(courier.id for courier in scene.on_duty)
                reported_ids = scene.reported_ids
            for courier_id in reported_ids - seen_ids:
                gone = end_silence(self._runtime, self._market_id, courier_id, why=_IS_FREE)
                await attempt("end_silence", courier_id, gone)
        except BaseException:
            self._forget()
            raise
        self._prune(seen_ids)

    async def _scenes(self) -> AsyncIterator[Scene]:
        """Yield everybody on duty, a part at a time."""
        runtime, market_id = self._runtime, self._market_id
        async with runtime.pool.connection() as conn:
            market = await read_market(conn, market_id)
            reported = await exceptions.list_couriers_with_exception(
                conn, market_id=market_id, kind=ExceptionKind.COURIER_SILENT
            )
        after_id, is_full, is_redis_there = NOBODY, True, True
        while is_full:
            async with runtime.pool.connection() as conn:
                on_duty = await couriers.list_on_duty(
                    conn,
                    market_id=market_id,
                    after_id=after_id,
                    limit_count=COURIERS_PER_PART_COUNT_MAX,
                )
                now = (await deployment.read_market_time(conn)).now
            ids = [courier.id for courier in on_duty]
            fixes = await self._listen(ids) if is_redis_there else None
            is_redis_there = fixes is not None
            yield Scene(
                now=now,
                policy=market.policy,
                on_duty=on_duty,
                fixes=fixes or {},
                reported_ids=frozenset(row.courier_id for row in reported),
            )
            is_full = len(on_duty) == COURIERS_PER_PART_COUNT_MAX
            after_id = ids[-1] if ids else after_id

    async def _listen(self, ids: Sequence[CourierId]) -> Mapping[UUID, LiveFix] | None:
        """Return their fixes; None if Redis is away: it is not asked again in this look."""
        redis, market_id = self._runtime.redis, self._market_id
        try:
            async with forgetting_corrupt(redis, market_id):
                return await positions.read_fixes(redis, market_id, ids)
        except LiveUnavailableError:
            self._forget()  # nobody can be heard now; shifts end all the same
            return None

    def _listen_to(self, courier: OnDuty, scene: Scene) -> Found:
        """Note what is heard of the courier; return what there is to do, mostly nothing."""
        fix = scene.fixes.get(courier.id)
        known = self._hearings.get(courier.id)
        hearing = hear(known, None if fix is None else fix.received_at_ms, now=scene.now)
        self._hearings[courier.id] = hearing
        is_heard = hearing is not known and hearing.fix_ms is not None
        if is_heard:
            self._reported.discard(courier.id)
        ends = "heard_again" if is_heard else None if courier.live_jobs_count > 0 else _IS_FREE
        return Found(
            silence_ends=ends if courier.id in scene.reported_ids else None,
            measure=decide(courier, hearing, policy=scene.policy, now=scene.now),
        )

    async def _attend(self, courier_id: CourierId, found: Found) -> None:
        runtime, market_id = self._runtime, self._market_id
        if found.silence_ends is not None:
            await end_silence(runtime, market_id, courier_id, why=found.silence_ends)
        match found.measure:
            case Measure.NONE:
                return
            case Measure.END_SHIFT:
                await set_offline(runtime, market_id, courier_id, why="shift_ended")
            case Measure.SET_OFFLINE:
                await set_offline(runtime, market_id, courier_id, why="silent")
            case Measure.FREE_JOBS:
                await self._free_jobs(courier_id)

    async def _free_jobs(self, courier_id: CourierId) -> None:
        runtime, market_id = self._runtime, self._market_id
        due_at = await free_jobs(runtime, market_id, courier_id)
        if due_at is None:
            await set_offline(runtime, market_id, courier_id, why="silent")
        elif courier_id not in self._reported:
            await report_silence(runtime, market_id, courier_id, due_at=due_at)
            self._reported.add(courier_id)

    async def _sample(self, scene: Scene) -> None:
        under_way = {courier.id for courier in scene.on_duty if courier.live_jobs_count > 0}
        fixes = [fix for fix in scene.fixes.values() if fix.courier_id in under_way]
        chosen = thin(fixes, self._sampled_ms)
        if not chosen:
            return
        async with self._runtime.pool.connection() as conn:
            await write_samples(conn, self._market_id, chosen)
        self._sampled_ms |= {fix.courier_id: fix.received_at_ms for fix in chosen}

    def _prune(self, ids: set[UUID]) -> None:
        """Keep nothing of couriers but these, who are on duty."""
        self._hearings = {id_: one for id_, one in self._hearings.items() if id_ in ids}
        self._sampled_ms = {id_: ms for id_, ms in self._sampled_ms.items() if id_ in ids}
        self._reported &= ids

    def _forget(self) -> None:
        self._hearings.clear()
        self._reported.clear()
        self._sampled_ms.clear()
