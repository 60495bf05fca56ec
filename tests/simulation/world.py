"""One run: a whole marketplace in virtual time, from a seed, and what was wrong with it.

Real: actions, domain, store functions, the courier's socket from its session to its mailbox, the
fan-out, batches of acceptances and acknowledgements, the relay with its numbering and sweep,
leases, the commit of dispatch, and the client's link. Stood in for: Postgres (`standin`), Redis
(`live`), sockets (`lines`), HTTP (`people`), and the clock. Left out: the engine (plans are drawn
by lot), positions, tickets and sessions, merchants' and ops' sockets, webhooks, silence, retention,
admission, the guard.
"""

import asyncio
import contextvars
import math
import random
from collections import Counter
from contextlib import nullcontext
from uuid import UUID

from msgspec import Struct
from structlog.testing import capture_logs

from service.domain.ids import CourierId, MarketId, MerchantId
from service.domain.policy import Policy
from service.domain.vocabulary import Vehicle
from service.store import couriers, deployment, markets, merchants
from tests.simulation import clocks
from tests.simulation.faults import Faults, Plan
from tests.simulation.hosts import ApiHost, DispatchHost, RelayHost
from tests.simulation.judge import Judge
from tests.simulation.live import Live
from tests.simulation.loop import HOST, StalledError, VirtualLoop
from tests.simulation.people import CENTER, Merchant, Ops
from tests.simulation.phone import Phone
from tests.simulation.standin.database import START, Database
from tests.simulation.standin.pool import StandInPool, Ways
from tests.simulation.trace import Trace

MARKET_ID = MarketId("vienna")
BUSY_S = 120.0  # with people posting, and everything going wrong
CLOSING_S_MAX = 1_500.0  # until the last job must have ended
QUIET_S = 30.0  # for the last news to arrive


class Size(Struct, frozen=True):
    couriers_count: int = 5
    merchants_count: int = 2
    jobs_count: int = 8  # of each merchant


USUAL = Size()
USUAL_JOBS_COUNT = USUAL.merchants_count * USUAL.jobs_count


def size_for(jobs_count):
    """Return the size with so many jobs, or a few more: with as many more people, at that pace."""
    return Size(
        couriers_count=math.ceil(USUAL.couriers_count * jobs_count / USUAL_JOBS_COUNT),
        merchants_count=math.ceil(jobs_count / USUAL.jobs_count),
    )


class Run(Struct, frozen=True):
    """What came of a run: the same for the same seed, on every machine."""

    seed: int
    hash: str
    violations: tuple[str, ...]
    lines: tuple[str, ...]  # the last ones of the trace
    virtual_s: float
    steps_count: int
    counts: dict[str, int]


def simulate(seed, *, size=USUAL, is_calm=False, sabotage=nullcontext):
    """Run the world of this seed to its end.

    Args:
        seed: says everything that is left to chance.
        size: how many people there are, and how much they want.
        is_calm: whether nothing goes wrong.
        sabotage: a context manager of the world that breaks something on purpose.
    """
    world = World(seed, size=size, is_calm=is_calm)
    with capture_logs() as log, clocks.installed(world.time), sabotage(world):
        return world.run(log)


