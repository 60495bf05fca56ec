"""Guards taken away on purpose, one at a time: who finds none of these finds nothing."""

from contextlib import contextmanager
from unittest.mock import patch

from service.clock import Clock, real_now
from service.domain.load import Load
from service.store.queries import load
from service.wire.stream_cursor import StreamCursor, Verdict
from tests.simulation.standin.database import Database
from tests.simulation.standin.locks import Locks
from tests.simulation.standin.pool import StandInPool
from tests.simulation.standin.statements import STATEMENTS


@contextmanager
def row_locks(_):
    """Nobody waits for a row or a key that another transaction holds."""
    with patch.object(Locks, "try_lock", lambda *_: True):
        yield


@contextmanager
def commit_order(_):
    """Facts are read past transactions that still run."""
    with patch.object(Database, "xmin", property(lambda _: 1 << 60)):
        yield


@contextmanager
def idempotency(_):
    """No key is remembered."""

    async def find_response(*_):
        return []

    async def reserve_key(*_):
        return [{"is_new": True}]

    texts = load("idempotency")
    forgetful = {texts["find_response"]: find_response, texts["reserve_key"]: reserve_key}
    with patch.dict(STATEMENTS, forgetful):
        yield


@contextmanager
def stream_numbers(_):
    """Whatever the bus brings is passed on, in whatever order and however often."""

    def judge(self, seq):
        self.seq = max(self.seq, seq)
        return Verdict.DELIVER

    with patch.object(StreamCursor, "judge", judge):
        yield


@contextmanager
def lost_commits(world):
    """A commit is believed in before it is answered."""
    world.plan.lost_commits_share = 0.2

    async def commit(self, conn):
        await self.travel()
        if self._ways.commit_fate() is False:  # as the real one
            conn.transaction.abort()
        else:
            conn.commit()

    with patch.object(StandInPool, "_commit", commit):
        yield


@contextmanager
def capacity(_):
    """Whatever there is to carry fits."""
    with patch.object(Load, "fits", lambda *_: True):
        yield


@contextmanager
def market_clock(_):
    """Processes go by their hosts' wall clocks."""
    with patch.object(Clock, "now", lambda _: real_now()):
        yield


@contextmanager
def anchors(_):
    """Processes read the database's time once, when they start."""
    with patch.object(Clock, "learn", lambda *_: 0.0):
        yield


SABOTAGES = (
    *(capacity, row_locks, commit_order, idempotency, stream_numbers, lost_commits),
    *(market_clock, anchors),
)
