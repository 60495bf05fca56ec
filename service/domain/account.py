"""A courier's account: suspended by somebody, for a reason, and reinstated."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from service.domain.courier import Courier
from service.domain.errors import InvalidParamsError, InvalidStateTransitionError
from service.domain.lifecycle import AccountStatus
from service.domain.suspension import Suspension

SUSPENSION_S_MAX = 366 * 86_400


def suspend(courier: Courier, suspension: Suspension, *, now: datetime) -> Courier:
    """Return the courier suspended; one who is suspended already has the new reason and end.

    Whether the courier is on duty is another matter: see `drop_out`.

    Raises:
        InvalidParamsError: it would end in the past, or too far ahead.
        InvalidStateTransitionError: the account was never active, or is gone.
    """
    until = suspension.until
    if until is not None and not now < until <= now + timedelta(seconds=SUSPENSION_S_MAX):
        raise InvalidParamsError("a suspension ends within 366 days", field="/until")
    if courier.account_status not in (AccountStatus.ACTIVE, AccountStatus.SUSPENDED):
        raise InvalidStateTransitionError("account", courier.account_status, "suspend")
    return replace(
        courier,
        account_status=AccountStatus.SUSPENDED,
        version=courier.version + 1,
        suspension_reason=suspension.reason,
        suspended_until=until,
    )


def reinstate(courier: Courier) -> Courier:
    """Return the courier, who may work again; the same one if nothing kept them from it.

    Raises:
        InvalidStateTransitionError: the account was never active, or is gone.
    """
    if courier.account_status is AccountStatus.ACTIVE:
        return courier
    if courier.account_status is not AccountStatus.SUSPENDED:
        raise InvalidStateTransitionError("account", courier.account_status, "reinstate")
    return replace(
        courier,
        account_status=AccountStatus.ACTIVE,
        version=courier.version + 1,
        suspension_reason=None,
        suspended_until=None,
    )
