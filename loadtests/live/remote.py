"""An object in a process of its own, asked over pipes: one JSON line a question, one an answer.

    async with remote(Fleet, host="127.0.0.1", port=8000) as fleet:
        told = await fleet.ask(Told, "tell")

The class is an async context manager whose public coroutine methods take plain data by name (what
JSON can say), and return plain data or structs. The process ends with its standard input, and is
tethered to the process that started it: it outlives nobody.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import TypeVar

import msgspec
import uvloop

from service.processes import tethered

LINE_BYTES_MAX = 256 * 1024 * 1024  # every latency of a run, as text
END_S_MAX = 10.0
T = TypeVar("T")


class RemoteFailedError(Exception):
    """The other process raised, or ended; what it printed says why."""


class _Question(msgspec.Struct):
    id: int
    method: str
    words: dict[str, object]


class _Answer(msgspec.Struct):
    id: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    failure: str | None = None


class Remote:
    """The near end; open it with `remote`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._asked_count = 0

    @property
    def pid(self) -> int:
        """Of the other process."""
        return self._process.pid

    async def ask(self, shape: type[T], method: str, **words: object) -> T:
        """Return what the method returns, as a `shape`.

        Raises:
            RemoteFailedError: it raised, or the process has ended.
        """
        assert self._process.stdin is not None, "asked for with PIPE"
        self._asked_count += 1
        question = _Question(self._asked_count, method, words)
        self._waiting[question.id] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(msgspec.json.encode(question) + b"\n")
        return msgspec.json.decode(await self._waiting[question.id], type=shape)

    async def do(self, method: str, **words: object) -> None:
        """Wait until a method has run that returns nothing.

        Raises:
            RemoteFailedError: it raised, or the process has ended.
        """
        await self.ask(type(None), method, **words)

    async def hear(self) -> None:
        """Hand out the answers until the other process ends."""
        assert self._process.stdout is not None, "asked for with PIPE"
        while line := await self._process.stdout.readline():
            answer = msgspec.json.decode(line, type=_Answer)
            waiting = self._waiting.pop(answer.id)
            if waiting.done():
                continue
            if answer.failure is None:
                waiting.set_result(answer.result)
            else:
                waiting.set_exception(RemoteFailedError(answer.failure))
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(RemoteFailedError("the process has ended"))

    async def end(self) -> None:
        """Let the process end, and kill it when it does not."""
        assert self._process.stdin is not None, "asked for with PIPE"
        self._process.stdin.close()
        try:
            async with asyncio.timeout(END_S_MAX):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def remote(
    kind: type[AbstractAsyncContextManager[object]], **words: object
) -> AsyncGenerator[Remote]:
    """Make a `kind(**words)` in a process of its own, for as long as the block runs."""
    words_of_it = (kind.__module__, kind.__qualname__, msgspec.json.encode(words).decode())
    process = await asyncio.create_subprocess_exec(
        *tethered(
            [sys.executable, "-m", "loadtests.live.remote", *words_of_it], parent_id=os.getpid()
        ),
        stdin=PIPE,
        stdout=PIPE,
        limit=LINE_BYTES_MAX,
        start_new_session=True,  # a Ctrl-C is for who asks
    )
    near = Remote(process)
    async with asyncio.TaskGroup() as group:
        group.create_task(near.hear())
        try:
            yield near
        finally:
            await near.end()


# ------------------------------------------------------------------ the far end
async def _serve(kind: type[AbstractAsyncContextManager[object]], words: dict[str, object]) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with kind(**words) as served, asyncio.TaskGroup() as group:
        tasks = set[asyncio.Task[None]]()
        while line := await reader.readline():
            question = msgspec.json.decode(line, type=_Question)
            task = group.create_task(_answer(served, question))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        for task in tasks:
            task.cancel()


async def _answer(served: object, question: _Question) -> None:
    try:
        result = await getattr(served, question.method)(**question.words)
        answer = _Answer(question.id, msgspec.Raw(msgspec.json.encode(result)))
    except Exception as error:  # noqa: BLE001  # whatever it is, the near end raises it
        answer = _Answer(question.id, failure=repr(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Serve the object that the command line names."""
    module, name, words = sys.argv[1:]
    kind = getattr(import_module(module), name)
    uvloop.run(_serve(kind, msgspec.json.decode(words, type=dict[str, object])))


if __name__ == "__main__":
    main()
