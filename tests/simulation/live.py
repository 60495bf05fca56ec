"""Stands in for Redis: the bus between processes, connection numbers, and the index as two tables.

The bus may lose, repeat and reorder whatever it carries, which is more than Redis does. Positions
are not kept: nothing that is decided here depends on them.
"""

import contextvars
import struct

from service.live import keys
from service.live.bus import decode_publication
from service.live.errors import LiveUnavailableError
from service.live.keys import Channel
from service.relay.index import MarketIndex, open_job, roster_entry
from service.store import couriers, jobs
from tests.simulation.loop import nap

_OPENED = struct.Struct(">16sQ")  # as the script `replace_older` publishes it


class Live:
    """The server."""

    def __init__(self, loop, rng, market_id):
        self._loop, self._rng, self._market_id = loop, rng, market_id
        self._channels = {keys.channel(market_id, kind): kind for kind in Channel}
        self._listeners = {}  # {who: (context, hear)}
        self._numbers, self._last_number = {}, 0
        self.jobs, self.roster = {}, {}
        self.is_away = False
        self.lost_share = self.repeated_share = self.slow_share = 0.0
        self.counts = {"bus_lost": 0, "bus_repeated": 0}

    def listen(self, who, hear):
        """Let `hear` have each publication, in the context of whoever calls."""
        self._listeners[who] = contextvars.copy_context(), hear

    def forget(self, who):
        self._listeners.pop(who, None)

    def flush(self):
        """Lose the index, as a restart without a disk does."""
        self.jobs.clear()
        self.roster.clear()
        self._numbers.clear()
        self._last_number = 0

    def publish(self, channel, payload):
        message = decode_publication(self._market_id, self._channels[channel], payload)
        for who in self._listeners:
            copies_count = 1 + (self._rng.random() < self.repeated_share)
            if self._rng.random() < self.lost_share:
                copies_count = 0
            self.counts["bus_lost"] += copies_count == 0
            self.counts["bus_repeated"] += copies_count == 2
            for _ in range(copies_count):
                is_slow = self._rng.random() < self.slow_share
                way_s = self._rng.uniform(0.000_2, 0.5 if is_slow else 0.002)
                context, _ = self._listeners[who]
                self._loop.call_later(way_s, self._arrive, who, message, context=context)

    def _arrive(self, who, message):
        if who in self._listeners:
            _, hear = self._listeners[who]
            hear(message)

    def draw_numbers(self, now, *courier_ids):
        first = max(
            now, self._last_number + 1, *(self._numbers.get(id_, 0) + 1 for id_ in courier_ids)
        )
        self._last_number = first + len(courier_ids) - 1
        return list(range(first, self._last_number + 1))

    def replace_older(self, channel, *words):
        opened = list(zip(words[::2], words[1::2], strict=True))
        told = [(id_, number) for id_, number in opened if number > self._numbers.get(id_, 0)]
        self._numbers |= dict(told)
        if told:
            self.publish(channel, b"".join(_OPENED.pack(*pair) for pair in told))
        return [self._numbers[id_] for id_, _ in opened]

    def newest(self, courier_ids):
        found = (self._numbers.get(id_) for id_ in courier_ids)
        return [None if number is None else str(number).encode() for number in found]


class Redis:
    """What one process uses of it, in place of `service.live.connect.Redis`."""

    def __init__(self, live, rng):
        self.live, self._rng = live, rng

    async def travel(self):
        """Go to the server and back.

        Raises:
            LiveUnavailableError: it is away.
        """
        await nap(self._rng.uniform(0.000_2, 0.002))
        if self.live.is_away:
            raise LiveUnavailableError("Redis: ConnectionError")

    async def execute(self, command, *words):
        await self.travel()
        match command:
            case "PUBLISH":
                self.live.publish(*words)
            case "HMGET":
                return self.live.newest(words[1:])
            case _:
                raise AssertionError(f"the stand-in knows no {command}")
        return None

    async def run(self, script, *, keys, args):  # noqa: ARG002  # of one market
        """Run one of the scripts whose effect is stood in for, those of connections."""
        await self.travel()
        return getattr(self.live, script.name)(*args)


class LiveIndex(MarketIndex):
    """Writes what the real one does, but into the tables of the stand-in."""

    async def _apply_jobs(self, job_ids):
        async with self.runtime.pool.connection() as conn:
            rows = await jobs.read_unoffered(conn, market_id=self.market_id, job_ids=job_ids)
        await self._write(self.runtime.redis.live.jobs, job_ids, map(open_job, rows), "job_id")

    async def _apply_couriers(self, courier_ids):
        async with self.runtime.pool.connection() as conn:
            rows = await couriers.read_available(
                conn, market_id=self.market_id, courier_ids=courier_ids
            )
        roster = self.runtime.redis.live.roster
        await self._write(roster, courier_ids, map(roster_entry, rows), "courier_id")

    async def _write(self, table, ids, entries, name):
        await self.runtime.redis.travel()
        found = {getattr(entry, name): entry for entry in entries}
        for id_ in ids:
            if id_ in found:
                table[id_] = found[id_]
            else:
                table.pop(id_, None)

    async def audit(self, _):
        """Bring up to date what the rows do not say, as the real audit does after two looks."""
        live = self.runtime.redis.live
        async with self.runtime.pool.connection() as conn:
            waiting = await jobs.list_unoffered_versions(conn, market_id=self.market_id)
            free = await couriers.list_available_versions(conn, market_id=self.market_id)
        await self.apply(job_ids=_drift(live.jobs, waiting), courier_ids=_drift(live.roster, free))


def _drift(table, rows):
    known = {id_: entry.version for id_, entry in table.items()}
    wanted = {row.id: row.version for row in rows}
    return {id_ for id_ in known | wanted if known.get(id_) != wanted.get(id_)}
