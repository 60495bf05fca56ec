"""How exactly somebody who waits for a job sees its courier: merchants, and who has a link."""

from collections.abc import Mapping
from enum import StrEnum

from service.domain.lifecycle import JobStatus


class Sight(StrEnum):
    EXACT = "exact"
    AREA = "area"  # the middle of a neighbourhood
    HIDDEN = "hidden"


# A courier is on this job's errand only while its own stop is the one in hand. Before that and in
# between the place would tell where others live; afterwards it is nobody's business.
SIGHT_BY_STATUS: Mapping[JobStatus, Sight] = {
    JobStatus.SCHEDULED: Sight.HIDDEN,
    JobStatus.OPEN: Sight.HIDDEN,
    JobStatus.ASSIGNED: Sight.AREA,
    JobStatus.ENROUTE_TO_PICKUP: Sight.EXACT,
    JobStatus.ARRIVED_AT_PICKUP: Sight.EXACT,
    JobStatus.PICKED_UP: Sight.AREA,
    JobStatus.ENROUTE_TO_DROPOFF: Sight.EXACT,
    JobStatus.ARRIVED_AT_DROPOFF: Sight.EXACT,
    JobStatus.DELIVERED: Sight.HIDDEN,
    JobStatus.UNDELIVERABLE: Sight.HIDDEN,
    JobStatus.ENROUTE_TO_RETURN: Sight.HIDDEN,
    JobStatus.ARRIVED_AT_RETURN: Sight.HIDDEN,
    JobStatus.RETURNED: Sight.HIDDEN,
    JobStatus.CANCELED: Sight.HIDDEN,
    JobStatus.EXPIRED: Sight.HIDDEN,
    JobStatus.FAILED: Sight.HIDDEN,
}


def sight_of(status: JobStatus) -> Sight:
    """Return how exactly the courier of a job in this status may be seen."""
    return SIGHT_BY_STATUS[status]
