"""The processes of the service: real code on the stand-ins, to be killed, frozen and restarted."""

import asyncio
import contextvars
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

from msgspec.structs import replace

from service.actions.authenticate import Principal
from service.api.acceptances import Acceptances
from service.api.acknowledgements import Acknowledgements
from service.api.callers import CourierCaller
from service.api.courier_socket import CourierConnection
from service.api.doors import Doors
from service.api.line import Line as ClassLine
from service.api.market_fanout import MarketFanout
from service.api.priority import LIMITS, Priority
from service.api.sent_offers import SentOffers
from service.clock import Anchor, Clock, monotonic_s
from service.live.bus import DispatchWoken, RelayWoken
from service.live.relay_waker import RelayWaker
from service.relay.indexing import Indexing
from service.relay.leading import while_leading
from service.relay.loop import relay_facts
from service.relay.sweep import sweep
from service.runtime import Runtime
from service.settings import Settings
from service.store.anchoring import keep_anchored
from service.store.leadership import Leadership
from service.tasks import keep_running
from tests.simulation.dispatcher import Dispatcher
from tests.simulation.lines import Line, ServerSocket
from tests.simulation.live import LiveIndex, Redis
from tests.simulation.loop import HOST
from tests.simulation.standin.pool import StandInPool

# Slower than in life where it only means more of the same; limits and leases are those of life.
SETTINGS = replace(
    Settings(database_url="", redis_url=""),
    relay_poll_s=1.0,
    sweep_interval_s=2.0,
    stream_check_s=3.0,
    lease_failing_s_max=2.0,  # faults are shorter than in life
    session_s=86_400.0,  # tickets are not simulated
)
TICK_S = 2.0
AUDIT_S = 5.0


class Host:
    """A machine with one process at a time; each has a number, and its own connections."""

    kind = ""

    def __init__(self, world, number):
        self.world, self.machine = world, f"{self.kind}-{number}"
        self.starts_count = 0
        self._tasks = []  # held on to, or those of the dead would be collected as garbage
        self.is_up = False
        self.leadership = None
        self.woken_s = float("-inf")  # when the machine last woke from sleep

    @property
    def name(self):
        return f"{self.machine}#{self.starts_count}"

    def start(self):
        """Start a new process."""
        world = self.world
        self.starts_count += 1
        self.is_up = True
        self.context = contextvars.copy_context()
        self.context.run(HOST.set, self.name)
        self.pool = StandInPool(world.database, world.ways)
        redis = Redis(world.live, world.rng("redis"))
        self.runtime = Runtime(
            settings=SETTINGS,
            clock=Clock(self.context.run(self._read_anchor)),
            epoch=world.epoch,
            pool=self.pool,
            redis=redis,
            new_id=world.new_id,
            relay_waker=RelayWaker(redis),
        )
        world.trace.say(self.name, "starts")
        self.context.run(self._start)

    def _read_anchor(self):
        market_at = self.world.database.market_now()
        return Anchor(at_s=monotonic_s(), market_at=market_at, time_scale=1.0)

    def _start(self):
        self.run("clock", partial(keep_anchored, self.runtime.clock, self.pool))
        self.run("waker", self.runtime.relay_waker.run)
        for name, work in self.works().items():
            self.run(name, work)

    def works(self):
        """Return what the process does, by name."""
        raise AssertionError(f"{self.kind} says what it does")

    def run(self, name, work):
        self.spawn(keep_running(name, work))

    def spawn(self, coro):
        """Run it in this process; what it raises is a fault of the service."""
        task = self.world.loop.create_task(coro, context=self.context.copy())
        self._tasks.append(task)
        task.add_done_callback(self.world.judge.look_at)
        return task

    def kill(self):
        """End the process at once: it runs no more, and its connections are gone."""
        self.world.trace.say(self.name, "is killed")
        self.is_up = False
        self.world.loop.freeze(self.name)
        self.pool.kill()
        self.world.live.forget(self.machine)

    def freeze(self):
        self.world.trace.say(self.name, "is frozen")
        self.world.loop.freeze(self.name)

    def thaw(self, name):
        """Let the process of this name go on, if it still is the one."""
        if self.is_up and name == self.name:
            self.world.trace.say(self.name, "goes on")
            self.world.loop.thaw(name)

    def wake(self, name, *, slept_s):
        """Let the process of this name go on, on a machine that knows nothing of the pause."""
        if self.is_up and name == self.name:
            self.world.time.sleep(self.machine, slept_s)
            self.woken_s = self.world.loop.time()
        self.thaw(name)

    @property
    def is_leading(self):
        return self.leadership is not None and self.leadership.epoch is not None

    def lease(self):
        self.leadership = UnwatchedLeadership(
            self.pool,
            name=f"{self.kind}:{self.world.market_id}",
            holder=str(self.world.new_id()),
            ttl_s=SETTINGS.lease_ttl_s,
            renew_s=SETTINGS.lease_renew_s,
            failing_s_max=SETTINGS.lease_failing_s_max,
        )
        return self.leadership


