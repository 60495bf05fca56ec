"""The fee when the merchant names none, and what the courier gets of it."""

from decimal import Decimal

from msgspec import Struct

from service.domain.policy import Policy


class Pay(Struct, frozen=True, kw_only=True):
    """What a courier earns by an offer, itemised; the parts add up to the total."""

    base_cents: int
    distance_cents: int
    wait_cents: int = 0
    surge_cents: int = 0
    tip_cents: int = 0
    total_cents: int
    currency: str


def default_fee_cents(policy: Policy, *, distance_m: float) -> int:
    """Return the fee of a job over this straight-line distance, rounded up to 10 minor units."""
    fee_cents = policy.fee_base_cents + policy.fee_per_km_cents * distance_m / 1_000.0
    return -int(-fee_cents // 10) * 10


def pay_cents(policy: Policy, *, fee_cents: int) -> int:
    """Return the courier's share of one job's fee, to the whole cent below it."""
    share = Decimal(repr(policy.pay_share))  # as it is written: 0.7 of 90 as floats is below 63
    return int(fee_cents * share)


def pay_of(policy: Policy, *, fees_cents: tuple[int, ...], currency: str) -> Pay:
    """Return the pay of an offer of several jobs."""
    total_cents = sum(pay_cents(policy, fee_cents=fee_cents) for fee_cents in fees_cents)
    base_cents = min(total_cents, policy.pay_base_cents * len(fees_cents))
    return Pay(
        base_cents=base_cents,
        distance_cents=total_cents - base_cents,
        total_cents=total_cents,
        currency=currency,
    )
