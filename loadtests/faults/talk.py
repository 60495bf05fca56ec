"""Ops ask couriers with jobs in hand where they are: what is said is numbered like what is told."""

import asyncio
import random
from contextlib import suppress

from loadtests.faults.plan import Trial
from loadtests.faults.world import World
from service.client.rest import RefusedError, UnansweredError
from service.clock import monotonic_s
from service.domain.message import QuickReply
from service.wire.messages import SendMessageBody

PAUSE_S = 0.7  # between two questions
WORDS = SendMessageBody(quick_reply=QuickReply.WHERE_ARE_YOU)


async def ask_around(world: World, trial: Trial) -> None:
    """Ask somebody now and then, as long as jobs are posted; return when all is answered."""
    rng = random.Random(trial.seed + 3)
    ends_s = monotonic_s() + trial.load_s
    asked_count = 0
    while monotonic_s() < ends_s:
        await asyncio.sleep(PAUSE_S)
        stops = [courier.app.trip.stop for courier in world.crowd.couriers]
        job_ids = [stop.job_id for stop in stops if stop is not None]
        if not job_ids:
            continue
        asked_count += 1
        with suppress(RefusedError, UnansweredError):  # the job is over, or nobody knows
            await world.operator.send(
                "POST",
                f"/v1/ops/jobs/{rng.choice(job_ids)}/messages",
                WORDS,
                idempotency_key=f"{trial.number}-question-{asked_count}",
            )
