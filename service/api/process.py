"""What the handlers of one api process share."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from msgspec import Struct

from service.api.fanout import Fanout
from service.api.positions import PositionWriter
from service.api.principals import Principals
from service.runtime import Runtime
from service.tasks import keep_running


class ApiProcess(Struct, frozen=True, kw_only=True):
    runtime: Runtime
    principals: Principals
    fanout: Fanout
    positions: PositionWriter

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Keep the background loops running while the block runs."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(keep_running("api:fanout", self.fanout.run)),
                group.create_task(keep_running("api:positions", self.positions.run)),
            ]
            yield
            for task in tasks:
                task.cancel()


def api_process(runtime: Runtime) -> ApiProcess:
    """Return what an api process on this runtime has."""
    return ApiProcess(
        runtime=runtime,
        principals=Principals(runtime),
        fanout=Fanout(runtime),
        positions=PositionWriter(runtime),
    )
