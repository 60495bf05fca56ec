"""Tasks that act until the run is over, and are then sent home together."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager


class Crew:
    """A task group whose tasks need not end by themselves; open it with `open_crew`."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Begin some work."""
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def dismiss(self) -> None:
        """Cancel whoever is still at work."""
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def open_crew() -> AsyncGenerator[Crew]:
    """Lend a crew; when the block ends its tasks are cancelled and waited for.

    Raises:
        ExceptionGroup: a task failed.
    """
    async with asyncio.TaskGroup() as group:
        crew = Crew(group)
        try:
            yield crew
        finally:
            crew.dismiss()


async def stopped_within(stop: asyncio.Event, timeout_s: float | None) -> bool:
    """Wait for the event, at most so long; return whether it was set."""
    try:
        async with asyncio.timeout(timeout_s):
            await stop.wait()
    except TimeoutError:
        return False
    return True
