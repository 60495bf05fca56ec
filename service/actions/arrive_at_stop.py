"""Arrive at the next stop."""

from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from service.domain import work as works_domain
from service.domain.arrival import NOW_S_MAX, Seen
from service.domain.courier import ACCURACY_BELIEVED_M_MAX, Fix
from service.domain.errors import NotFoundError, StalePositionError, TooFarFromStopError
from service.domain.geo import Point
from service.domain.ids import CourierId, MarketId, StopId
from service.domain.policy import Policy
from service.domain.work import Work
from service.runtime import Runtime
from service.store import assignments, deployment, position_samples
from service.store.connection import Connection
from service.store.works import OpenedWork, open_work, save_work


class Recalled(Struct, frozen=True, kw_only=True):
    """Where the courier's phone was when the arrival was said, so long ago, of real time."""

    point: Point
    accuracy_m: float
    age_s: float


async def arrive_at_stop(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    stop_id: StopId,
    fix: Fix | None,
    policy: Policy,
    recalled: Recalled | None = None,
) -> None:
    """Note that the courier is at the stop, or was; repeating it changes nothing.

    `fix` is the last position that was reported on this connection, `recalled` where the phone was
    when it said so: of what was said a while ago the latter counts, as far as it shows the arrival.

    Raises:
        NotFoundError, InvalidStateTransitionError, StalePositionError, TooFarFromStopError: as
            `work.arrive` and `work.arrive_late` say.
    """

    async def late(conn: Connection, before: Work, recalled: Recalled) -> Work:
        running = await deployment.read_running_time(conn)
        at = running.now - timedelta(seconds=recalled.age_s * running.time_scale)
        seen = await _seen(conn, courier_id=courier_id, stop_id=stop_id, at=at)
        return works_domain.arrive_late(
            before,
            stop_id,
            past=Fix(point=recalled.point, accuracy_m=recalled.accuracy_m, received_at=at),
            seen=seen if fix is None else replace(seen, fixes=(*seen.fixes, fix)),
            policy=policy,
            now=running.now,
        )

    async def work(conn: Connection) -> None:
        opened = await open_work(conn, courier_id=courier_id)
        now = (await deployment.read_market_time(conn)).now
        is_of_before = recalled is not None and recalled.age_s > NOW_S_MAX
        if recalled is not None and is_of_before:
            with suppress(StalePositionError, TooFarFromStopError):  # then where the phone is now
                after = await late(conn, opened.work, recalled)
                return await _save(conn, opened, after, now)
        try:
            after = works_domain.arrive(opened.work, stop_id, fix=fix, policy=policy, now=now)
        except (StalePositionError, TooFarFromStopError):
            if recalled is None:
                raise
            after = await late(conn, opened.work, recalled)
        return await _save(conn, opened, after, now)

    async def _save(conn: Connection, opened: OpenedWork, after: Work, now: datetime) -> None:
        if after is not opened.work:
            await save_work(conn, opened, after, new_id=runtime.new_id, now=now)

    await runtime.transact(market_id, work)


async def _seen(conn: Connection, *, courier_id: CourierId, stop_id: StopId, at: datetime) -> Seen:
    """Return what is on record of the courier about that instant; places of samples are vague."""
    assignment = await assignments.find_active_assignment(
        conn, courier_id=courier_id, stop_id=stop_id
    )
    if assignment is None:
        raise NotFoundError("this stop is not on your route")
    around = await position_samples.list_samples_around(conn, courier_id=courier_id, at=at)
    return Seen(
        since=assignment.started_at,
        fixes=tuple(
            Fix(
                point=Point(one.lat_deg, one.lng_deg),
                accuracy_m=ACCURACY_BELIEVED_M_MAX,
                received_at=one.at,
            )
            for one in around
        ),
    )
