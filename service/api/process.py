"""What the handlers of one api process share."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct
from msgspec.structs import replace

from service.api.acceptances import Acceptances
from service.api.acknowledgements import Acknowledgements
from service.api.addresses import Network, networks_of
from service.api.doors import Doors
from service.api.fanout import Fanout
from service.api.line import Line, lines_of
from service.api.looks import Looks
from service.api.positions import PositionWriter
from service.api.principals import Principals
from service.api.priority import LIMITS, Priority, shares_of
from service.api.rates import Rates
from service.api.readiness import Readiness
from service.api.sampling import Sampling
from service.api.sent_offers import SentOffers
from service.api.settling import Settling
from service.api.tracks import Tracks
from service.api.uploads import Uploads
from service.issuer.provider import Provider
from service.runtime import Runtime
from service.tasks import keep_running

HANDSHAKES_COUNT_MAX = 64  # a batch for Postgres; the rest wait for their turn
PASSWORDS_COUNT_MAX = 1  # each takes 32 MiB and a processor for a third of a second


class ApiProcess(Struct, frozen=True, kw_only=True):
    """`runtime` has the connections of one class: see `serving`. All else is of all classes."""

    runtime: Runtime
    runtimes: Mapping[Priority, Runtime]
    lines: Mapping[Priority, Line]
    principals: Principals
    rates: Rates
    readiness: Readiness
    fanout: Fanout
    positions: PositionWriter
    sampling: Sampling
    tracks: Tracks
    doors: Doors
    sent_offers: SentOffers
    acknowledgements: Acknowledgements
    acceptances: Acceptances
    looks: Looks
    handshakes: asyncio.Semaphore  # those under way
    passwords: asyncio.Semaphore  # tried at the same time
    uploads: Uploads
    issuer: Provider

    @property
    def trusted(self) -> Sequence[Network]:
        """Return the networks of the proxies in front."""
        return networks_of(self.runtime.settings.proxies_trusted)

    def serving(self, priority: Priority) -> "ApiProcess":
        """Return this process as who serves that class sees it."""
        return replace(self, runtime=self.runtimes[priority])

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Keep the background loops running while the block runs."""
        async with asyncio.TaskGroup() as group:
            works = {
                "api:fanout": self.fanout.run,
                "api:sessions": self.fanout.end_sessions,
                "api:positions": self.positions.run,
                "api:sampling": self.sampling.run,
                "api:tracks": self.tracks.run,
                "api:principals": self.principals.run,
                "api:rates": self.rates.run,
                "api:key_uses": self.principals.write_uses,
                "api:doors": self.doors.reading.run,
                "api:numbers": self.doors.drawing.run,
                "api:connections": self.doors.replacing.run,
                "api:sent_offers": self.sent_offers.run,
                "api:acknowledgements": self.acknowledgements.run,
                "api:acceptances": self.acceptances.run,
                "api:looks": self.looks.run,
                "api:settling": Settling(lambda: self.fanout.opened_count).run,
            }
            tasks = [group.create_task(keep_running(name, work)) for name, work in works.items()]
            yield
            for task in tasks:
                task.cancel()


def api_process(runtime: Runtime) -> ApiProcess:
    """Return what an api process on this runtime has, as who serves sockets sees it.

    Who a caller is has to be known before anything is decided, so that is looked up first of all.
    """
    shares = shares_of(runtime.settings.pool_connections_count_max)
    runtimes = {
        priority: replace(
            runtime, pool=runtime.pool.share(connections_count_max=count), is_hurried=True
        )
        for priority, count in shares.items()
    }
    deciding, watching = runtimes[Priority.DECIDE], runtimes[Priority.WATCH]
    lines = dict(zip(LIMITS, lines_of(tuple(LIMITS.values())), strict=True))
    return ApiProcess(
        runtime=watching,
        runtimes=runtimes,
        lines=lines,
        principals=Principals(deciding),
        rates=Rates(runtime),
        readiness=Readiness(deciding),
        fanout=Fanout(watching),
        positions=PositionWriter(runtime),
        sampling=Sampling(runtime.loop_lag),
        tracks=Tracks(runtimes[Priority.READ]),
        doors=Doors(watching),
        sent_offers=SentOffers(watching),
        acknowledgements=Acknowledgements(deciding),
        acceptances=Acceptances(deciding, lines[Priority.DECIDE]),
        looks=Looks(runtimes[Priority.READ]),
        handshakes=asyncio.Semaphore(HANDSHAKES_COUNT_MAX),
        passwords=asyncio.Semaphore(PASSWORDS_COUNT_MAX),
        uploads=Uploads(),
        issuer=Provider(runtime.settings),
    )
