"""PURE. When a courier's phone counts as silent, and what is done then.

Silence is measured between what the relay hears, in Postgres' time: the time in a fix is of the
host that received it, and a clock there that is wrong must not take anybody's jobs away. What the
relay has not listened to is not silence either, so it begins to count when it begins to listen.
"""

from datetime import datetime
from enum import Enum, auto

from msgspec import Struct

from service.domain.lifecycle import CourierStatus
from service.domain.policy import Policy
from service.store.couriers import OnDuty


class Hearing(Struct, frozen=True, kw_only=True):
    """What was last heard of a courier."""

    fix_ms: int | None  # the time in the newest fix; None while there has been none
    heard_at: datetime  # when that fix was first seen, or when listening began


class Measure(Enum):
    NONE = auto()
    END_SHIFT = auto()  # its time is over: offline, or `ending` with jobs in hand
    SET_OFFLINE = auto()  # silent, with nothing in hand
    FREE_JOBS = auto()  # silent, with jobs in hand


def hear(known: Hearing | None, fix_ms: int | None, *, now: datetime) -> Hearing:
    """Return what is known after another look; the same object if there was nothing new.

    A fix that is gone is no news: it was evicted, or Redis was flushed.
    """
    if known is None or (fix_ms is not None and fix_ms != known.fix_ms):
        return Hearing(fix_ms=fix_ms, heard_at=now)
    return known


def decide(courier: OnDuty, hearing: Hearing, *, policy: Policy, now: datetime) -> Measure:
    """Return what to do about the courier; a change of status counts as a sign of life."""
    if courier.shift_ends_at <= now and courier.status is not CourierStatus.ENDING:
        return Measure.END_SHIFT
    silent_s = (now - max(hearing.heard_at, courier.status_changed_at)).total_seconds()
    if courier.live_jobs_count == 0:
        return Measure.SET_OFFLINE if silent_s >= policy.silent_offline_s else Measure.NONE
    return Measure.FREE_JOBS if silent_s >= policy.silent_reassign_s else Measure.NONE
