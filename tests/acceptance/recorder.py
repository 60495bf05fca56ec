"""A watcher that keeps every event as it came, over as many sockets as it takes."""

import asyncio
import json
from contextlib import suppress

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

RETRY_S = 0.1


class Recorder:
    """The numbered stream of one owner: its first event is the one after `first_seq`."""

    def __init__(self, url, key):
        self._url = url.replace("http", "ws", 1)
        self._headers = {"Authorization": f"Bearer {key}"}
        self._epoch = None
        self.first_seq = None
        self.events = []  # (number, the bytes of the message), in the order of arrival
        self.sockets_count = 0
        self.restarts_count = 0  # the server no longer knew what came next
        self.is_live = False

    @property
    def last_seq(self):
        return self.events[-1][0] if self.events else self.first_seq

    async def run(self):
        """Listen for ever: a lost socket is opened again, and goes on where it was."""
        while True:
            try:
                async with connect(
                    self._url, additional_headers=self._headers, compression=None, proxy=None
                ) as websocket:
                    await self._listen(websocket)
            except (OSError, ConnectionClosed, InvalidStatus, EOFError):
                pass
            self.is_live = False
            await asyncio.sleep(RETRY_S)

    async def _listen(self, websocket):
        """Take what comes, and leave when a drain says so: not before, to miss little."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as stay:
                await self._take(websocket, stay)

    async def _take(self, websocket, stay):
        loop = asyncio.get_running_loop()
        while True:
            raw = await websocket.recv(decode=False)
            message = json.loads(raw)
            match message["type"]:
                case "hello":
                    resume = {"type": "resume", "epoch": self._epoch, "after_seq": self.last_seq}
                    await websocket.send(json.dumps(resume))
                case "snapshot":
                    self._begin(message)
                case "event":
                    self.events.append((message["seq"], raw))
                case "drain":
                    stay.reschedule(loop.time() + message["reconnect_in_ms"] / 1_000)

    def _begin(self, snapshot):
        self.sockets_count += 1
        if self.first_seq is None:
            self.first_seq, self._epoch = snapshot["seq"], snapshot["epoch"]
        elif not snapshot["recovered"]:
            self.restarts_count += 1
        self.is_live = True
