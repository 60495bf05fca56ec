"""The demo: the whole service with a made-up city, for people to watch or machines to judge."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from rich.console import Console

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import CourierEntry, OperatorEntry, enroll
from service.client.rest import open_http
from service.clock import Clock, real_now
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.domain.vocabulary import Vehicle
from service.runtime import Runtime
from service.simulation.city.city import City, build_city
from service.simulation.city.routes import Routes
from service.simulation.clients.courier import CourierClient
from service.simulation.people import Courier, Span, draw_couriers
from service.simulation.run.careers import Shift, keep_working
from service.simulation.run.city_cast import (
    STARTS_AT_HOUR,
    courier_entry,
    courier_traits,
    errands,
    merchant_entries,
)
from service.simulation.run.closing import Setting, close_run
from service.simulation.run.crew import Crew, open_crew, stopped_within
from service.simulation.run.crowd import Crowd
from service.simulation.run.live_view import logins_of, show
from service.simulation.run.pages import ENVIRONMENT, ConsoleLogIn, add_log_ins, write_map
from service.simulation.run.policies import stretched, unhurried
from service.simulation.run.posting import post_all
from service.simulation.run.progress import tell_progress
from service.simulation.run.report import RunReport
from service.stack import Plan, Stack, running_stack
from service.store.history import Timing

MARKET_ID = MarketId("demo")
SERVICE_RADIUS_M = 8_000.0  # the city is a square of 8 by 8 km
POSITION_REAL_S = 1.0
TICK_REAL_S = 1.0
SHIFTS_WITHIN_S = 3_600.0  # of an endless run's couriers: their shifts begin within it
BREAK_S = 1_800.0  # between two shifts, market time
RECEIVERS_COUNT = 3  # so many merchants have servers of their own, on this machine
POSTS_TIMEOUT_S = 60.0  # until the last posts are answered
FAST_ENVIRONMENT = {
    "HEXHAUL_DRAIN_S": "0.3",  # nobody but our own clients is to be spared
    "HEXHAUL_WEBHOOK_LOOPBACK": "true",  # a receiver to try webhooks with is on this machine
    **ENVIRONMENT,
}


class DemoOptions(Struct, frozen=True, kw_only=True):
    state_dir: Path
    http_port: int
    apis_count: int = 1
    couriers_count: int
    jobs_per_minute: float  # real time
    seed: int
    speed: float  # market seconds per real second
    duration_s: float | None = None  # real time; None: until it is stopped


class _Cast(Struct, frozen=True, kw_only=True):
    """Who was enrolled."""

    keys: list[str]  # of the operator, the merchants, the couriers, and one whom nobody simulates
    log_ins: list[ConsoleLogIn]


class _Scene(Struct, frozen=True, kw_only=True):
    """A demo under way."""

    stack: Stack[_Cast]
    crowd: Crowd
    clock: Clock
    crew: Crew
    posting: asyncio.Task[None]


async def run_headless(
    options: DemoOptions, stop: asyncio.Event, *, tell: Callable[[str], None]
) -> RunReport | None:
    """Run for a duration, and judge; None if it was stopped before.

    Raises:
        StackFailedError, EmbeddedError, UnavailableError: the service did not run.
    """
    began_at = real_now()
    async with _opened(options) as scene:
        tell(f"ready at {scene.stack.url} after {_age_s(began_at):.1f} s")
        for log_in in scene.stack.prepared.log_ins:
            tell(f"console at {scene.stack.url}/ops: {log_in.login} {log_in.password}")
        tell(f"courier's page at {scene.stack.url}/courier: {scene.stack.prepared.keys[-1]}")
        tell(f"a merchant's key: {scene.stack.prepared.keys[1]}")
        scene.crew.start(tell_progress(scene.crowd, tell))
        if await stopped_within(stop, options.duration_s):
            return None
        await asyncio.wait({scene.posting}, timeout=POSTS_TIMEOUT_S)
        setting = Setting(
            what=f"demo at {options.speed:g} times life",
            seed=options.seed,
            time_scale=options.speed,
            tick_real_s=TICK_REAL_S,
            began_at=began_at,
        )
        report, _ = await close_run(scene.stack, scene.crowd, setting)
        return report


async def run_live(options: DemoOptions, stop: asyncio.Event, *, console: Console) -> None:
    """Show the demo in the terminal until it is stopped, or its duration is over.

    Raises:
        StackFailedError, EmbeddedError, UnavailableError: the service did not run.
    """
    console.print("starting the servers and the service ...")
    async with _opened(options) as scene:
        scene.crew.start(
            show(
                scene.crowd,
                console,
                title="Hexhaul demo: a made-up city",
                url=scene.stack.url,
                clock=scene.clock,
                logins=logins_of(
                    scene.stack.prepared.keys,
                    url=scene.stack.url,
                    log_ins=scene.stack.prepared.log_ins,
                ),
            )
        )
        await stopped_within(stop, options.duration_s)


@asynccontextmanager
async def _opened(options: DemoOptions) -> AsyncGenerator[_Scene]:
    city = build_city(options.seed)
    couriers = draw_couriers(
        city,
        couriers_count=options.couriers_count,
        duration_s=SHIFTS_WITHIN_S
        if options.duration_s is None
        else options.duration_s * options.speed,
        seed=options.seed,
    )
    timing = Timing(time_scale=options.speed, market_at=_morning(real_now()))
    plan = Plan(
        state_dir=options.state_dir,
        timing=timing,
        http_port=options.http_port,
        apis_count=options.apis_count,
        environment={**FAST_ENVIRONMENT, **write_map(city, options.state_dir)},
    )

    async def prepare(runtime: Runtime) -> _Cast:
        return await _enroll_all(runtime, options, city, couriers)

    async with (
        running_stack(plan, prepare) as stack,
        open_http(stack.url) as http,
        open_crew() as crew,
    ):
        keys = iter(stack.prepared.keys)
        crowd = Crowd(http, market_id=MARKET_ID, operator_key=next(keys), seed=options.seed)
        for _ in merchant_entries(city):
            crowd.add_merchant(next(keys))
        for watcher in (crowd.operator, *crowd.merchants):
            crew.start(watcher.run())
        clock = await crowd.wait_ready()
        for merchant in crowd.merchants[:RECEIVERS_COUNT]:
            crew.start((await crowd.add_receiver(merchant)).serve())
        for client, courier in zip(
            _couriers(crowd, city, couriers, keys, time_scale=options.speed), couriers, strict=True
        ):
            shifts = _shifts(courier, clock.now().timestamp())
            crew.start(keep_working(client, shifts, clock=clock, row=courier.index))
        posting = crew.start(_post(options, city, crowd, clock, crew))
        yield _Scene(stack=stack, crowd=crowd, clock=clock, crew=crew, posting=posting)


async def _enroll_all(
    runtime: Runtime, options: DemoOptions, city: City, couriers: tuple[Courier, ...]
) -> _Cast:
    """Create the market, and enroll everybody."""
    policy = stretched(Policy(), time_scale=options.speed, tick_real_s=TICK_REAL_S)
    request = MarketRequest(
        market_id=MARKET_ID,
        name="Demo city",
        currency="EUR",
        timezone="UTC",
        center=city.plane.center,
        service_radius_m=SERVICE_RADIUS_M,
        policy=unhurried(policy, time_scale=options.speed),  # "You" is a person
    )
    await create_market(runtime, request)
    entries = [
        OperatorEntry(name="Demo operator"),
        *merchant_entries(city),
        *map(courier_entry, couriers),
        CourierEntry(name="You", vehicle=Vehicle.BIKE),  # whoever opens the courier's page
    ]
    keys = [key.text for key in await enroll(runtime, market_id=MARKET_ID, entries=entries)]
    return _Cast(keys=keys, log_ins=await add_log_ins(runtime, market_id=MARKET_ID))


def _couriers(
    crowd: Crowd,
    city: City,
    couriers: tuple[Courier, ...],
    keys: Iterator[str],
    *,
    time_scale: float,
) -> list[CourierClient]:
    """Add the couriers to the crowd, each with the next key."""
    routes = Routes(city.roads)
    return [
        crowd.add_courier(
            courier_traits(courier, routes, time_scale=time_scale, position_real_s=POSITION_REAL_S),
            next(keys),
        )
        for courier in couriers
    ]


def _shifts(courier: Courier, starts_s: float) -> Iterator[Shift]:
    """Yield the courier's shift, and more of that length after breaks."""

    def later(span: Span, by_s: float) -> Span:
        return Span(span.start_s + by_s, span.end_s + by_s)

    length_s = courier.shift.end_s - courier.shift.start_s
    dead_phone = tuple(later(span, starts_s) for span in courier.dead_phone_spans)
    yield Shift(later(courier.shift, starts_s), dead_phone)
    for number in itertools.count(1):
        yield Shift(later(courier.shift, starts_s + number * (length_s + BREAK_S)))


async def _post(options: DemoOptions, city: City, crowd: Crowd, clock: Clock, crew: Crew) -> None:
    duration_s = options.duration_s
    await post_all(
        errands(
            city,
            jobs_per_minute=options.jobs_per_minute / options.speed,
            duration_s=None if duration_s is None else duration_s * options.speed,
            starts_at=clock.now(),
            seed=options.seed,
        ),
        crowd.merchants,
        clock=clock,
        idle_couriers_for=crowd.idle_couriers_for,
        crew=crew,
    )


def _morning(today: datetime) -> datetime:
    """Return the market time of the start: just before lunch."""
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(hours=STARTS_AT_HOUR)


def _age_s(began_at: datetime) -> float:
    return (real_now() - began_at).total_seconds()
