"""What the handlers of one api process share."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from msgspec import Struct

from service.api.acceptances import Acceptances
from service.api.acknowledgements import Acknowledgements
from service.api.doors import Doors
from service.api.fanout import Fanout
from service.api.positions import PositionWriter
from service.api.principals import Principals
from service.api.sent_offers import SentOffers
from service.api.settling import Settling
from service.runtime import Runtime
from service.tasks import keep_running

HANDSHAKES_COUNT_MAX = 64  # a batch for Postgres; the rest wait for their turn


class ApiProcess(Struct, frozen=True, kw_only=True):
    runtime: Runtime
    principals: Principals
    fanout: Fanout
    positions: PositionWriter
    doors: Doors
    sent_offers: SentOffers
    acknowledgements: Acknowledgements
    acceptances: Acceptances
    handshakes: asyncio.Semaphore  # those under way

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Keep the background loops running while the block runs."""
        async with asyncio.TaskGroup() as group:
            works = {
                "api:fanout": self.fanout.run,
                "api:sessions": self.fanout.end_sessions,
                "api:positions": self.positions.run,
                "api:principals": self.principals.run,
                "api:doors": self.doors.reading.run,
                "api:connections": self.doors.numbering.run,
                "api:sent_offers": self.sent_offers.run,
                "api:acknowledgements": self.acknowledgements.run,
                "api:acceptances": self.acceptances.run,
                "api:settling": Settling(lambda: self.fanout.opened_count).run,
            }
            tasks = [group.create_task(keep_running(name, work)) for name, work in works.items()]
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
        doors=Doors(runtime),
        sent_offers=SentOffers(runtime),
        acknowledgements=Acknowledgements(runtime),
        acceptances=Acceptances(runtime),
        handshakes=asyncio.Semaphore(HANDSHAKES_COUNT_MAX),
    )
