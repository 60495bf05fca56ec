"""An event loop without a clock: time jumps to the next timer, and a seed says who runs next.

Whatever is ready at an instant runs in an order drawn from the seed, as no two machines agree on
it. Each handle belongs to the host whose context it was made in: a host that is frozen runs nothing
until it is thawed, and one that is never thawed was killed, without any last words.
"""

import asyncio
import contextvars
import heapq
from asyncio import events
from collections import deque

HOST = contextvars.ContextVar("HOST", default="world")
STEPS_COUNT_MAX = 3_000_000  # of one run; more is a loop that never sleeps


class StalledError(Exception):
    """Nothing is ready and nothing is due, though something is waited for."""


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
        handle = events.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self._now_s + max(0.0, delay), callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        handle = events.TimerHandle(when, callback, args, self, context)
        self._counter += 1
        heapq.heappush(self._timers, (when, self._counter, handle))
        return handle

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, *, name=None, context=None):
        self._counter += 1
        numbered = f"{self._counter} {name or ''}"
        return asyncio.Task(coro, loop=self, name=numbered, context=context)

    def get_debug(self):
        return False

    def is_running(self):
        return self._is_running

    def is_closed(self):
        return self._is_closed

    def close(self):
        self._is_closed = True

    def call_exception_handler(self, context):
        if "handle" in context:  # the rest comes from the garbage collector, at times of its own
            self.errors.append(context["exception"])

    def _timer_handle_cancelled(self, handle):
        """Leave it in the heap; it is passed over when its time comes."""

    # ------------------------------------------------------------------ running
    def run_until_complete(self, main):
        """Run until the task is done; return its result."""
        events._set_running_loop(self)  # noqa: SLF001  # for loops of others
        self._is_running = True
        try:
            task = main if asyncio.isfuture(main) else self.create_task(main)
            while not task.done():
                self._step()
            return task.result()
        finally:
            self._is_running = False
            events._set_running_loop(None)  # noqa: SLF001  # likewise

    def _step(self):
        if not self._ready:
            self._advance()
        at = int(self._rng.random() * len(self._ready)) if len(self._ready) > 1 else 0
        self._ready[at], self._ready[-1] = self._ready[-1], self._ready[at]
        handle = self._ready.pop()
        if handle.cancelled():
            return
        host = handle._context.get(HOST, "world")  # noqa: SLF001  # asyncio keeps it there
        if host in self._frozen:
            self._frozen[host].append(handle)
            return
        self.steps_count += 1
        if self.steps_count > STEPS_COUNT_MAX:
            raise StalledError("the run does not come to an end")
        self._trace.step(host, at)
        begin = len(self._ready)
        handle._run()  # noqa: SLF001  # as every loop does
        if len(self._ready) - begin > 1:
            self._ready[begin:] = sorted(self._ready[begin:], key=_task_number)

    def _advance(self):
        """Go to the next instant at which something is due."""
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        if not self._timers:
            raise StalledError("everybody waits, and nothing will happen")
        self._now_s = max(self._now_s, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self._now_s:
            self._ready.append(heapq.heappop(self._timers)[2])


def _task_number(handle):
    """Return a number to sort by what a step has woken: sets of objects have no order of their own.

    Tasks are numbered as they are made; what is no task's stays before them, in its order.
    """
    task = getattr(handle._callback, "__self__", None)  # noqa: SLF001  # asyncio keeps it there
    return int(task.get_name().partition(" ")[0]) if isinstance(task, asyncio.Task) else 0
