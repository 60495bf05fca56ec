"""A made-up city served by two api processes, and everybody who takes part in it."""

import asyncio
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from recorder import Recorder

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import OperatorEntry, enroll
from service.client.rest import open_http
from service.clock import Clock
from service.domain.facts import owner_of_market
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.simulation.city.city import City, build_city
from service.simulation.city.routes import Routes
from service.simulation.people import Span, draw_couriers
from service.simulation.run.careers import Shift, keep_working
from service.simulation.run.city_cast import (
    courier_entry,
    courier_traits,
    errands,
    merchant_entries,
)
from service.simulation.run.crew import Crew, open_crew
from service.simulation.run.crowd import Crowd
from service.simulation.run.demo import FAST_ENVIRONMENT
from service.simulation.run.policies import stretched
from service.simulation.run.posting import post_all
from service.stack import Plan, Stack, Timing, api_names, running_stack

MARKET_ID = MarketId("twin")
APIS = api_names(2)
SEED = 11
SPEED = 60.0
COURIERS_COUNT = 40
OPS_RECORDERS_COUNT = 6
MERCHANT_RECORDERS_COUNT = 2  # for one merchant
SHIFT_S = 4 * 3_600.0  # market time; longer than the run
PATIENCE_S = 60.0


class Scene(NamedTuple):
    """A running stack and the people in it; `recorders` by the owner of the stream."""

    stack: Stack
    state_dir: Path
    city: City
    crowd: Crowd
    clock: Clock
    crew: Crew
    recorders: dict[str, list[Recorder]]
    merchant_key: str

    def opened_count(self, name):
        """Return how many websockets this process has taken, as its log says."""
        return log_of(self.state_dir, name).count('"socket_opened"')

    def files_count(self, name):
        """Return how many files this process holds open, its connections among them."""
        return len(list(Path(f"/proc/{self.stack.processes.pids()[name]}/fd").glob("*")))

    async def end(self, name, signal_):
        """Send a process the signal, and wait until there is another in its place."""
        restarts_count = self.stack.processes.restarts()[name]
        os.kill(self.stack.processes.pids()[name], signal_)
        await until(lambda: self.stack.processes.restarts()[name] > restarts_count)

    async def all_live(self):
        """Wait until everybody is connected and has resumed."""
        people = [*self.crowd.couriers, *self.crowd.merchants, self.crowd.operator]
        watching = [recorder for group in self.recorders.values() for recorder in group]
        await until(
            lambda: (
                all(person.connection.is_live for person in people)
                and all(recorder.is_live for recorder in watching)
            )
        )

    async def post_jobs(self, *, jobs_per_minute, duration_s):
        """Post the city's jobs at this rate for so long (both real time)."""
        await post_all(
            errands(
                self.city,
                jobs_per_minute=jobs_per_minute / SPEED,
                duration_s=duration_s * SPEED,
                starts_at=self.clock.now(),
                seed=SEED,
            ),
            self.crowd.merchants,
            clock=self.clock,
            idle_couriers_for=self.crowd.idle_couriers_for,
            crew=self.crew,
        )


@asynccontextmanager
async def open_scene(state_dir):
    """Start two apis, and let everybody take part through the one public port."""
    city = build_city(SEED)
    couriers = draw_couriers(city, couriers_count=COURIERS_COUNT, duration_s=SHIFT_S, seed=SEED)
    merchants = merchant_entries(city)

    async def prepare(runtime):
        request = MarketRequest(
            market_id=MARKET_ID,
            name="Twin city",
            currency="EUR",
            timezone="UTC",
            center=city.plane.center,
            service_radius_m=8_000.0,
            policy=stretched(Policy(), time_scale=SPEED, tick_real_s=1.0),
        )
        await create_market(runtime, request)
        entries = [OperatorEntry(name="Olga"), *merchants, *map(courier_entry, couriers)]
        return [key.text for key in await enroll(runtime, market_id=MARKET_ID, entries=entries)]

    plan = Plan(
        state_dir=state_dir,
        timing=Timing(time_scale=SPEED),
        apis_count=len(APIS),
        environment=FAST_ENVIRONMENT,
    )
    async with (
        running_stack(plan, prepare) as stack,
        open_http(stack.url) as http,
        open_crew() as crew,
    ):
        await until(lambda: all('"api_started"' in log_of(state_dir, name) for name in APIS))
        operator_key, *keys = stack.prepared
        crowd = Crowd(http, market_id=MARKET_ID, operator_key=operator_key, seed=SEED)
        for key in keys[: len(merchants)]:
            crowd.add_merchant(key)
        of_ops = _recorders(f"{stack.url}/v1/ops/feed", operator_key, OPS_RECORDERS_COUNT)
        of_merchant = _recorders(f"{stack.url}/v1/stream", keys[0], MERCHANT_RECORDERS_COUNT)
        for watcher in (crowd.operator, *crowd.merchants, *of_ops, *of_merchant):
            crew.start(watcher.run())
        clock = await crowd.wait_ready()
        _begin_shifts(crowd, crew, clock, zip(couriers, keys[len(merchants) :], strict=True), city)
        recorders = {
            owner_of_market(MARKET_ID): of_ops,
            f"merchant:{crowd.merchants[0].connection.owner_id}": of_merchant,
        }
        yield Scene(stack, state_dir, city, crowd, clock, crew, recorders, keys[0])


def _recorders(url, key, count):
    return [Recorder(url, key) for _ in range(count)]


def _begin_shifts(crowd, crew, clock, people, city):
    routes = Routes(city.roads)
    now_s = clock.now().timestamp()
    for courier, key in people:
        traits = courier_traits(courier, routes, time_scale=SPEED, position_real_s=1.0)
        client = crowd.add_courier(traits, key)
        shift = Shift(Span(now_s, now_s + SHIFT_S))
        crew.start(keep_working(client, [shift], clock=clock, row=courier.index))


def log_of(state_dir, name):
    """Return what a process has logged."""
    path = state_dir / f"{name}.log"
    return path.read_text() if path.exists() else ""


async def until(is_so):
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.05)
