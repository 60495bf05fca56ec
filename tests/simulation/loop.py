"""An event loop without a clock: time jumps to the next timer, and a seed says who runs next.

Whatever is ready at an instant runs in an order drawn from the seed, as no two machines agree on
it. Each handle belongs to the host whose context it was made in: a host that is frozen runs nothing
until it is thawed, and one that is never thawed was killed, without any last words.
"""

import asyncio
import contextvars
from asyncio import events
from collections import deque
from contextvars import copy_context
from heapq import heappop, heappush
from operator import attrgetter

from msgspec import Struct

HOST = contextvars.ContextVar("HOST", default="world")
STEPS_COUNT_MAX = 3_000_000  # of one run; more is a loop that never sleeps


class StalledError(Exception):
    """Nothing is ready and nothing is due, though something is waited for."""


class Handle(Struct, eq=False):
    """What asyncio keeps of a callback, to cancel it; with whose it is, which every step asks.

    A struct, because one is made for each step.
    """

    callback: object
    args: tuple
    context: contextvars.Context
    host: str
    is_cancelled: bool = False

    def cancel(self):
        self.is_cancelled = True
        self.callback = self.args = None  # a timer may be long in coming

    def cancelled(self):
        return self.is_cancelled

    def run(self):
        self.context.run(self.callback, *self.args)

    @property
    def task_number(self):
        """A number to sort by what a step has woken: sets of objects have no order of their own.

        Tasks are numbered as they are made; what is no task's stays before them, in its order.
        """
        task = getattr(self.callback, "__self__", None)
        return int(task.get_name().partition(" ")[0]) if isinstance(task, asyncio.Task) else 0


class Nap(Struct, eq=False):
    """A timer that wakes who naps: most are, so nothing is made for it that is not used."""

    future: asyncio.Future
    host: str
    task_number: int = 0

    @property
    def is_cancelled(self):
        return self.future.done()

    def run(self):
        self.future.set_result(None)


class VirtualLoop(asyncio.AbstractEventLoop):
    """`trace` is told of each step, `rng` draws the order."""

    def __init__(self, *, rng, trace):
        self._rng, self._trace = rng, trace
        self._now_s, self._counter, self._is_running, self._is_closed = 0.0, 0, False, False
        self._ready, self._timers = [], []
        self._frozen = {}  # what waits for each host that is frozen
        self.errors = []  # of callbacks, which nobody else would hear of
        self.steps_count = 0

    # ------------------------------------------------------------------ hosts
    def freeze(self, host):
        """Let the host run nothing from now on."""
        self._frozen.setdefault(host, deque())

    def thaw(self, host):
        """Let the host go on, as if no time had passed."""
        self._ready.extend(self._frozen.pop(host, ()))

    def is_frozen(self, host):
        return host in self._frozen

    # ------------------------------------------------------------------ what asyncio asks for
    def time(self):
        return self._now_s

    def call_soon(self, callback, *args, context=None):
        if context is None:
            context = copy_context()
        handle = Handle(callback, args, context, context.get(HOST, "world"))
        self._ready.append(handle)
        return handle

    def call_later(self, delay, callback, *args, context=None):
        when = self._now_s + delay if delay > 0.0 else self._now_s
        return self.call_at(when, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        if context is None:
            context = copy_context()
        handle = Handle(callback, args, context, context.get(HOST, "world"))
        self._counter += 1
        heappush(self._timers, (when, self._counter, handle))
        return handle

    def nap(self, delay_s):
        """Return a future that is done after this time, if nobody has cancelled it before."""
        future = asyncio.Future(loop=self)
        self._counter += 1
        heappush(self._timers, (self._now_s + delay_s, self._counter, Nap(future, HOST.get())))
        return future

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, *, name=None, context=None):
        self._counter += 1
        numbered = f"{self._counter} {name or ''}"
        return asyncio.Task(coro, loop=self, name=numbered, context=context)

    get_debug = bool  # without an argument it is False, and each future asks

    def is_running(self):
        return self._is_running

    def is_closed(self):
        return self._is_closed

    def close(self):
        self._is_closed = True

    def call_exception_handler(self, context):
        """Hear nothing: what is told here comes from the garbage collector, at times of its own."""

    # ------------------------------------------------------------------ running
    def run_until_complete(self, main):
        """Run until the task is done; return its result."""
        events._set_running_loop(self)  # noqa: SLF001  # for loops of others
        self._is_running = True
        try:
            task = main if asyncio.isfuture(main) else self.create_task(main)
            self._run_until(task)
            return task.result()
        finally:
            self._is_running = False
            events._set_running_loop(None)  # noqa: SLF001  # likewise

    def _run_until(self, task):
        """Run one of those who are ready, or go to the next instant at which something is due."""
        ready, random, run, is_done = self._ready, self._rng.random, self._run, task.done
        while not is_done():
            count = len(ready)
            if count > 1:
                at = int(random() * count)
                ready[at], ready[-1] = ready[-1], ready[at]
                run(ready.pop(), at)
            elif count == 1:
                run(ready.pop(), 0)
            else:
                self._advance()

    def _advance(self):
        """Run what is due next; whom that wakes comes in an order of the seed's."""
        timers = self._timers
        while timers and timers[0][2].is_cancelled:
            heappop(timers)
        if not timers:
            raise StalledError("everybody waits, and nothing will happen")
        self._now_s = max(self._now_s, timers[0][0])
        while timers and timers[0][0] <= self._now_s:
            self._run(heappop(timers)[2], 0)

    def _run(self, handle, at):
        if handle.is_cancelled:
            return
        if handle.host in self._frozen:
            self._frozen[handle.host].append(handle)
            return
        self.steps_count += 1
        if self.steps_count > STEPS_COUNT_MAX:
            raise StalledError("the run does not come to an end")
        self._trace.step(handle.host, at)
        ready = self._ready
        begin = len(ready)
        try:
            handle.run()
        except Exception as error:  # noqa: BLE001  # whatever it is: who runs this loop is told
            self.errors.append(error)
        if len(ready) - begin > 1:
            ready[begin:] = sorted(ready[begin:], key=attrgetter("task_number"))


def nap(delay_s):
    """Return what is to be awaited for this time: `asyncio.sleep`, at less cost in virtual time."""
    loop = asyncio.get_running_loop()
    return loop.nap(delay_s) if isinstance(loop, VirtualLoop) else asyncio.sleep(delay_s)
