"""PURE. Which attempts meet on which jobs: scenes, drawn from a seed."""

from enum import StrEnum
from random import Random

from msgspec import Struct

ATTEMPTS_COUNT = 8  # of a scene, let go at the same moment
COURIERS_COUNT = 3  # of a scene: the first is the one with the offer
LATER_MS_MAX = 12.0  # so much after the others an attempt may come
TRIP_MS = 80.0  # that a whole trip may take: who meets a trip comes within it


class Move(StrEnum):
    """What somebody attempts."""

    ACCEPT = "accept"
    ACCEPT_TOGETHER = "accept_together"  # in a transaction with others' acceptances
    STEAL = "steal"  # another courier accepts
    DECLINE = "decline"
    ACKNOWLEDGE = "acknowledge"
    EXPIRE_OFFER = "expire_offer"
    EXPIRE_JOB = "expire_job"
    CANCEL = "cancel"
    CANCEL_BY_OPS = "cancel_by_ops"
    REASSIGN = "reassign"
    ASSIGN = "assign"  # by ops, to any of the couriers, who accepts at once
    TRIP = "trip"  # accept, and go to every stop
    POST = "post"  # a job, under the one key of the scene
    POST_OTHER = "post_other"  # another job, under the same key


_WEIGHTS = {
    Move.ACCEPT: 5,
    Move.ACCEPT_TOGETHER: 5,
    Move.STEAL: 2,
    Move.DECLINE: 3,
    Move.ACKNOWLEDGE: 2,
    Move.EXPIRE_OFFER: 3,
    Move.EXPIRE_JOB: 2,
    Move.CANCEL: 4,
    Move.CANCEL_BY_OPS: 2,
    Move.REASSIGN: 4,
    Move.ASSIGN: 4,
    Move.POST: 2,
    Move.POST_OTHER: 1,
}


class Attempt(Struct, frozen=True, kw_only=True):
    move: Move
    job: int  # which of the scene's jobs it is about, if about one
    courier: int  # whom it is for, if it is an assignment
    later_ms: float


class Scene(Struct, frozen=True, kw_only=True):
    """An offer of some jobs to one courier, and who is at it."""

    jobs_count: int  # offered
    has_load: bool  # its courier has one more job in hand, and no room for those besides
    offer_ms: float | None  # until its time is over; None: long
    search_ms: float | None  # until its jobs' search is over; None: long
    attempts: tuple[Attempt, ...]


def draw_scene(random: Random) -> Scene:
    """Return a scene with an acceptance, and with whatever else meets it."""
    jobs_count = random.choices((1, 2, 3), weights=(6, 3, 1))[0]
    has_load = random.random() < 0.25
    has_trip = jobs_count == 1 and not has_load and random.random() < 0.25
    first = Move.TRIP if has_trip else random.choice((Move.ACCEPT, Move.ACCEPT_TOGETHER))
    others = random.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()), k=ATTEMPTS_COUNT - 1)
    if has_trip and random.random() < 0.5:
        others[0] = Move.TRIP  # the app says everything twice
    later_ms_max = TRIP_MS if has_trip else LATER_MS_MAX
    return Scene(
        jobs_count=jobs_count,
        has_load=has_load,
        offer_ms=random.uniform(0.0, 20.0) if random.random() < 0.3 else None,
        search_ms=random.uniform(0.0, 20.0) if random.random() < 0.2 else None,
        attempts=tuple(
            Attempt(
                move=move,
                job=random.randrange(jobs_count + has_load),
                courier=random.randrange(COURIERS_COUNT),
                later_ms=random.uniform(0.0, later_ms_max) if random.random() < 0.5 else 0.0,
            )
            for move in (first, *others)
        ),
    )


def draw_scenes(seed: int, round_number: int, *, count: int) -> list[Scene]:
    """Return the scenes of a round: the same ones each time."""
    random = Random(f"{seed}:{round_number}")
    return [draw_scene(random) for _ in range(count)]
