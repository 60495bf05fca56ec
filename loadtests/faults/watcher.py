"""A watcher that notes every event of a stream as it came, over as many sockets as it takes."""

import asyncio
from contextlib import suppress
from zlib import crc32

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from loadtests.faults.history import History
from service.wire.watcher_stream import WatchResume

RETRY_S = 0.2
FRAME_BYTES_MAX = 4 * 1024 * 1024
KEEPALIVE_S = 2.0  # so that a connection whose bytes vanish is given up soon
SNAPSHOT, EVENT = "snapshot", "event"


class _Message(Struct, frozen=True):
    """All that is read of a message of a server to a watcher."""

    type: str
    seq: int = 0
    epoch: str = ""
    recovered: bool = False
    reconnect_in_ms: int = 0


_decode = msgspec.json.Decoder(_Message).decode


class Watcher:
    """The numbered stream of one owner, as a server of theirs would listen to it.

    It checks nothing: what it heard is in the history, and the checks are elsewhere.

    Args:
        url: of the stream.
        key: that opens it.
        history: where to.
        who: the watcher's name in it, that of the stream's owner and a number: `market:lab#1`.
    """

    def __init__(self, url: str, key: str, *, history: History, who: str) -> None:
        self._url = url.replace("http", "ws", 1)
        self._headers = {"Authorization": f"Bearer {key}"}
        self._history, self.who = history, who
        self._epoch: str | None = None
        self.seq: int | None = None  # of the last event, or of the snapshot before it
        self.is_live = False

    @property
    def owner(self) -> str:
        """Whose stream it is."""
        return self.who.partition("#")[0]

    async def run(self) -> None:
        """Listen for ever: a lost socket is opened again, and goes on where it was."""
        while True:
            with suppress(OSError, TimeoutError, WebSocketException, EOFError):
                async with connect(
                    self._url,
                    additional_headers=self._headers,
                    compression=None,
                    max_size=FRAME_BYTES_MAX,
                    ping_interval=KEEPALIVE_S,
                    ping_timeout=KEEPALIVE_S,
                    close_timeout=0.5,
                    proxy=None,
                ) as websocket:
                    await self._listen(websocket)
            self.is_live = False
            await asyncio.sleep(RETRY_S)

    async def _listen(self, websocket: ClientConnection) -> None:
        """Take what comes, and leave when a drain says so: not before, to miss little."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(None) as stay:
            while True:
                raw = await websocket.recv(decode=False)
                message = _decode(raw)
                match message.type:
                    case "hello":
                        resume = WatchResume(epoch=self._epoch, after_seq=self.seq)
                        await websocket.send(msgspec.json.encode(resume), text=True)
                    case "snapshot":
                        self._begin(message)
                    case "event":
                        self._take(message, raw)
                    case "drain":
                        stay.reschedule(loop.time() + message.reconnect_in_ms / 1_000.0)
                    case _:
                        pass  # not part of the numbered stream

    def _begin(self, snapshot: _Message) -> None:
        self._history.hear(
            self.who,
            SNAPSHOT,
            seq=snapshot.seq,
            is_recovered=snapshot.recovered,
            epoch=snapshot.epoch,
        )
        if not snapshot.recovered:
            self.seq, self._epoch = snapshot.seq, snapshot.epoch
        self.is_live = True

    def _take(self, event: _Message, raw: bytes) -> None:
        self._history.hear(self.who, EVENT, seq=event.seq, crc32=crc32(raw))
        self.seq = event.seq
