"""Merchants who post and cancel, and ops who meddle: each request may be lost, or come twice."""

import asyncio
import hashlib

from service.actions.assign_job import assign_job
from service.actions.cancel_job import cancel_job
from service.actions.once import Once
from service.actions.post_job import post_job
from service.actions.reassign_job import reassign_job
from service.actions.resolve_exception import resolve_exception
from service.domain.errors import DomainError, LockContentionError, UnavailableError
from service.domain.geo import Point
from service.domain.job import JobRequest, PlaceRequest
from service.domain.vocabulary import Actor, ReasonCode, SizeClass

CENTER = Point(48.2082, 16.3738)
ANSWER_S_MAX = 6.0
TRIES_COUNT_MAX = 60


class NoAnswerError(Exception):
    """The request or its answer was lost; what was done is not known."""


class Http:
    """Requests to whichever api is up."""

    def __init__(self, world, rng):
        self._world, self._rng = world, rng

    async def ask(self, work):
        """Let an api do the work; return what came of it, or the error it answers with.

        Raises:
            NoAnswerError: there was no answer in time.
        """
        host, answer = self._world.pick_api(), self._world.loop.create_future()
        await asyncio.sleep(self._rng.uniform(0.001, 0.05))
        if host is not None and not self._is_lost():
            copies_count = 1 + (self._rng.random() < self._world.plan.repeated_share)
            for _ in range(copies_count):
                host.spawn(self._serve(host, work, answer))
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                return await answer
        except TimeoutError:
            raise NoAnswerError from None

    async def ask_until_answered(self, work):
        """Ask again while it is not known what was done, or somebody was in the way."""
        for _ in range(TRIES_COUNT_MAX):
            try:
                answer = await self.ask(work)
            except NoAnswerError:
                continue
            if not isinstance(answer, LockContentionError | UnavailableError):
                return answer
            await asyncio.sleep(self._rng.uniform(0.5, 2.0))
        self._world.judge.accuse("a request was asked again and again, and never answered")
        return None

    async def _serve(self, host, work, answer):
        try:
            result = await work(host.runtime)
        except DomainError as error:
            result = error
        await asyncio.sleep(self._rng.uniform(0.001, 0.05))
        if not self._is_lost() and not answer.done():
            answer.set_result(result)

    def _is_lost(self):
        return self._rng.random() < self._world.plan.lost_share


class Merchant:
    def __init__(self, world, merchant_id, *, jobs_count):
        self._world, self._id, self._jobs_count = world, merchant_id, jobs_count
        self._rng = world.rng(f"merchant {merchant_id}")
        self._http = Http(world, self._rng)

    async def run(self):
        async with asyncio.TaskGroup() as group:
            for number in range(self._jobs_count):
                await asyncio.sleep(self._rng.uniform(0.1, 15.0))
                group.create_task(self._have_delivered(f"key {self._id} {number}"))

    async def _have_delivered(self, key):
        world, request = self._world, self._request()
        sha256 = hashlib.sha256(key.encode()).digest()

        async def post(runtime):
            posted = await post_job(
                runtime,
                market_id=world.market_id,
                request=request,
                once=Once(merchant_id=self._id, key=key, request_sha256=sha256),
                present=lambda job: job.id.bytes,
            )
            return posted.response.body

        answer = await self._http.ask_until_answered(post)
        world.judge.posted(self._id, key, answer)
        if not isinstance(answer, bytes) or self._rng.random() > 0.2:
            return
        await asyncio.sleep(self._rng.uniform(0.0, 60.0))
        job_id = world.judge.job_of(answer)

        async def cancel(runtime):
            return await cancel_job(
                runtime,
                job_id=job_id,
                market_id=world.market_id,
                merchant_id=self._id,
                reason=ReasonCode.CUSTOMER_CANCELLATION_REQUESTED,
            )

        world.judge.canceled(job_id, await self._http.ask_until_answered(cancel))

    def _request(self):
        return JobRequest(
            pickup=self._place(),
            dropoff=self._place(),
            size_class=self._rng.choice((SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE)),
            weight_g=self._rng.randint(100, 9_000),
            items_count=1,
            requirements=(),
            vehicles=None,
            reference=None,
            ready_at=None,
            due_at=None,
            fee_cents=self._rng.choice((None, 0, self._rng.randint(1, 3_000))),
        )

    def _place(self):
        return PlaceRequest(
            point=Point(
                CENTER.lat_deg + self._rng.uniform(-0.002, 0.002),
                CENTER.lng_deg + self._rng.uniform(-0.003, 0.003),
            ),
            address="Graben 1",
            contact_name=None,
            contact_phone=None,
            instructions=None,
        )


class Ops:
    """They decide about what is undeliverable, and put jobs to couriers and take them away."""

    def __init__(self, world):
        self._world, self._rng = world, world.rng("ops")
        self._http = Http(world, self._rng)

    async def run(self):
        while True:
            await asyncio.sleep(self._rng.uniform(2.0, 8.0))
            for exception in self._world.judge.open_exceptions():
                await self._resolve(exception)
            if not self._world.is_closing:
                await self._meddle()

    async def _resolve(self, exception):
        resolution = "dismiss"
        if exception["kind"] == "attempt_failed":
            resolution = "retry" if self._rng.random() < 0.6 else "fail"

        async def resolve(runtime):
            await resolve_exception(
                runtime,
                exception_id=exception["id"],
                market_id=self._world.market_id,
                resolution=resolution,
            )

        await self._try(resolve)

    async def _meddle(self):
        world = self._world
        draw, jobs = self._rng.random(), world.judge.live_jobs()
        if not jobs or draw > 0.5:
            return
        job_id = self._rng.choice(jobs)

        async def reassign(runtime):
            await reassign_job(
                runtime,
                job_id=job_id,
                market_id=world.market_id,
                actor=Actor.OPS,
                reason=ReasonCode.COURIER_ISSUE,
            )

        async def assign(runtime):
            await assign_job(
                runtime,
                job_id=job_id,
                courier_id=self._rng.choice(world.courier_ids),
                market_id=world.market_id,
            )

        await self._try(reassign if draw < 0.15 else assign)

    async def _try(self, work):
        try:
            await self._http.ask(work)
        except NoAnswerError:
            return
