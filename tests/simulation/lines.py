"""Sockets: ordered and whole while they last; slow now and then, cut or silently dead at times."""

import asyncio
from collections import deque

from service.api.guard import _TAP, Tap

SILENT_S_MAX = 20.0  # then the pings of either end find out that the other is gone


class End:
    """What one side reads; None is the end of it."""

    def __init__(self, context):
        self.context = context  # of the host that reads here
        self._items, self._news = deque(), asyncio.Event()
        self.tap = Tap()

    def put(self, item):
        if isinstance(item, str) and not self._items and self.tap.take(item):
            return
        self._items.append(item)
        self._news.set()

    async def get(self):
        while not self._items:
            self._news.clear()
            await self._news.wait()
        return self._items.popleft()


class Line:
    """One socket between a phone and a process."""

    def __init__(self, loop, rng, *, phone, server):
        self._loop, self._rng = loop, rng
        self.phone, self.server = End(phone), End(server)
        self._on_way = {self.phone: deque(), self.server: deque()}
        self._arrives_s = dict.fromkeys(self._on_way, 0.0)
        self.is_over = self.is_silent = False

    def send(self, end, item):
        """Send to this end.

        Raises:
            OSError: the socket is over.
        """
        if self.is_over:
            raise OSError("the socket is over")
        if self.is_silent:
            return
        way_s = self._rng.uniform(0.005, 1.5 if self._rng.random() < 0.03 else 0.08)
        self._arrives_s[end] = max(self._arrives_s[end], self._loop.time() + way_s)
        self._on_way[end].append(item)
        self._loop.call_at(self._arrives_s[end], self._arrive, end, context=end.context.copy())

    def _arrive(self, end):
        if self._on_way[end] and not self.is_silent:
            end.put(self._on_way[end].popleft())

    def cut(self):
        """End it for both, with whatever was on its way."""
        if self.is_over:
            return
        self.is_over = True
        for end, on_way in self._on_way.items():
            on_way.clear()
            self._loop.call_later(0.001, end.put, None, context=end.context.copy())

    def close(self, end, code):
        """Let this end read all that was sent, then why it is over; nothing comes after that."""
        self.send(end, code)
        self.is_over = True

    def fall_silent(self):
        """Lose whatever is sent from now on; nobody is told until the pings fail."""
        self.is_silent = True
        self._loop.call_later(SILENT_S_MAX, self.cut)


class ServerSocket:
    """What the service uses of an accepted websocket."""

    def __init__(self, line):
        self._line = line
        self.scope = {"extensions": {_TAP: {_TAP: line.server.tap}}}
        self.send = None  # of ASGI, which is let go of at the end

    async def receive(self):
        item = await self._line.server.get()
        if isinstance(item, str):
            return {"type": "websocket.receive", "text": item}
        return {"type": "websocket.disconnect"}

    async def send_data(self, text):
        self._line.send(self._line.phone, text)

    async def close(self, code):
        if not self._line.is_over:
            self._line.close(self._line.phone, int(code))