class World:
    def __init__(self, seed, *, size, is_calm):
        self.seed, self._size = seed, size
        self._rngs = {}
        self.trace = Trace()
        self.loop = VirtualLoop(rng=self.rng("loop"), trace=self.trace)
        self.trace.now_s = self.loop.time
        self.time = clocks.VirtualTime(self.loop)
        self.market_id, self.epoch = MARKET_ID, UUID(int=seed)
        self.database = Database(self.loop.time)
        self.ways = Ways(self.rng("ways"))
        self.judge = Judge(self.database, self.trace, MARKET_ID)
        self.live = Live(self.loop, self.rng("bus"), MARKET_ID)
        self.plan = Plan(self.rng("plan"), is_calm=is_calm)
        self.hosts = [
            kind(self, number) for kind in (ApiHost, RelayHost, DispatchHost) for number in range(2)
        ]
        self.phones, self.courier_ids = [], []
        self.is_closing = False

    def rng(self, name):
        """Return the dice of this name: what one of them draws changes no other."""
        if name not in self._rngs:
            self._rngs[name] = random.Random(f"{self.seed} {name}")
        return self._rngs[name]

    def new_id(self):
        """Return an id that is later than those before, as those of life are."""
        ms = int(self.loop.time() * 1_000)
        return UUID(int=(ms << 80) | self.rng("ids").getrandbits(80))

    def pick_api(self):
        """Return an api process that takes connections, if there is one."""
        able = [host for host in self.hosts if host.kind == "api" and host.is_up]
        return self.rng("dials").choice(able) if able else None

    def dial(self, phone):
        """Open a socket for a phone; return None when nobody answers."""
        host = self.pick_api()
        if host is None or self.loop.is_frozen(host.name):
            return None
        return host.accept(phone.courier_id, phone.context)

    # ------------------------------------------------------------------ the course of a run
    def run(self, log):
        """Run to the end; `log` is what the service logs meanwhile."""
        try:
            self._run_main()
            self.judge.read_log(log)
            for error in self.loop.errors:
                self.judge.accuse(f"a callback failed: {error!r}")
            run = self._told(log)
            self.loop.steps_count = 0  # who is caught in a loop ends as well
            self.loop.run_until_complete(self._end())
        finally:
            self.loop.close()
        return run

    def _run_main(self):
        """Run what happens; that it does not come to an end is a violation like others."""
        try:
            self.loop.run_until_complete(self._main())
        except StalledError as error:
            self.judge.accuse(f"stalled: {error}")

    async def _main(self):
        await self._create()
        for host in self.hosts:
            host.start()
        self.faults = faults = Faults(self, self.plan)
        ops = self._spawn("ops", Ops(self).run())
        shops = [self._spawn("shop", shop.run()) for shop in self._merchants()]
        for phone in self.phones:
            phone.context.run(self._spawn, "phone", phone.run())
        going_wrong = self._spawn("faults", faults.run())
        await self._until(_never, BUSY_S)
        self.is_closing = True
        faults.heal()
        closing = (going_wrong, *shops)
        await self._until(
            lambda: all(task.done() for task in closing) and not self.judge.live_jobs(),
            CLOSING_S_MAX,
        )
        ops.cancel()
        await self._until(_never, QUIET_S)
        if not self.judge.violations:
            self.judge.judge_end(self.phones)
        self.trace.say("world", f"ends with {len(self.judge.violations)} violations")

    def _spawn(self, name, coro):
        task = self.loop.create_task(coro, name=name)
        task.add_done_callback(self.judge.look_at)
        return task

    async def _until(self, is_so, s_max):
        """Wait until it is so, or something is wrong, or this time is over."""
        ends_s = self.loop.time() + s_max
        while self.loop.time() < ends_s and not is_so() and not self.judge.violations:  # many
            await asyncio.sleep(1.0)
            self._look_at_clocks()

    def _look_at_clocks(self):
        market_now = self.database.market_now()
        for host in self.hosts:
            if host.is_up and not self.loop.is_frozen(host.name):
                apart = host.context.run(host.runtime.clock.now) - market_now
                awake_s = self.loop.time() - host.woken_s
                self.judge.judge_clock(host.name, abs(apart.total_seconds()), awake_s=awake_s)

    async def _create(self):
        """Create the market and its people, by the store's own functions."""
        pool = StandInPool(self.database, self.ways)
        async with pool.transaction() as conn:
            await deployment.create_deployment(conn, epoch=self.epoch, time_scale=1.0)
            await markets.create_market(
                conn,
                market_id=MARKET_ID,
                name="Vienna",
                currency="EUR",
                timezone="Europe/Vienna",
                center_lat_deg=CENTER.lat_deg,
                center_lng_deg=CENTER.lng_deg,
                service_radius_m=15_000.0,
                policy=Policy(search_s_max=180.0, live_jobs_count_max=3),
                livemode=False,
            )
            self._merchant_ids = [
                MerchantId(self.new_id()) for _ in range(self._size.merchants_count)
            ]
            for id_ in self._merchant_ids:
                await merchants.create_merchant(
                    conn, merchant_id=id_, market_id=MARKET_ID, name="Bakery"
                )
            for number in range(self._size.couriers_count):
                await self._enroll(conn, number)

    async def _enroll(self, conn, number):
        id_ = CourierId(self.new_id())
        await couriers.create_courier(
            conn,
            courier_id=id_,
            market_id=MARKET_ID,
            name="Anna",
            vehicle=Vehicle.BIKE,
            abilities=(),
        )
        context = contextvars.copy_context()
        context.run(HOST.set, f"phone-{number}")
        shift_ends_at = START.replace(hour=22)
        self.courier_ids.append(id_)
        self.phones.append(Phone(self, id_, context=context, shift_ends_at=shift_ends_at))

    def _merchants(self):
        return [Merchant(self, id_, jobs_count=self._size.jobs_count) for id_ in self._merchant_ids]

    def _told(self, log):
        return Run(
            seed=self.seed,
            hash=self.trace.hash,
            violations=tuple(self.judge.violations),
            lines=tuple(self.trace.lines),
            virtual_s=self.loop.time(),
            steps_count=self.loop.steps_count,
            counts=self._counts(log),
        )

    def _counts(self, log):
        """Return how often what happened: offers by what became of them, and each fault."""
        counts = Counter(self.judge.counts)
        counts.update(self.faults.counts)
        counts.update(self.ways.counts)
        counts.update(self.live.counts)
        counts["lock_waits"] = self.database.locks.waits_count
        counts["transaction_retries"] = sum(e["event"] == "transaction_retried" for e in log)
        counts["takeovers"] = sum(e["event"] == "lease_taken" for e in log)
        counts["given_up"] = sum(e["event"] == "lease_given_up" for e in log)
        counts["jobs"] = len(self.database.committed["job"])
        return dict(counts)

    async def _end(self):
        """Let go of every task; the dead and the frozen wake up for it, and get nowhere."""
        for host in self.hosts:
            host.pool.kill()
            for number in range(1, host.starts_count + 1):
                self.loop.thaw(f"{host.machine}#{number}")
        tasks = [
            task for task in asyncio.all_tasks(self.loop) if task is not asyncio.current_task()
        ]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=60.0)


def _never():
    return False
