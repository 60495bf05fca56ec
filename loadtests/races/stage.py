"""The rows of a round: its market, and for each scene couriers, jobs and the offer of them.

Decided by the domain and written by the store, many scenes in one transaction. Couriers are on duty
as if they had begun their shifts just now.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from loadtests.races.scene import COURIERS_COUNT, Scene
from service.actions.accept_offers import Acceptance, accept_offers
from service.actions.create_market import MarketRequest, create_market
from service.domain import job as jobs_domain
from service.domain import offer as offers_domain
from service.domain.courier import Courier
from service.domain.facts import FactType
from service.domain.geo import Point
from service.domain.ids import BundleId, CourierId, JobId, MarketId, MerchantId, OfferId, StopId
from service.domain.job import Job, JobIds, JobRequest, PlaceRequest
from service.domain.lifecycle import AccountStatus, CourierStatus, OfferMode, StopKind
from service.domain.load import VEHICLE_CAPACITY
from service.domain.market import Market
from service.domain.offer import Offer
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, SizeClass, Vehicle
from service.runtime import Runtime, read_market
from service.store import changes, deployment, merchants
from service.store.changes import NOTHING, Changes, job_changes
from service.store.connection import Connection
from service.store.open_offers import save_new

CENTER = Point(48.2082, 16.3738)
PICKUP, DROPOFF = Point(48.2089, 16.3697), Point(48.1985, 16.3629)
SCENES_COUNT_MAX = 100  # set in one transaction
# Nobody's time runs out by itself: where it does, the scene says so when it begins.
POLICY = Policy(offer_ttl_s=600.0, offer_unseen_s_max=600.0, live_jobs_count_max=15)


class Stage(Struct, frozen=True, kw_only=True):
    """A scene, and the rows that it plays on."""

    scene: Scene
    market_id: MarketId
    merchant_id: MerchantId
    couriers: tuple[Courier, ...]  # the first is offered the jobs
    jobs: tuple[Job, ...]  # those offered, and the one in hand if there is one
    offer: Offer
    held_offer: Offer | None  # by which the one in hand was taken
    key: str  # of idempotency


def request_of(size_class: SizeClass) -> JobRequest:
    """Return what a merchant asks for, always between the same two doors."""
    places = [
        PlaceRequest(
            point=point, address=address, contact_name=None, contact_phone=None, instructions=None
        )
        for point, address in ((PICKUP, "Graben 1"), (DROPOFF, "Naschmarkt 5"))
    ]
    return JobRequest(
        pickup=places[0],
        dropoff=places[1],
        size_class=size_class,
        weight_g=2_000,
        items_count=1,
        requirements=(),
        vehicles=None,
        reference=None,
        ready_at=None,
        due_at=None,
        fee_cents=None,
    )


async def open_round(runtime: Runtime, market_id: MarketId) -> tuple[Market, MerchantId]:
    """Create the market of a round, and its merchant."""
    request = MarketRequest(
        market_id=market_id,
        name="Races",
        currency="EUR",
        timezone="UTC",
        center=CENTER,
        service_radius_m=12_000.0,
        policy=POLICY,
    )
    assert await create_market(runtime, request), "each round has a market of its own"
    merchant_id = MerchantId(runtime.new_id())
    async with runtime.pool.transaction() as conn:
        await merchants.create_merchant(
            conn, merchant_id=merchant_id, market_id=market_id, name="Bakery Strobl"
        )
        return await read_market(conn, market_id), merchant_id


async def set_stages(
    runtime: Runtime, scenes: Sequence[Scene], *, market: Market, merchant_id: MerchantId
) -> list[Stage]:
    """Write the rows of these scenes."""
    stages = list[Stage]()
    for start in range(0, len(scenes), SCENES_COUNT_MAX):
        part = scenes[start : start + SCENES_COUNT_MAX]
        async with runtime.pool.transaction() as conn:
            now = (await deployment.read_market_time(conn)).now
            set_ = _Set(runtime, market, merchant_id, now)
            made = [set_.stage(scene) for scene in part]
            await _save(conn, made, set_.facts_of)
        await _take_in_hand(runtime, made)
        async with runtime.pool.transaction() as conn:
            await save_new(conn, [stage.offer for stage in made], actor=Actor.SYSTEM)
        stages += made
    return stages


class _Set:
    """Makes stages, all at one instant."""

    def __init__(
        self, runtime: Runtime, market: Market, merchant_id: MerchantId, now: datetime
    ) -> None:
        self._new_id, self._market, self._merchant_id = runtime.new_id, market, merchant_id
        self._now = now
        self.facts_of: dict[JobId, Changes] = {}

    def stage(self, scene: Scene) -> Stage:
        couriers = tuple(
            self._courier(scene.jobs_count if i == 0 and scene.has_load else None)
            for i in range(COURIERS_COUNT)
        )
        jobs = tuple(self._job() for _ in range(scene.jobs_count + scene.has_load))
        offered, held = jobs[: scene.jobs_count], jobs[scene.jobs_count :]
        return Stage(
            scene=scene,
            market_id=self._market.id,
            merchant_id=self._merchant_id,
            couriers=couriers,
            jobs=jobs,
            offer=self._offer(couriers[0], offered, route=(*held, *offered)),
            held_offer=self._offer(couriers[0], held, route=held) if held else None,
            key=str(self._new_id()),
        )

    def _courier(self, capacity_jobs_count: int | None) -> Courier:
        capacity = VEHICLE_CAPACITY[Vehicle.CAR]
        return Courier(
            id=CourierId(self._new_id()),
            market_id=self._market.id,
            name="Anna",
            status=CourierStatus.ONLINE,
            account_status=AccountStatus.ACTIVE,
            version=1,
            vehicle=Vehicle.CAR,
            abilities=(),
            capacity_weight_g=capacity.weight_g,
            capacity_volume_l=capacity.volume_l,
            capacity_jobs_count=capacity_jobs_count or capacity.jobs_count,
            load_weight_g=0,
            load_volume_l=0,
            load_jobs_count=0,
            live_jobs_count=0,
            shift_ends_at=self._now + timedelta(hours=8),
            status_changed_at=self._now,
            suspension_reason=None,
            suspended_until=None,
        )

    def _job(self) -> Job:
        new_id = self._new_id
        job = jobs_domain.post(
            request_of(SizeClass.SMALL),
            ids=JobIds(JobId(new_id()), StopId(new_id()), StopId(new_id())),
            market=self._market,
            merchant_id=self._merchant_id,
            now=self._now,
        )
        job, created = jobs_domain.tell(
            job, FactType.JOB_CREATED, actor=Actor.MERCHANT, now=self._now
        )
        job, opened = jobs_domain.tell(
            job, FactType.JOB_OPENED, actor=Actor.MERCHANT, now=self._now
        )
        self.facts_of[job.id] = Changes(facts=(created, opened))
        return job

    def _offer(self, courier: Courier, jobs: tuple[Job, ...], *, route: tuple[Job, ...]) -> Offer:
        """Return the offer; on the route all is picked up before anything is dropped off."""
        policy = self._market.policy
        legs = tuple(
            offers_domain.leg_of(job, kind, policy=policy, distance_m=1_300.0, arrival_at=self._now)
            for kind in (StopKind.PICKUP, StopKind.DROPOFF)
            for job in jobs
        )
        return offers_domain.make(
            offer_id=OfferId(self._new_id()),
            bundle_id=BundleId(self._new_id()) if len(jobs) > 1 else None,
            mode=OfferMode.EXCLUSIVE,
            courier=courier,
            jobs=jobs,
            legs=legs,
            stop_ids=tuple(
                job.latest(kind).id for kind in (StopKind.PICKUP, StopKind.DROPOFF) for job in route
            ),
            policy=policy,
            policy_version=self._market.policy_version,
            dispatch_epoch=None,
            tick_id=None,
            now=self._now,
        )


async def _save(conn: Connection, stages: Sequence[Stage], facts_of: dict[JobId, Changes]) -> None:
    """Write couriers and jobs, and put under offers those that will be in hand."""
    couriers = tuple(courier for stage in stages for courier in stage.couriers)
    jobs = [job for stage in stages for job in stage.jobs]
    written = sum((job_changes(None, job) + facts_of[job.id] for job in jobs), NOTHING)
    await changes.save(conn, written + Changes(couriers=couriers))
    held = [stage.held_offer for stage in stages if stage.held_offer is not None]
    if held:
        await save_new(conn, held, actor=Actor.SYSTEM)


async def _take_in_hand(runtime: Runtime, stages: Sequence[Stage]) -> None:
    held = [stage.held_offer for stage in stages if stage.held_offer is not None]
    if held:
        asked = [Acceptance(offer_id=offer.id, by=offer.courier_id) for offer in held]
        refused = await accept_offers(runtime, asked, market_id=stages[0].market_id)
        assert not refused, "nobody else is there yet"
