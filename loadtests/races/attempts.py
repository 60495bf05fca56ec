"""Carries out an attempt with the service's own actions, and keeps what was answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from loadtests.races.scene import Attempt, Move
from loadtests.races.stage import POLICY, Stage, request_of
from service.actions.accept_offer import accept_offer
from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.actions.arrive_at_stop import arrive_at_stop
from service.actions.assign_job import assign_job
from service.actions.authenticate import Principal
from service.actions.cancel_job import cancel_job
from service.actions.complete_stop import complete_stop
from service.actions.decline_offer import decline_offer
from service.actions.expire_job import expire_job
from service.actions.expire_offer import expire_offer
from service.actions.once import Once
from service.actions.post_job import Posted, post_job
from service.actions.reassign_job import reassign_job
from service.api.acceptances import Acceptances
from service.api.callers import CourierCaller
from service.domain.courier import Fix
from service.domain.errors import DomainError
from service.domain.ids import JobId, OfferId
from service.domain.job import Job
from service.domain.lifecycle import StopKind
from service.domain.offer import Offer
from service.domain.stop import Stop
from service.domain.vocabulary import Actor, ReasonCode, SizeClass
from service.runtime import Runtime

DONE, NOTHING_TO_DO = "done", "nothing_to_do"


class Deed(StrEnum):
    """What was asked of the service."""

    ACCEPT = "accept"
    STEAL = "steal"
    DECLINE = "decline"
    ACKNOWLEDGE = "acknowledge"
    EXPIRE_OFFER = "expire_offer"
    EXPIRE_JOB = "expire_job"
    CANCEL = "cancel"
    REASSIGN = "reassign"
    ASSIGN = "assign"
    ARRIVE = "arrive"
    PICK_UP = "pick_up"
    DELIVER = "deliver"
    POST = "post"
    POST_OTHER = "post_other"


class Answer(Struct, frozen=True, kw_only=True):
    """What the service said: DONE, NOTHING_TO_DO, or the code of a refusal; else a surprise."""

    deed: Deed
    said: str
    offer_id: OfferId | None = None  # of the offer that it is about, or that was made
    job_id: JobId | None = None  # of the job that it is about, or that was posted
    key: str | None = None  # of idempotency
    is_repeated: bool = False  # whether it is the answer to an earlier request with the key


class Door(NamedTuple):
    """What attempts go through."""

    runtime: Runtime
    acceptances: Acceptances


async def carry_out(door: Door, stage: Stage, attempt: Attempt) -> list[Answer]:
    """Carry out the attempt; return the answers to all that was asked, in order."""
    await asyncio.sleep(attempt.later_ms / 1_000.0)
    return await _MOVES[attempt.move](door, stage, attempt)


async def _said(asked: Awaitable[object]) -> tuple[str, object]:
    """Return what is said to it, and what it returns."""
    try:
        found = await asked
    except DomainError as error:
        return error.code, None
    except Exception as error:  # noqa: BLE001  # that is what the races look for
        return f"{type(error).__name__}: {error}", None
    return (NOTHING_TO_DO if found is False else DONE), found


async def _accept(
    door: Door, stage: Stage, _: Attempt, *, offer: Offer | None = None, is_alone: bool = True
) -> list[Answer]:
    offer = offer or stage.offer
    market_id = stage.market_id
    if is_alone:
        asked = accept_offer(
            door.runtime, offer_id=offer.id, by=offer.courier_id, market_id=market_id
        )
    else:
        principal = Principal(
            credential_id="", market_id=market_id, livemode=False, courier_id=offer.courier_id
        )
        courier = CourierCaller(principal=principal, id=offer.courier_id)
        asked = door.acceptances.accept(courier, offer.id)
    said, _found = await _said(asked)
    return [Answer(deed=Deed.ACCEPT, said=said, offer_id=offer.id)]


async def _steal(door: Door, stage: Stage, _: Attempt) -> list[Answer]:
    said, _found = await _said(
        accept_offer(
            door.runtime,
            offer_id=stage.offer.id,
            by=stage.couriers[1].id,
            market_id=stage.market_id,
        )
    )
    return [Answer(deed=Deed.STEAL, said=said, offer_id=stage.offer.id)]


async def _decline(door: Door, stage: Stage, _: Attempt) -> list[Answer]:
    said, _found = await _said(
        decline_offer(
            door.runtime,
            offer_id=stage.offer.id,
            by=stage.offer.courier_id,
            market_id=stage.market_id,
            answer="too_far",
        )
    )
    return [Answer(deed=Deed.DECLINE, said=said, offer_id=stage.offer.id)]


async def _acknowledge(door: Door, stage: Stage, _: Attempt) -> list[Answer]:
    offer = stage.offer
    asked = Acknowledgement(offer_id=offer.id, by=offer.courier_id, is_shown=True)

    async def acknowledge() -> None:
        refused = await acknowledge_offers(door.runtime, [asked], market_id=stage.market_id)
        if asked in refused:
            raise refused[asked]

    said, _found = await _said(acknowledge())
    return [Answer(deed=Deed.ACKNOWLEDGE, said=said, offer_id=offer.id)]


async def _expire_offer(door: Door, stage: Stage, _: Attempt) -> list[Answer]:
    said, _found = await _said(
        expire_offer(door.runtime, offer_id=stage.offer.id, market_id=stage.market_id)
    )
    return [Answer(deed=Deed.EXPIRE_OFFER, said=said, offer_id=stage.offer.id)]


async def _expire_job(door: Door, stage: Stage, attempt: Attempt) -> list[Answer]:
    job_id = stage.jobs[attempt.job].id
    said, _found = await _said(expire_job(door.runtime, job_id=job_id, market_id=stage.market_id))
    return [Answer(deed=Deed.EXPIRE_JOB, said=said, job_id=job_id)]


async def _cancel(
    door: Door, stage: Stage, attempt: Attempt, *, is_by_ops: bool = False
) -> list[Answer]:
    job_id = stage.jobs[attempt.job].id
    said, _found = await _said(
        cancel_job(
            door.runtime,
            job_id=job_id,
            market_id=stage.market_id,
            merchant_id=None if is_by_ops else stage.merchant_id,
            reason=ReasonCode.CUSTOMER_CANCELLATION_REQUESTED,
        )
    )
    return [Answer(deed=Deed.CANCEL, said=said, job_id=job_id)]


async def _reassign(door: Door, stage: Stage, attempt: Attempt) -> list[Answer]:
    job_id = stage.jobs[attempt.job].id
    said, _found = await _said(
        reassign_job(
            door.runtime,
            job_id=job_id,
            market_id=stage.market_id,
            actor=Actor.OPS,
            reason=ReasonCode.COURIER_NO_PROGRESS,
        )
    )
    return [Answer(deed=Deed.REASSIGN, said=said, job_id=job_id)]


async def _assign(door: Door, stage: Stage, attempt: Attempt) -> list[Answer]:
    job_id, courier_id = stage.jobs[attempt.job].id, stage.couriers[attempt.courier].id
    said, made = await _said(
        assign_job(door.runtime, job_id=job_id, courier_id=courier_id, market_id=stage.market_id)
    )
    if not isinstance(made, Offer):
        return [Answer(deed=Deed.ASSIGN, said=said, job_id=job_id)]
    answer = Answer(deed=Deed.ASSIGN, said=said, job_id=job_id, offer_id=made.id)
    return [answer, *await _accept(door, stage, attempt, offer=made)]


async def _trip(door: Door, stage: Stage, attempt: Attempt) -> list[Answer]:
    """Accept the offer, and arrive at every stop and complete it: also where others have."""
    answers = await _accept(door, stage, attempt)
    for job in stage.jobs[: stage.scene.jobs_count]:
        for kind in (StopKind.PICKUP, StopKind.DROPOFF):
            answers += await _work_stop(door, stage, job, job.latest(kind))
    return answers


async def _work_stop(door: Door, stage: Stage, job: Job, stop: Stop) -> list[Answer]:
    courier_id = stage.offer.courier_id
    fix = Fix(point=stop.point, accuracy_m=5.0, received_at=door.runtime.clock.now())
    arrived, _ = await _said(
        arrive_at_stop(
            door.runtime,
            courier_id=courier_id,
            market_id=stage.market_id,
            stop_id=stop.id,
            fix=fix,
            policy=POLICY,
        )
    )
    completed, _ = await _said(
        complete_stop(
            door.runtime, courier_id=courier_id, market_id=stage.market_id, stop_id=stop.id
        )
    )
    deed = Deed.PICK_UP if stop.kind is StopKind.PICKUP else Deed.DELIVER
    return [
        Answer(deed=Deed.ARRIVE, said=arrived, job_id=job.id),
        Answer(deed=deed, said=completed, job_id=job.id),
    ]


async def _post(
    door: Door, stage: Stage, _: Attempt, *, deed: Deed, size_class: SizeClass
) -> list[Answer]:
    said, found = await _said(
        post_job(
            door.runtime,
            market_id=stage.market_id,
            request=request_of(size_class),
            once=Once(
                merchant_id=stage.merchant_id,
                key=stage.key,
                request_sha256=size_class.encode().ljust(32),
            ),
            present=lambda job: str(job.id).encode(),
        )
    )
    if not isinstance(found, Posted):
        return [Answer(deed=deed, said=said, key=stage.key)]
    return [
        Answer(
            deed=deed,
            said=said,
            key=stage.key,
            job_id=JobId(UUID(found.response.body.decode())),
            is_repeated=found.is_replayed,
        )
    ]


_MOVES: Mapping[Move, Callable[[Door, Stage, Attempt], Awaitable[list[Answer]]]] = {
    Move.ACCEPT: _accept,
    Move.ACCEPT_TOGETHER: partial(_accept, is_alone=False),
    Move.STEAL: _steal,
    Move.DECLINE: _decline,
    Move.ACKNOWLEDGE: _acknowledge,
    Move.EXPIRE_OFFER: _expire_offer,
    Move.EXPIRE_JOB: _expire_job,
    Move.CANCEL: _cancel,
    Move.CANCEL_BY_OPS: partial(_cancel, is_by_ops=True),
    Move.REASSIGN: _reassign,
    Move.ASSIGN: _assign,
    Move.TRIP: _trip,
    Move.POST: partial(_post, deed=Deed.POST, size_class=SizeClass.SMALL),
    Move.POST_OTHER: partial(_post, deed=Deed.POST_OTHER, size_class=SizeClass.MEDIUM),
}
