"""A bare uvicorn app, on the settings of our api process: what the server alone costs.

`echo` says what it hears; `decode` decodes what couriers say, as ours does, and drops it.

    async with bare_server("echo") as bare:
        ... bare.port, bare.pid, bare.heard_count()
"""

import asyncio
import mmap
import socket
import struct
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import uvicorn
import uvloop

from service.listeners import BACKLOG_COUNT_MAX, listen
from service.processes import Processes
from service.wire.incoming import MalformedMessageError, read_client_message

FRAME_BYTES_MAX = 16_384
TELL_S = 0.005  # how often the number of messages heard is told
_COUNT = struct.Struct("<q")

Kind = Literal["echo", "decode"]
_Event = MutableMapping[str, object]
_App = Callable[
    [_Event, Callable[[], Awaitable[_Event]], Callable[[_Event], Awaitable[None]]], Awaitable[None]
]


class Bare(NamedTuple):
    """A running bare server."""

    host: str
    port: int
    pid: int
    told: mmap.mmap

    def heard_count(self) -> int:
        """Return how many messages the server has heard, a few milliseconds ago at most."""
        return _COUNT.unpack_from(self.told)[0]


@asynccontextmanager
async def bare_server(kind: Kind) -> AsyncGenerator[Bare]:
    """Run a bare server for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="hexhaul-bare-") as name:
        folder = Path(name)
        told_path = folder / "told"
        told_path.write_bytes(_COUNT.pack(0))
        listener = listen("127.0.0.1", 0)
        fd = listener.fileno()
        words = [sys.executable, "-m", "loadtests.live.bare", kind, str(fd), str(told_path)]
        with (
            listener,
            told_path.open("r+b") as file,
            mmap.mmap(file.fileno(), _COUNT.size) as told,
        ):
            async with Processes({"bare": words}, log_dir=folder, inherited_fds=[fd]) as processes:
                host, port = listener.getsockname()
                yield Bare(host=host, port=port, pid=processes.pids()["bare"], told=told)


# ------------------------------------------------------------------ in its own process
class _Heard:
    """How many messages came, told to who started us."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        with path.open("r+b") as file:
            self._told = mmap.mmap(file.fileno(), _COUNT.size)

    async def tell(self) -> None:
        """Tell again and again."""
        while True:
            _COUNT.pack_into(self._told, 0, self.count)
            await asyncio.sleep(TELL_S)


def _app(kind: Kind, heard: _Heard) -> _App:
    async def serve(
        scope: _Event,
        receive: Callable[[], Awaitable[_Event]],
        send: Callable[[_Event], Awaitable[None]],
    ) -> None:
        assert scope["type"] == "websocket", "nothing else is asked of it"
        await receive()
        await send({"type": "websocket.accept"})
        while (event := await receive())["type"] == "websocket.receive":
            text = str(event["text"])
            if kind == "echo":
                await send({"type": "websocket.send", "text": text})
            else:
                _decode(text)
            heard.count += 1

    return serve


def _decode(text: str) -> None:
    try:
        read_client_message(text)
    except MalformedMessageError as error:
        raise AssertionError("our own client says nothing else") from error


async def _serve(kind: Kind, fd: int, told_path: Path) -> None:
    heard = _Heard(told_path)
    server = uvicorn.Server(
        uvicorn.Config(
            _app(kind, heard),
            http="h11",
            ws="websockets-sansio",
            ws_max_size=FRAME_BYTES_MAX,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG_COUNT_MAX,
            timeout_graceful_shutdown=1,
        )
    )
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(heard.tell())
        await server.serve(sockets=[socket.socket(fileno=fd)])
        telling.cancel()


def main() -> None:
    """Serve on the inherited socket until asked to end."""
    kind, fd, told_path = sys.argv[1:]
    assert kind in ("echo", "decode"), kind
    uvloop.run(_serve(kind, int(fd), Path(told_path)))


if __name__ == "__main__":
    main()
