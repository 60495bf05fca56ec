"""A merchant, a courier and the merchant's own server, who live jobs from the post to the door.

They are ordinary users of the documented client, in a market of their own. A job that does not get
to the door in time, or of which somebody is not told, is a life that failed.
"""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import msgspec
from msgspec import Struct

from service.client.rest import RefusedError, Rest, UnansweredError, open_http
from service.client.streams import CourierStream
from service.clock import monotonic_s, real_now
from service.domain.ids import JobId
from service.domain.load import VEHICLE_CAPACITY
from service.domain.vocabulary import Vehicle
from service.simulation.clients.receiver import Receiver
from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    ArriveAtStop,
    AssignmentChanged,
    Capacity,
    CompleteStop,
    CourierState,
    OfferMade,
    ReportPosition,
    SetStatus,
    Snapshot,
)
from service.wire.event import EventPage
from service.wire.rest import JobBody, PlaceBody, PostJobBody
from service.wire.route import Assignment
from service.wire.webhooks import EndpointRequest, NewWebhookEndpoint

LIFE_S_MAX = 120.0  # on a machine that is busy with strangers
PAUSE_S = 0.5  # between two lives
FIX_S = 3.0  # between two positions
LOOK_S = 0.1
STEP_DEG = 0.0002  # some 20 metres: the courier stands in the middle, near enough to both stops
VEHICLE = Vehicle.CAR
SHIFT = timedelta(hours=8)


class Lives(Struct, kw_only=True):
    """What became of the jobs."""

    took_s: list[float] = []  # of those that went well
    failures: list[str] = []


class Canary:
    """Use `open_canary`; then `live` as often as wanted."""

    def __init__(
        self,
        merchant: Rest,
        stream: CourierStream,
        receiver: Receiver,
        center_deg: tuple[float, float],
    ) -> None:
        self._merchant, self._stream, self._receiver = merchant, stream, receiver
        self._center_deg = center_deg
        self._route: Assignment | None = None
        self._fixes_count = 0
        self.lives = Lives()

    async def keep_living(self) -> None:
        """Live one job after the other, until cancelled."""
        while True:
            await self.live()
            await asyncio.sleep(PAUSE_S)

    async def live(self) -> None:
        """Live one job; note how long it took, or why it failed."""
        began_s = monotonic_s()
        told = "was not answered"
        try:
            async with asyncio.timeout(LIFE_S_MAX):
                job = await self._post()
                async for told in self._told(job.id):  # noqa: B007  # the last one is for a failure
                    pass
        except TimeoutError:
            self.lives.failures.append(f"in {LIFE_S_MAX:g} s the job {told}")
        except (RefusedError, UnansweredError) as error:
            self.lives.failures.append(repr(error))
        else:
            self.lives.took_s.append(monotonic_s() - began_s)

    async def carry(self) -> None:
        """Be the courier, until cancelled."""
        async with asyncio.TaskGroup() as group:
            reporting = group.create_task(self._report())
            async for message in self._stream:
                match message:
                    case Snapshot():
                        if isinstance(message.state, CourierState):
                            self._route = message.state.assignment
                        await self._go_on_duty()
                    case OfferMade():
                        await self._stream.send(Ack(offer_id=message.offer_id))
                        await self._stream.send(AcceptOffer(offer_id=message.offer_id))
                    case AssignmentChanged():
                        self._route = message.assignment
                        await self._work()
                    case _:
                        pass  # the merchant is asked how it went
            reporting.cancel()

    # ------------------------------------------------------------------ the merchant
    async def _post(self) -> JobBody:
        lat_deg, lng_deg = self._center_deg
        toward = -1.0 if lat_deg > 0.0 else 1.0  # the equator: beyond a pole there is nothing
        places = [
            PlaceBody(lat_deg=lat_deg + toward * steps * STEP_DEG, lng_deg=lng_deg, address="here")
            for steps in (1, 2)
        ]
        body = PostJobBody(pickup=places[0], dropoff=places[1])
        key = f"life-{monotonic_s()}"
        answer = await self._merchant.send("POST", "/v1/jobs", body, idempotency_key=key)
        return msgspec.json.decode(answer, type=JobBody)

    async def _told(self, job_id: JobId) -> AsyncGenerator[str]:
        """Yield how far the job is, until it is delivered and its merchant's server knows it."""
        while True:
            read = await self._merchant.send("GET", f"/v1/jobs/{job_id}")
            status = msgspec.json.decode(read, type=JobBody).status
            yield f"was {status}"
            if status == "delivered":
                break
            await asyncio.sleep(LOOK_S)
        read = await self._merchant.send("GET", f"/v1/jobs/{job_id}/events")
        wanted = {event.sequence for event in msgspec.json.decode(read, type=EventPage).events}
        while not wanted <= (heard := self._heard(job_id)):
            yield f"was told {sorted(heard)} of {sorted(wanted)}"
            await asyncio.sleep(LOOK_S)

    def _heard(self, job_id: JobId) -> set[int]:
        return {event.sequence for event in self._receiver.events if event.job_id == job_id}

    # ------------------------------------------------------------------ the courier
    async def _report(self) -> None:
        while True:
            await self._say_where()
            await self._work()
            await asyncio.sleep(FIX_S)

    async def _say_where(self) -> None:
        self._fixes_count += 1
        lat_deg, lng_deg = self._center_deg
        await self._stream.send(
            ReportPosition(seq=self._fixes_count, lat_deg=lat_deg, lng_deg=lng_deg, accuracy_m=5.0)
        )

    async def _go_on_duty(self) -> None:
        capacity = VEHICLE_CAPACITY[VEHICLE]
        await self._stream.send(
            SetStatus(
                status="online",
                vehicle=VEHICLE,
                capacity=msgspec.convert(capacity, Capacity, from_attributes=True),
                shift_ends_at=real_now() + SHIFT,
            )
        )
        await self._say_where()

    async def _work(self) -> None:
        """Do the next stop; to say so again, after it got lost, changes nothing."""
        for stop in () if self._route is None else self._route.stops[:1]:
            await self._stream.send(ArriveAtStop(stop_id=stop.stop_id))
            await self._stream.send(CompleteStop(stop_id=stop.stop_id))


@asynccontextmanager
async def open_canary(
    url: str, *, merchant_key: str, courier_key: str, center_deg: tuple[float, float]
) -> AsyncGenerator[Canary]:
    """Let them be there while the block runs."""
    rng = random.Random(7)
    receiver = Receiver(rng=rng, refused_share=0.0)  # refused twice it would wait for minutes
    await receiver.open()
    async with open_http(url) as http:
        merchant = Rest(http, key=merchant_key, rng=rng)
        opened = await merchant.send(
            "POST",
            "/v1/webhook-endpoints",
            EndpointRequest(url=receiver.url),
            idempotency_key="canary",
        )
        receiver.secret = msgspec.json.decode(opened, type=NewWebhookEndpoint).secret or ""
        courier = Rest(http, key=courier_key, rng=rng)
        async with CourierStream(courier, rng=rng) as stream, asyncio.TaskGroup() as group:
            canary = Canary(merchant, stream, receiver, center_deg)
            tasks = [group.create_task(receiver.serve()), group.create_task(canary.carry())]
            yield canary
            for task in tasks:
                task.cancel()
