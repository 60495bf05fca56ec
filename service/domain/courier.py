"""A courier: on duty or not, with what vehicle, and whether a reported position is believed."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from service.domain.errors import (
    CapacityExceededError,
    CourierSuspendedError,
    InvalidParamsError,
    InvalidStateTransitionError,
    StalePositionError,
)
from service.domain.facts import CourierSnapshot, Fact, FactType
from service.domain.geo import Point, distance_m
from service.domain.ids import CourierId, MarketId
from service.domain.lifecycle import (
    COURIER_LIFECYCLE,
    COURIER_OPEN_TO_OFFERS,
    AccountStatus,
    CourierStatus,
    CourierStep,
    next_status,
)
from service.domain.load import VEHICLE_CAPACITY, Load
from service.domain.policy import Policy
from service.domain.suspension import Suspension
from service.domain.vocabulary import Actor, Requirement, SuspensionReason, Vehicle

SHIFT_S_MAX = 16 * 3_600
SPEED_BELIEVED_MPS_MAX = 55.0  # faster than any road vehicle in a city
ACCURACY_BELIEVED_M_MAX = 500.0


class Courier(Struct, frozen=True, kw_only=True):
    id: CourierId
    market_id: MarketId
    name: str
    status: CourierStatus
    account_status: AccountStatus
    version: int
    vehicle: Vehicle
    abilities: tuple[Requirement, ...]
    capacity_weight_g: int
    capacity_volume_l: int
    capacity_jobs_count: int
    load_weight_g: int
    load_volume_l: int
    load_jobs_count: int
    live_jobs_count: int
    shift_ends_at: datetime | None
    status_changed_at: datetime | None
    suspension_reason: SuspensionReason | None  # while the account is suspended
    suspended_until: datetime | None

    @property
    def capacity(self) -> Load:
        return Load(self.capacity_weight_g, self.capacity_volume_l, self.capacity_jobs_count)

    @property
    def load(self) -> Load:
        """The most that the present route will have on board at once."""
        return Load(self.load_weight_g, self.load_volume_l, self.load_jobs_count)

    @property
    def is_open_to_offers(self) -> bool:
        return self.status in COURIER_OPEN_TO_OFFERS and self.account_status is AccountStatus.ACTIVE

    def suspension_at(self, now: datetime) -> Suspension | None:
        """Return the suspension that keeps the courier from work at this time, if there is one."""
        if self.account_status is not AccountStatus.SUSPENDED:
            return None
        reason = self.suspension_reason or SuspensionReason.UNDER_REVIEW  # nobody wrote it down
        suspension = Suspension(reason=reason, until=self.suspended_until)
        return None if suspension.is_over(now) else suspension


class Fix(Struct, frozen=True, kw_only=True):
    """One GPS reading as received: the server's time is the authority, the device's is data."""

    point: Point
    accuracy_m: float
    received_at: datetime


def go_online(
    courier: Courier, *, vehicle: Vehicle, capacity: Load, shift_ends_at: datetime, now: datetime
) -> Courier:
    """Return the courier on duty; a suspension that is over by its time is gone then.

    Raises:
        CourierSuspendedError: the account is not active.
        InvalidParamsError: the shift ends in the past or too far ahead.
        CapacityExceededError: more than the vehicle can carry, or less than is in hand.
    """
    check_active(courier, now)
    if not now < shift_ends_at <= now + timedelta(seconds=SHIFT_S_MAX):
        raise InvalidParamsError("the shift must end within 16 hours", field="/shift_ends_at")
    if not capacity.fits(VEHICLE_CAPACITY[vehicle]):
        raise CapacityExceededError(f"a {vehicle} does not carry that much")
    if not courier.load.fits(capacity):
        raise CapacityExceededError("the jobs in hand need more than that")
    return replace(
        _changed(courier, _status_online(courier), now),
        vehicle=vehicle,
        capacity_weight_g=capacity.weight_g,
        capacity_volume_l=capacity.volume_l,
        capacity_jobs_count=capacity.jobs_count,
        shift_ends_at=shift_ends_at,
        account_status=AccountStatus.ACTIVE,
        suspension_reason=None,
        suspended_until=None,
    )


def check_active(courier: Courier, now: datetime) -> None:
    """Check that the courier may work.

    Raises:
        CourierSuspendedError: suspended, or the account is not active for another reason.
    """
    suspension = courier.suspension_at(now)
    if suspension is not None:
        until = suspension.until
        ends = "until ops end it" if until is None else f"until {until.isoformat()}"
        raise CourierSuspendedError(f"the account is suspended {ends} ({suspension.reason})")
    if courier.account_status not in (AccountStatus.ACTIVE, AccountStatus.SUSPENDED):
        raise CourierSuspendedError(f"the account is {courier.account_status}")


def pause(courier: Courier, *, now: datetime) -> Courier:
    """Return the courier without new offers.

    Raises:
        CourierSuspendedError: the account is not active: the shift ends with the jobs in hand.
        InvalidStateTransitionError: off duty.
    """
    check_active(courier, now)
    status = next_status("courier", COURIER_LIFECYCLE, courier.status, CourierStep.PAUSE)
    return _changed(courier, status, now)


def resume(courier: Courier, *, now: datetime) -> Courier:
    """Return the courier as before a pause, with the same vehicle until the same end of the shift.

    Raises:
        CourierSuspendedError: the account is not active.
        InvalidStateTransitionError: not paused.
    """
    check_active(courier, now)
    if courier.status is not CourierStatus.PAUSED:
        raise InvalidStateTransitionError("courier", courier.status, "resume")
    return _changed(courier, _status_online(courier), now)


def go_offline(courier: Courier, *, now: datetime) -> Courier:
    """Return the courier off duty, or `ending` while jobs are in hand."""
    step = CourierStep.END_SHIFT if courier.live_jobs_count > 0 else CourierStep.GO_OFFLINE
    return _changed(courier, next_status("courier", COURIER_LIFECYCLE, courier.status, step), now)


def jobs_room(*, live_jobs_count: int, capacity: Load, policy: Policy) -> int:
    """Return how many more jobs a courier with so many in hand may be offered.

    Who says how many jobs at once means those to come as well as those on board.
    """
    return max(0, min(policy.live_jobs_count_max, capacity.jobs_count) - live_jobs_count)


def carry(courier: Courier, *, live_jobs_count: int, load: Load, now: datetime) -> Courier:
    """Return the courier with these jobs in hand.

    Raises:
        CapacityExceededError: the load is more than the declared capacity, or there are more jobs
            than before and than declared.
        InvalidStateTransitionError: the courier is off duty.
    """
    if not load.fits(courier.capacity):
        raise CapacityExceededError("the route would carry more than the declared capacity")
    status = courier.status
    if live_jobs_count > max(courier.live_jobs_count, courier.capacity_jobs_count):
        raise CapacityExceededError("the courier wants no more jobs at once")
    if live_jobs_count > courier.live_jobs_count:
        status = next_status("courier", COURIER_LIFECYCLE, status, CourierStep.TAKE_JOB)
    elif live_jobs_count == 0 < courier.live_jobs_count:
        status = next_status("courier", COURIER_LIFECYCLE, status, CourierStep.FINISH_LAST_JOB)
    return replace(
        _changed(courier, status, now),
        live_jobs_count=live_jobs_count,
        load_weight_g=load.weight_g,
        load_volume_l=load.volume_l,
        load_jobs_count=load.jobs_count,
    )


def _status_online(courier: Courier) -> CourierStatus:
    status = next_status("courier", COURIER_LIFECYCLE, courier.status, CourierStep.GO_ONLINE)
    if courier.live_jobs_count > 0:
        status = next_status("courier", COURIER_LIFECYCLE, status, CourierStep.TAKE_JOB)
    return status


def _changed(courier: Courier, status: CourierStatus, now: datetime) -> Courier:
    return replace(
        courier,
        status=status,
        version=courier.version + 1,
        status_changed_at=now if status is not courier.status else courier.status_changed_at,
    )


def tell(courier: Courier, type: FactType, *, actor: Actor, now: datetime) -> Fact:
    """Return the fact about the courier as it is now."""
    return Fact(
        type=type,
        market_id=courier.market_id,
        actor=actor,
        at=now,
        body=CourierSnapshot(
            id=courier.id,
            status=courier.status,
            version=courier.version,
            vehicle=courier.vehicle,
            live_jobs_count=courier.live_jobs_count,
            shift_ends_at=courier.shift_ends_at,
            suspension=courier.suspension_at(now),
        ),
        courier_id=courier.id,
    )


def accept_fix(previous: Fix | None, fix: Fix) -> Fix:
    """Return the fix, when it is to be believed.

    Raises:
        StalePositionError: too inaccurate, or an impossible jump since the last one.
    """
    if fix.accuracy_m > ACCURACY_BELIEVED_M_MAX:
        raise StalePositionError("too inaccurate to be of use")
    if previous is not None:
        elapsed_s = (fix.received_at - previous.received_at).total_seconds()
        slack_m = previous.accuracy_m + fix.accuracy_m + SPEED_BELIEVED_MPS_MAX
        jumped_m = distance_m(previous.point, fix.point)
        if jumped_m > slack_m + SPEED_BELIEVED_MPS_MAX * max(0.0, elapsed_s):
            raise StalePositionError("nobody moves that fast")
    return fix
