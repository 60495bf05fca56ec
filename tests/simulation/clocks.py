"""Virtual time in place of the hosts': one swap, because only `service.clock` reads the time."""

from contextlib import contextmanager
from unittest.mock import patch

from service import clock
from tests.simulation.loop import HOST
from tests.simulation.standin.database import START


class VirtualTime:
    """Stands in for the module `time`, on whichever host it is read.

    A host's wall clock may be wrong by an offset of its own, and its monotonic clock does not count
    while the host sleeps.
    """

    def __init__(self, loop):
        self._loop = loop
        self.offset_s_of, self.slept_s_of = {}, {}

    def time(self):
        offset_s = self.offset_s_of.get(machine_of(HOST.get()), 0.0)
        return START.timestamp() + self._loop.time() + offset_s

    def monotonic(self):
        return self._loop.time() - self.slept_s_of.get(machine_of(HOST.get()), 0.0)

    def sleep(self, machine, slept_s):
        """Let so much time have passed that the machine knows nothing of."""
        self.slept_s_of[machine] = self.slept_s_of.get(machine, 0.0) + slept_s


@contextmanager
def steady(_):
    """Let no wall clock ever jump: a run is the same whether any does."""

    def time(self):
        return START.timestamp() + self._loop.time()

    with patch.object(VirtualTime, "time", time):
        yield


def machine_of(host):
    """Return the name of the machine: its processes have numbers."""
    return host.partition("#")[0]


@contextmanager
def installed(time):
    """Let the service read this time while the block runs."""
    before = clock.time
    clock.time = time
    try:
        yield
    finally:
        clock.time = before
