"""Whether somebody may be forgotten yet: not while there is work under way that needs them."""

from datetime import datetime

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


def check_merchant_erasable(*, has_live_jobs: bool) -> None:
    """Check that nobody is on the way for the merchant.

    Raises:
        InvalidStateTransitionError: there is active work.
    """
    if has_live_jobs:
        raise InvalidStateTransitionError("merchant", "waiting for deliveries", "be erased")


def check_operator_erasable(disabled_at: datetime | None, *, now: datetime) -> None:
    """Check that the account is over: nobody forgets who is still acting.

    An account for an emergency is disabled from its end on, and works until then.

    Raises:
        InvalidStateTransitionError: it is not.
    """
    if disabled_at is None or now < disabled_at:
        raise InvalidStateTransitionError("operator", "not disabled", "be erased")
