"""Whether somebody may be forgotten yet: not while there is work under way that needs them."""

from service.domain.courier import Courier
from service.domain.errors import InvalidStateTransitionError
from service.domain.lifecycle import CourierStatus


def check_courier_erasable(courier: Courier) -> None:
    """Check that the courier has nothing in hand and is off duty.

    Raises:
        InvalidStateTransitionError: there is active work.
    """
    if courier.live_jobs_count > 0 or courier.status is not CourierStatus.OFFLINE:
        raise InvalidStateTransitionError("courier", courier.status, "be erased")
