"""The replay: a public day of a real city, driven through the running service."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from rich.console import Console

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import OperatorEntry, enroll
from service.client.rest import open_http
from service.clock import Clock, real_now
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.runtime import Runtime
from service.simulation.metrics import Metrics
from service.simulation.people import Span
from service.simulation.public_day import PublicDay, market_of
from service.simulation.run.careers import Shift, keep_working
from service.simulation.run.closing import Setting, close_run
from service.simulation.run.crew import Crew, open_crew
from service.simulation.run.crowd import Crowd
from service.simulation.run.day_cast import (
    courier_entry,
    courier_traits,
    errands,
    merchant_entries,
    position_real_s,
    stores_of,
)
from service.simulation.run.day_metrics import compare
from service.simulation.run.live_view import logins_of, show
from service.simulation.run.policies import stretched
from service.simulation.run.posting import post_all
from service.simulation.run.progress import tell_progress
from service.simulation.run.report import RunReport
from service.stack import Plan, Stack, running_stack
from service.store.history import Timing

MARKET_ID = MarketId("replay")
TICK_REAL_S = 0.4
# Market time begins so long before the window: the service has to start, everybody to connect.
START_REAL_S, CONNECTIONS_PER_S = 12.0, 40.0
LOOK_INTERVAL_S = 0.5
# After the last order: its search (an hour), its kitchen and the ride, and real time to spare.
END_MARKET_S, END_REAL_S = 4.0 * 3_600.0, 60.0


class ReplayOptions(Struct, frozen=True, kw_only=True):
    what: str
    state_dir: Path
    http_port: int
    day: PublicDay  # cut and thinned
    from_s: float  # seconds after the day's midnight
    seed: int
    speed: float  # market seconds per real second


class Replayed(Struct, frozen=True, kw_only=True):
    """What came of it; `metrics` by the name of the run."""

    report: RunReport
    metrics: dict[str, Metrics]
    have_all_ended: bool


class _Scene(Struct, frozen=True, kw_only=True):
    stack: Stack[list[str]]
    crowd: Crowd
    clock: Clock
    crew: Crew
    posting: asyncio.Task[None]


async def run_replay(
    options: ReplayOptions, stop: asyncio.Event, *, tell: Callable[[str], None] | None
) -> Replayed | None:
    """Run the day to its end, and judge; None if it was stopped before.

    Args:
        options: what to replay.
        stop: ends it early.
        tell: is told how it goes; None: it is shown in the terminal instead.

    Raises:
        StackFailedError, EmbeddedError, UnavailableError: the service did not run.
    """
    began_at = real_now()
    midnight = began_at.replace(hour=0, minute=0, second=0, microsecond=0)
    async with _opened(options, midnight) as scene:
        if tell is None:
            scene.crew.start(_show(scene, options.what))
        else:
            tell(f"ready at {scene.stack.url}")
            scene.crew.start(tell_progress(scene.crowd, tell))
        have_all_ended = await _wait_ended(scene, options, stop)
        if stop.is_set():
            return None
        setting = Setting(
            what=options.what,
            seed=options.seed,
            time_scale=options.speed,
            tick_real_s=TICK_REAL_S,
            began_at=began_at,
        )
        report, evidence = await close_run(scene.stack, scene.crowd, setting)
        driven_m = scene.crowd.testify().driven_m
    metrics = compare(options.day, evidence.jobs, midnight=midnight, driven_m=driven_m)
    report = msgspec.structs.replace(
        report, metrics={name: asdict(measured) for name, measured in metrics.items()}
    )
    return Replayed(report=report, metrics=metrics, have_all_ended=have_all_ended)


def start_real_s(day: PublicDay) -> float:
    """Return how long it takes until everybody of the day is connected, real time."""
    return START_REAL_S + (len(day.couriers) + len(stores_of(day))) / CONNECTIONS_PER_S


@asynccontextmanager
async def _opened(options: ReplayOptions, midnight: datetime) -> AsyncGenerator[_Scene]:
    day, speed = options.day, options.speed
    stores = stores_of(day)
    starts_at = midnight + timedelta(seconds=options.from_s - start_real_s(day) * speed)
    plan = Plan(
        state_dir=options.state_dir,
        timing=Timing(time_scale=speed, market_at=starts_at),
        http_port=options.http_port,
    )

    async def prepare(runtime: Runtime) -> list[str]:
        return await _enroll_all(runtime, options, stores)

    async with (
        running_stack(plan, prepare) as stack,
        open_http(stack.url) as http,
        open_crew() as crew,
    ):
        keys = iter(stack.prepared)
        crowd = Crowd(http, market_id=MARKET_ID, operator_key=next(keys), seed=options.seed)
        for _ in stores:
            crowd.add_merchant(next(keys))
        for watcher in (crowd.operator, *crowd.merchants):
            crew.start(watcher.run())
        clock = await crowd.wait_ready()
        _send_out(options, crowd, crew, keys=keys, clock=clock, midnight=midnight)
        posting = crew.start(
            post_all(
                errands(day, stores, midnight=midnight),
                crowd.merchants,
                clock=clock,
                idle_couriers_for=crowd.idle_couriers_for,
                crew=crew,
            )
        )
        yield _Scene(stack=stack, crowd=crowd, clock=clock, crew=crew, posting=posting)


async def _enroll_all(
    runtime: Runtime, options: ReplayOptions, stores: dict[int, int]
) -> list[str]:
    """Create the market; return the keys of the operator, the stores and the couriers."""
    circle = market_of(options.day)
    request = MarketRequest(
        market_id=MARKET_ID,
        name="A public day",
        currency="COP",
        timezone="UTC",  # the record's clock has no zone
        center=circle.center,
        service_radius_m=circle.radius_m,
        policy=stretched(Policy(), time_scale=options.speed, tick_real_s=TICK_REAL_S),
    )
    await create_market(runtime, request)
    entries = [
        OperatorEntry(name="Operator"),
        *merchant_entries(stores),
        *map(courier_entry, options.day.couriers),
    ]
    return [key.text for key in await enroll(runtime, market_id=MARKET_ID, entries=entries)]


def _send_out(
    options: ReplayOptions,
    crowd: Crowd,
    crew: Crew,
    *,
    keys: Iterator[str],
    clock: Clock,
    midnight: datetime,
) -> None:
    midnight_s = midnight.timestamp()
    interval_s = position_real_s(len(options.day.couriers))
    for row, courier in enumerate(options.day.couriers):
        traits = courier_traits(
            courier,
            Policy(),
            time_scale=options.speed,
            interval_s=interval_s,
            seed=options.seed + row,
        )
        is_there = courier.on_s <= options.from_s  # and connects before the window begins
        starts_s = 0.0 if is_there else midnight_s + courier.on_s
        shift = Shift(Span(starts_s, midnight_s + courier.off_s))
        client = crowd.add_courier(traits, next(keys))
        crew.start(keep_working(client, [shift], clock=clock, row=row if is_there else 0))


async def _wait_ended(scene: _Scene, options: ReplayOptions, stop: asyncio.Event) -> bool:
    """Wait until every job is posted and has ended; False when that takes too long."""
    last_placed_s = max((order.placed_s for order in options.day.orders), default=0.0)
    left_s = (last_placed_s - options.from_s + END_MARKET_S) / options.speed
    try:
        async with asyncio.timeout(left_s + start_real_s(options.day) + END_REAL_S):
            while not stop.is_set():
                live_count = sum(merchant.board.live_count for merchant in scene.crowd.merchants)
                if scene.posting.done() and live_count == 0:
                    return True
                await asyncio.sleep(LOOK_INTERVAL_S)
    except TimeoutError:
        pass
    return False


async def _show(scene: _Scene, title: str) -> None:
    await show(
        scene.crowd,
        Console(),
        title=title,
        url=scene.stack.url,
        clock=scene.clock,
        logins=logins_of(scene.stack.prepared),
    )
