"""Arrive at the next stop."""

from datetime import timedelta

from msgspec import Struct

from service.domain import work as works_domain
from service.domain.courier import Fix
from service.domain.errors import StalePositionError, TooFarFromStopError
from service.domain.geo import Point
from service.domain.ids import CourierId, MarketId, StopId
from service.domain.policy import Policy
from service.domain.work import Work
from service.runtime import Runtime
from service.store import deployment, position_samples
from service.store.connection import Connection
from service.store.works import open_work, save_work


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

    `fix` is the last position that was reported on this connection; `recalled` counts where that
    does not show the arrival.

    Raises:
        NotFoundError, InvalidStateTransitionError, StalePositionError, TooFarFromStopError: as
            `work.arrive` and `work.arrive_late` say.
    """

    async def late(conn: Connection, before: Work, recalled: Recalled) -> Work:
        running = await deployment.read_running_time(conn)
        at = running.now - timedelta(seconds=recalled.age_s * running.time_scale)
        around = await position_samples.list_samples_around(conn, courier_id=courier_id, at=at)
        samples = [
            Fix(point=Point(one.lat_deg, one.lng_deg), accuracy_m=0.0, received_at=one.at)
            for one in around
        ]
        return works_domain.arrive_late(
            before,
            stop_id,
            past=Fix(point=recalled.point, accuracy_m=recalled.accuracy_m, received_at=at),
            seen=samples if fix is None else [*samples, fix],
            policy=policy,
            now=running.now,
        )

    async def work(conn: Connection) -> None:
        opened = await open_work(conn, courier_id=courier_id)
        now = (await deployment.read_market_time(conn)).now
        try:
            after = works_domain.arrive(opened.work, stop_id, fix=fix, policy=policy, now=now)
        except (StalePositionError, TooFarFromStopError):
            if recalled is None:
                raise
            after = await late(conn, opened.work, recalled)
        if after is not opened.work:
            await save_work(conn, opened, after, new_id=runtime.new_id, now=now)

    await runtime.transact(market_id, work)
