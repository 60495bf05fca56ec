"""Everything the marketplace may refuse, each with its stable code (vocabulary of the API)."""

from typing import ClassVar

import msgspec

from service.domain.rate import Allowance


class DomainError(Exception):
    """A refusal that the caller can act upon. `str(error)` says why, without personal data."""

    code: ClassVar[str]
    field: str | None = None  # JSON pointer into the request, where one value is to blame


class InvalidParamsError(DomainError):
    """A value is out of range or does not fit the others."""

    code = "invalid_params"

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.field = field


class OutsideServiceAreaError(InvalidParamsError):
    """A stop lies outside the market."""

    code = "outside_service_area"


class PickupReadyTooLateError(InvalidParamsError):
    """The ready time is too far ahead."""

    code = "pickup_ready_too_late"


class DropoffDeadlineTooEarlyError(InvalidParamsError):
    """Nobody could deliver by then."""

    code = "dropoff_deadline_too_early"


class UnauthenticatedError(DomainError):
    """No key or log-in, an unknown one, or one that is over."""

    code = "unauthenticated"


class ForbiddenError(DomainError):
    """The key is good, but not for this."""

    code = "forbidden"


class CourierSuspendedError(DomainError):
    """The courier's account is not active."""

    code = "courier_suspended"


class NotFoundError(DomainError):
    """There is no such thing, or it is another's."""

    code = "not_found"


class MarketPausedError(DomainError):
    """Ops have paused the market: no new jobs, no new offers."""

    code = "market_paused"


class ParcelsAboardError(DomainError):
    """The courier has parcels: say what becomes of the jobs in hand."""

    code = "parcels_aboard"


class UndoTooLateError(DomainError):
    """What was done cannot be taken back any more, or never could."""

    code = "undo_too_late"


class DuplicateReferenceError(DomainError):
    """The merchant's job of this reference has not ended, or was delivered."""

    code = "duplicate_reference"


class InvalidStateTransitionError(DomainError):
    """The lifecycle has no such step from the present state."""

    code = "invalid_state_transition"

    def __init__(self, kind: str, status: str, event: str) -> None:
        super().__init__(f"a {kind} that is {status} cannot {event}")


class NotCancelableError(DomainError):
    """The courier has the parcel, or the job has ended."""

    code = "not_cancelable"


class LockContentionError(DomainError):
    """Others are changing the same rows; nothing was done, try again.

    Who `has_waited` for them did so for as long as one may; the others were told at once.
    """

    code = "lock_contention"

    def __init__(self, detail: str, *, has_waited: bool = False) -> None:
        super().__init__(detail)
        self.has_waited = has_waited


class OfferTakenError(DomainError):
    """The job went to somebody else, or the offer was answered otherwise."""

    code = "offer_taken"


class OfferRevokedError(DomainError):
    """The offer was taken back before the answer."""

    code = "offer_revoked"


class OfferExpiredError(DomainError):
    """The answer came after the deadline."""

    code = "offer_expired"


class AlreadyAssignedError(DomainError):
    """A courier has the job."""

    code = "already_assigned"


class CapacityExceededError(DomainError):
    """There is no more room: in the courier's bag, or among the merchant's endpoints or keys."""

    code = "capacity_exceeded"


class VehicleNotAvailableError(DomainError):
    """The vehicle does not suit, or the job allows none that could take it."""

    code = "vehicle_not_available"


class ItemTooLargeError(DomainError):
    """No vehicle of the market can carry it."""

    code = "item_too_large"


class TooFarFromStopError(DomainError):
    """The courier's position is not at the stop."""

    code = "too_far_from_stop"


class StalePositionError(DomainError):
    """The position is too old, or there is none."""

    code = "stale_position"


class PositionOutOfOrderError(DomainError):
    """A newer report has been seen on this connection."""

    code = "position_out_of_order"


class ProofRequiredError(DomainError):
    """The stop asks for a proof that was not given."""

    code = "proof_required"


class ProofMismatchError(DomainError):
    """The code is not that of the stop."""

    code = "proof_mismatch"


class ProofAttemptsExhaustedError(DomainError):
    """Too many wrong codes were said at the stop; ops have been told."""

    code = "proof_attempts_exhausted"


class ProofInvalidError(DomainError):
    """The upload is no picture of the kind that it should be, or too large a one."""

    code = "proof_invalid"


class AlreadyCreatedError(DomainError):
    """The same request has made it before, and its secret was shown then, once."""

    code = "already_created"


class IdempotencyMismatchError(DomainError):
    """The key was used with another request."""

    code = "idempotency_mismatch"


class RateLimitedError(DomainError):
    """Too many requests or messages."""

    code = "rate_limited"

    def __init__(self, detail: str, *, allowance: Allowance) -> None:
        super().__init__(detail)
        self.allowance = allowance


class UnavailableError(DomainError):
    """A server that this needs is away; whether it was done is not known: say it again."""

    code = "unavailable"


class OverloadedError(UnavailableError):
    """There is more to do than can be done in time; nothing was done, say it again later."""

    code = "overloaded"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal as data, wherever it goes."""

    code: str
    detail: str
    field: str | None = None


def problem_of(error: DomainError) -> Problem:
    """Return the refusal as data."""
    return Problem(code=error.code, detail=str(error) or error.code, field=error.field)
