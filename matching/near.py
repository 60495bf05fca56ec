"""Who is near a job: every courier whose route passes within its search radius."""

import math

from matching.arrays import I64
from matching.asks import ASK_RADIUS_M
from matching.field import Field
from matching.grid import NO_WINDOW, across, ranges_of, window_around
from matching.kernel import lean_kernel
from matching.scan import STAMP, Desk
from matching.travel import distance_m


@lean_kernel
def couriers_near(field: Field, desk: Desk, job: int, found: I64) -> int:
    """Return how many couriers there are; they are left in the (C,) `found`, in no order.

    Those who may take nothing are there too. A node counts by its straight line to the pickup.
    """
    radius_m = field.asks[job, ASK_RADIUS_M]
    east, north = across(field.plane, field.asks, job)
    rings = math.ceil(radius_m / field.plane.cell_m) + 1
    window = window_around(field.plane, east, north, rings)
    ranges_count = ranges_of(field.plane, field.cells, window, NO_WINDOW, desk.ranges)
    desk.marks[STAMP] += 1
    count = 0
    for r in range(ranges_count):
        for i in range(desk.ranges[r, 0], desk.ranges[r, 1]):
            c = field.courier[i]
            if desk.seen[c] == desk.marks[STAMP]:
                continue
            if distance_m(field.nodes.table, field.cells.row[i], field.asks, job) <= radius_m:
                desk.seen[c] = desk.marks[STAMP]
                found[count] = c
                count += 1
    return count
