"""Who takes part: a city's couriers, merchants and operator, watchers, and a merchant's server.

They are the ordinary clients of the demo, over the one public door, and all they do is recorded.
"""

import random
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import cache

import httpx
import msgspec
from msgspec import Struct

from loadtests.faults.history import History
from loadtests.faults.lab import TIME_SCALE, Lab
from loadtests.faults.recorded import RecordedApp, RecordingTransport
from loadtests.faults.sink import Sink
from loadtests.faults.watcher import Watcher
from loadtests.live.waiting import until
from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import OperatorEntry, enroll
from service.client.rest import CONNECTIONS_COUNT_MAX, REQUEST_TIMEOUT_S, Rest
from service.clock import Clock
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.runtime import Runtime
from service.simulation.city.city import City, build_city
from service.simulation.city.routes import Routes
from service.simulation.clients.courier import CourierClient
from service.simulation.people import Courier, Span, draw_couriers
from service.simulation.run.careers import Shift, keep_working
from service.simulation.run.city_cast import (
    courier_entry,
    courier_traits,
    errands,
    merchant_entries,
)
from service.simulation.run.crew import Crew, open_crew
from service.simulation.run.crowd import Crowd
from service.simulation.run.policies import stretched
from service.simulation.run.posting import Errand
from service.stack import READY_TIMEOUT_S, StackFailedError
from service.wire.rest import ContactBody
from service.wire.webhooks import EndpointRequest, NewWebhookEndpoint

MARKET_ID = MarketId("faults")
CITY_SEED = 11
COURIERS_COUNT = 24
ENDPOINTS_COUNT = 6  # webhooks, of so many merchants
TICK_REAL_S = 1.0
POSITION_REAL_S = 1.0
SHIFT_S = 14 * 3_600.0  # market time: longer than all trials of a lab
SERVICE_RADIUS_M = 8_000.0
JOBS_PER_S = 1.2  # real time
CANCELED_SHARE = 0.15
CANCELS_AFTER_S = (5.0, 300.0)  # market time
CANARIES = ("canary-instructions-7f3a", "+43699012345678", "Kanari Vogel-Person")


class Endpoint(Struct, frozen=True, kw_only=True):
    """A webhook endpoint of ours: `sink:<name>` in the history."""

    name: str
    id: str
    secret: str


class World(Struct, frozen=True, kw_only=True):
    """Everybody, connected and at work until the block of `open_world` ends."""

    lab: Lab
    runtime: Runtime  # the driver's own way to both servers
    city: City
    crowd: Crowd
    crew: Crew
    clock: Clock
    history: History
    watchers: tuple[Watcher, ...]
    sink: Sink
    operator: Rest
    endpoints: tuple[Endpoint, ...]
    keys: tuple[str, ...]  # all of them: none may ever be in a log
    merchant_keys: tuple[str, ...]
    stranger_key: str  # of a courier who is nobody's: hostile clients use it

    async def are_all_live(self) -> bool:
        """Whether everybody is connected and has resumed."""
        people = [*self.crowd.couriers, *self.crowd.merchants, self.crowd.operator]
        return all(person.connection.is_live for person in people) and all(
            watcher.is_live for watcher in self.watchers
        )

    def errands(self, *, seed: int, mark: str, duration_s: float) -> Iterator[Errand]:
        """Yield jobs by time, for so long from now on (real time); `mark` is in each reference."""
        rng = random.Random(seed)
        drawn = errands(
            self.city,
            jobs_per_minute=60.0 * JOBS_PER_S / TIME_SCALE,
            duration_s=duration_s * TIME_SCALE,
            starts_at=self.clock.now(),
            seed=seed,
        )
        return (_marked(errand, mark, rng) for errand in drawn)


