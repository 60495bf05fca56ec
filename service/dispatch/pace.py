"""When the next tick begins: in its turn, or early when something has happened."""

import asyncio

from msgspec import Struct

from service.clock import Clock, monotonic_s
from service.domain.policy import Policy
from service.settings import Settings

REST_S_MAX = 1.0  # after a tick, however long that was
TELL_S_MIN = 0.5  # real time between two ticks that the consoles of ops are told of


class Pace(Struct, frozen=True, kw_only=True):
    """How soon a tick follows another; real time."""

    early_s: float  # when woken
    period_s: float  # otherwise

    def tick_s(self, clock: Clock) -> float:
        """Return the period in market time."""
        return self.period_s * clock.time_scale


def pace_of(policy: Policy, clock: Clock, settings: Settings) -> Pace:
    """Return the pace of a market: a fast replay ticks less often than its policy says."""
    early_s = settings.tick_real_s_min
    return Pace(early_s=early_s, period_s=max(early_s, clock.real_s(policy.tick_s)))


async def wait_for_turn(pace: Pace, woken: asyncio.Event, *, began_s: float) -> None:
    """Wait until the next tick is due after one that began then; consume the wake-up.

    After a long one it rests for as long again: on a machine that it shares with those who answer
    people, half a processor is enough for deciding.
    """
    took_s = monotonic_s() - began_s
    await asyncio.sleep(max(min(took_s, REST_S_MAX), pace.early_s - took_s))
    try:
        async with asyncio.timeout(max(0.0, began_s + pace.period_s - monotonic_s())):
            await woken.wait()
    except TimeoutError:
        pass  # nothing has happened: it is the turn
    woken.clear()
