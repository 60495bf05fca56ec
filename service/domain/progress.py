"""How a courier gets on with the way to the next stop, from one fix to the next."""

from datetime import datetime

from msgspec import Struct

from service.domain.geo import Point, distance_m
from service.domain.ids import StopId

STILL_M_MAX = 50.0  # what a phone between houses jumps; less is no motion
STILL_S_MIN = 60.0  # at a traffic light everybody is still


class Progress(Struct, frozen=True, kw_only=True):
    """What fixes have shown since this stop is the next one."""

    stop_id: StopId
    anchor: Point  # the last place that was left behind, or the first one
    anchored_at: datetime
    seen_at: datetime  # the newest fix
    door_m: float  # straight, from the newest fix to the stop
    nearest_m: float  # the least of it so far
    has_moved: bool = False  # since it is followed

    @property
    def still_s(self) -> float | None:
        """For how long the courier has not left a place; silence does not count.

        None: it is followed for too short a time to tell rest from motion.
        """
        still_s = (self.seen_at - self.anchored_at).total_seconds()
        return still_s if self.has_moved or still_s > STILL_S_MIN else None

    @property
    def away_m(self) -> float:
        """How much farther the stop is than it was at the nearest."""
        return self.door_m - self.nearest_m


def advance(
    known: Progress | None, *, stop_id: StopId, door: Point, here: Point, seen_at: datetime
) -> Progress:
    """Return the progress after a fix; it begins anew with every stop.

    Args:
        known: of the fix before; None: nothing is known of the courier.
        stop_id: the next stop.
        door: where that is.
        here: the fix.
        seen_at: when the fix was received; an older one than the last changes nothing.
    """
    door_m = distance_m(here, door)
    if known is None or known.stop_id != stop_id:
        return Progress(
            stop_id=stop_id,
            anchor=here,
            anchored_at=seen_at,
            seen_at=seen_at,
            door_m=door_m,
            nearest_m=door_m,
        )
    if seen_at <= known.seen_at:
        return known
    has_moved = distance_m(known.anchor, here) > STILL_M_MAX
    return Progress(
        stop_id=stop_id,
        anchor=here if has_moved else known.anchor,
        anchored_at=seen_at if has_moved else known.anchored_at,
        seen_at=seen_at,
        door_m=door_m,
        nearest_m=min(known.nearest_m, door_m),
        has_moved=has_moved or known.has_moved,
    )