@asynccontextmanager
async def open_world(lab: Lab, runtime: Runtime, history: History) -> AsyncGenerator[World]:
    """Let everybody take part who was enrolled by `enroll_everybody`.

    Raises:
        StackFailedError: they are not all connected in time.
    """
    city, couriers = _people()
    operator_key, stranger_key, *others = lab.keys
    merchants_count = len(others) - COURIERS_COUNT
    merchant_keys, courier_keys = others[:merchants_count], others[merchants_count:]
    names = {operator_key: "ops"}
    names |= {key: f"merchant:{row}" for row, key in enumerate(merchant_keys)}
    names |= {key: f"courier:{row}" for row, key in enumerate(courier_keys)}
    rng = random.Random(CITY_SEED)
    async with (
        Sink(history) as sink,
        _open_http(lab.url, history, names) as http,
        open_crew() as crew,
    ):
        crowd = Crowd(http, market_id=MARKET_ID, operator_key=operator_key, seed=CITY_SEED)
        for key in merchant_keys:
            crowd.add_merchant(key)
        endpoints = tuple(
            [
                await _open_endpoint(Rest(http, key=key, rng=rng), sink, name=str(row))
                for row, key in enumerate(merchant_keys[:ENDPOINTS_COUNT])
            ]
        )
        watchers = tuple(_watchers(lab, history, operator_key))
        for watcher in (crowd.operator, *crowd.merchants, *watchers):
            crew.start(watcher.run())
        clock = await crowd.wait_ready()
        routes = Routes(city.roads)
        now_s = clock.now().timestamp()
        for row, (courier, key) in enumerate(zip(couriers, courier_keys, strict=True)):
            traits = courier_traits(
                courier, routes, time_scale=TIME_SCALE, position_real_s=POSITION_REAL_S
            )
            app = RecordedApp(traits, history, f"courier:{row}")
            client = CourierClient(app, Rest(http, key=key, rng=rng), rng=rng)
            crowd.couriers.append(client)
            shift = Shift(Span(now_s, now_s + SHIFT_S))
            crew.start(keep_working(client, [shift], clock=clock, row=row))
        world = World(
            lab=lab,
            runtime=runtime,
            city=city,
            crowd=crowd,
            crew=crew,
            clock=clock,
            history=history,
            watchers=watchers,
            sink=sink,
            operator=Rest(http, key=operator_key, rng=rng),
            endpoints=endpoints,
            keys=lab.keys,
            merchant_keys=tuple(merchant_keys),
            stranger_key=stranger_key,
        )
        if not await until(world.are_all_live, s_max=READY_TIMEOUT_S):
            raise StackFailedError("Not everybody was connected in time.")
        yield world


@cache
def _people() -> tuple[City, tuple[Courier, ...]]:
    city = build_city(CITY_SEED)
    return city, draw_couriers(
        city, couriers_count=COURIERS_COUNT, duration_s=SHIFT_S, seed=CITY_SEED
    )


async def enroll_everybody(runtime: Runtime) -> list[str]:
    """Create the market; return the keys of operator, stranger, merchants and couriers."""
    city, couriers = _people()
    request = MarketRequest(
        market_id=MARKET_ID,
        name="Faults",
        currency="EUR",
        timezone="UTC",
        center=city.plane.center,
        service_radius_m=SERVICE_RADIUS_M,
        policy=stretched(Policy(), time_scale=TIME_SCALE, tick_real_s=TICK_REAL_S),
    )
    await create_market(runtime, request)
    entries = [
        OperatorEntry(name="Olga"),
        courier_entry(couriers[0]),
        *merchant_entries(city),
        *map(courier_entry, couriers),
    ]
    return [key.text for key in await enroll(runtime, market_id=MARKET_ID, entries=entries)]


def _open_http(url: str, history: History, names: dict[str, str]) -> httpx.AsyncClient:
    limits = httpx.Limits(
        max_connections=CONNECTIONS_COUNT_MAX, max_keepalive_connections=CONNECTIONS_COUNT_MAX
    )
    return httpx.AsyncClient(
        base_url=url,
        timeout=REQUEST_TIMEOUT_S,
        transport=RecordingTransport(history, names, limits=limits),
        trust_env=False,
    )


async def _open_endpoint(rest: Rest, sink: Sink, *, name: str) -> Endpoint:
    request = EndpointRequest(url=sink.url(name))
    answer = await rest.send(
        "POST", "/v1/webhook-endpoints", request, idempotency_key=f"endpoint-{name}"
    )
    created = msgspec.json.decode(answer, type=NewWebhookEndpoint)
    return Endpoint(name=name, id=str(created.endpoint.id), secret=created.secret or "")


def _watchers(lab: Lab, history: History, operator_key: str) -> Iterator[Watcher]:
    for number in (1, 2):
        who = f"market:{MARKET_ID}#{number}"
        yield Watcher(f"{lab.url}/v1/ops/feed", operator_key, history=history, who=who)


def _marked(errand: Errand, mark: str, rng: random.Random) -> Errand:
    """Return the errand with a reference of its own, canaries in it, and perhaps a cancellation."""
    instructions, phone, name = CANARIES
    contact = ContactBody(name=name, phone=phone)
    body = errand.body
    body = msgspec.structs.replace(
        body,
        reference=f"{mark}-{body.reference}",
        dropoff=msgspec.structs.replace(body.dropoff, contact=contact, instructions=instructions),
    )
    is_canceled, after_s = rng.random() < CANCELED_SHARE, rng.uniform(*CANCELS_AFTER_S)
    return msgspec.structs.replace(
        errand, body=body, cancels_after_s=after_s if is_canceled else None
    )