class UnwatchedLeadership(Leadership):
    """Nobody asks whether a simulated host does its work, so nobody is told."""

    async def _tell_work(self):
        pass


@contextmanager
def noted(leadership):
    """Note whether the block fails."""
    try:
        yield
    except Exception:
        leadership.note_failure()
        raise
    leadership.note_work()


class ApiHost(Host):
    kind = "api"

    def works(self):
        runtime, market_id = replace(self.runtime, is_hurried=True), self.world.market_id
        self.fanout = MarketFanout(runtime, market_id)
        self.lines = {}
        class_lines = {priority: ClassLine(limits) for priority, limits in LIMITS.items()}
        self.api = SimpleNamespace(
            runtime=runtime,
            lines=class_lines,
            serving=lambda _: self.api,
            sampling=SimpleNamespace(passes=lambda _: True),
            fanout=SimpleNamespace(market=lambda _: self.fanout),
            doors=Doors(runtime),
            positions=SimpleNamespace(put=lambda *_: None),
            tracks=SimpleNamespace(note=lambda *_, **__: None, note_visit=lambda *_: None),
            sent_offers=SentOffers(runtime),
            acknowledgements=Acknowledgements(runtime),
            acceptances=Acceptances(runtime, class_lines[Priority.DECIDE]),
        )
        self.world.live.listen(self.machine, self.fanout.hear)
        return {
            "streams": self.fanout.check_streams,
            "doors": self.api.doors.reading.run,
            "numbers": self.api.doors.drawing.run,
            "connections": self.api.doors.replacing.run,
            "sent_offers": self.api.sent_offers.run,
            "acknowledgements": self.api.acknowledgements.run,
            "acceptances": self.api.acceptances.run,
        }

    def accept(self, courier_id, phone):
        """Take a courier's dial, from the context of the phone; return the line."""
        line = Line(self.world.loop, self.world.rng("lines"), phone=phone, server=self.context)
        self.lines[line] = courier_id
        self.spawn(self._serve(line, courier_id))
        return line

    async def _serve(self, line, courier_id):
        principal = Principal(
            credential_id="credential",
            market_id=self.world.market_id,
            livemode=False,
            courier_id=courier_id,
        )
        caller = CourierCaller(principal=principal, id=courier_id)
        try:
            await CourierConnection(self.api, caller, ServerSocket(line)).serve()
        finally:
            if not line.is_over:
                line.cut()
            self.lines.pop(line, None)

    def kill(self):
        super().kill()
        for line in list(self.lines):
            line.cut()


class RelayHost(Host):
    kind = "relay"

    def works(self):
        runtime, market_id = self.runtime, self.world.market_id
        leadership, wake = self.lease(), asyncio.Event()
        index = LiveIndex(runtime, market_id)
        indexing = Indexing(index)

        def hear(message):
            if isinstance(message, RelayWoken):
                wake.set()

        async def sweep_due(_):
            await sweep(runtime, market_id)

        async def audit(epoch):
            with noted(leadership):
                await index.audit(epoch)

        self.world.live.listen(self.machine, hear)
        leading = partial(while_leading, leadership)
        return {
            "lease": leadership.keep,
            "facts": partial(relay_facts, indexing, leadership, wake),
            "indexing": indexing.run,
            "sweep": partial(leading, sweep_due, interval_s=SETTINGS.sweep_interval_s),
            "audit": partial(leading, audit, interval_s=AUDIT_S),
        }


class DispatchHost(Host):
    kind = "dispatch"

    def works(self):
        leadership, woken = self.lease(), asyncio.Event()
        dispatcher = Dispatcher(
            self.runtime, self.world.market_id, leadership, rng=self.world.rng("dispatch")
        )

        def hear(message):
            if isinstance(message, DispatchWoken):
                woken.set()

        async def tick(epoch):
            with noted(leadership):
                await dispatcher.tick(epoch)
            try:
                async with asyncio.timeout(TICK_S):
                    await woken.wait()
            except TimeoutError:
                pass
            woken.clear()

        self.world.live.listen(self.machine, hear)
        return {
            "lease": leadership.keep,
            "ticks": partial(while_leading, leadership, tick, interval_s=0.0),
        }
