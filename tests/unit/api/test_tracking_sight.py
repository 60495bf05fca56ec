"""Where a courier is goes into a forecast, and to the recipient only on this errand."""

import pytest
from msgspec.structs import replace

from service.actions.find_tracked import Seen
from service.api.present_tracking import tracking_body
from service.domain.forecast import ahead
from service.domain.lifecycle import JobStatus
from service.domain.policy import Policy
from service.domain.sighting import Sight, sight_of
from service.domain.vocabulary import Vehicle
from service.live.records import LiveFix
from service.store.tracking import Company
from tests.unit.domain.makers import ANNA, GRABEN, NOW, make_job

IN_HAND = [status for status in JobStatus if sight_of(status) is not Sight.HIDDEN]


def seen(status):
    """Return a job in this status, whose courier is seen at the Graben."""
    job = replace(make_job(), status=status, courier_id=ANNA)
    now_ms = int(NOW.timestamp() * 1_000)
    return Seen(
        job=job,
        company=Company(
            merchant_name="Bakery Strobl",
            merchant_color=None,
            courier_name="Anna",
            vehicle=Vehicle.BIKE,
            planned_at=None,
        ),
        rating=None,
        fix=LiveFix(
            courier_id=ANNA,
            lat_deg=GRABEN.lat_deg,
            lng_deg=GRABEN.lng_deg,
            accuracy_m=5.0,
            received_at_ms=now_ms,
        ),
        route=tuple(ahead([job])),
        code=None,
        policy=Policy(),
        now=NOW,
    )


@pytest.mark.parametrize("status", IN_HAND)
def test_a_place_is_told_on_this_errand_only(status):
    body = tracking_body(seen(status))
    assert body.courier is not None
    assert (body.courier.position is not None) == (sight_of(status) is Sight.EXACT)


def test_before_that_it_is_known_when_the_courier_comes():
    body = tracking_body(seen(JobStatus.ASSIGNED))
    assert body.eta is not None
    assert body.eta.at > NOW
