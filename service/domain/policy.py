"""The parameters of a market: a validated, versioned set; every default has a precedent.

What the engine weighs and limits by itself has the engine's own default: the number stands in
`matching.params` alone, and a policy that was stored without the parameter gets it from there.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from matching.params import Params
from service.domain.errors import InvalidParamsError
from service.domain.vocabulary import Vehicle

Seconds = Annotated[float, Meta(ge=0.0, le=86_400.0)]
Metres = Annotated[float, Meta(gt=0.0, le=200_000.0)]
Count = Annotated[int, Meta(ge=1, le=15)]
Weight = Annotated[float, Meta(ge=0.0, le=1_000.0)]

_ENGINE = Params()

SPEED_MPS: Mapping[Vehicle, float] = {
    Vehicle.FOOT: 1.4,
    Vehicle.BIKE: 4.5,
    Vehicle.SCOOTER: 7.0,
    Vehicle.CAR: 8.0,
    Vehicle.VAN: 7.5,
}


class Policy(Struct, frozen=True, kw_only=True):
    """What ops may tune, in market seconds, metres and minor units.

    It is read as far as this release knows it: what a later one has added stays where it is kept.
    """

    # the tick
    tick_s: Annotated[float, Meta(gt=0.0, le=300.0)] = 1.0
    position_age_s_max: Seconds = _ENGINE.position_age_s_max
    lookahead_s: Seconds = _ENGINE.lookahead_s  # a job ready later than this is not looked at yet

    # offers: the time to answer counts from the app's acknowledgement
    offer_ttl_s: Annotated[float, Meta(ge=5.0, le=600.0)] = 30.0
    offer_unseen_s_max: Annotated[float, Meta(ge=2.0, le=600.0)] = 15.0
    # the deadline shown is earlier than the one enforced by this much real time
    answer_grace_s: Annotated[float, Meta(ge=0.0, le=60.0)] = 1.5

    # the search: rings that widen with the time a job has been open
    search_round_s: Annotated[float, Meta(ge=1.0, le=3_600.0)] = 10.0
    search_radius_m_min: Metres = 2_500.0
    search_radius_m_step: Metres = 1_000.0
    search_radius_m_max: Metres = 8_000.0
    search_s_max: Annotated[float, Meta(ge=180.0, le=7_200.0)] = 3_600.0

    # what a courier may have in hand
    live_jobs_count_max: Count = 3
    bundle_jobs_count_max: Count = 3
    bundle_pickup_m_max: Metres = _ENGINE.bundle_pickup_m_max
    bundle_saving_s_min: Seconds = _ENGINE.bundle_saving_s_min  # less is not worth its risk

    # travel and service
    detour_factor: Annotated[float, Meta(ge=1.0, le=5.0)] = 1.3
    pickup_service_s: Annotated[int, Meta(ge=0, le=3_600)] = 60
    dropoff_service_s: Annotated[int, Meta(ge=0, le=3_600)] = 60
    arrival_radius_m: Metres = 100.0
    arrival_position_age_s_max: Seconds = 60.0

    # silence: a phone without signal is waited for, then its open jobs go to others
    silent_offline_s: Seconds = 180.0
    silent_reassign_s: Seconds = 300.0

    # scheduled jobs open this long before they are ready
    release_lead_s: Seconds = 1_800.0
    ready_ahead_s_max: Annotated[float, Meta(ge=0.0, le=2_592_000.0)] = 2_592_000.0
    due_default_s: Seconds = 3_600.0
    due_after_ready_s_max: Seconds = 86_400.0
    extension_s_max: Seconds = 7_200.0  # how far beyond the promise ops may move a deadline

    # money, in minor units of the market's currency
    fee_base_cents: Annotated[int, Meta(ge=0, le=1_000_000)] = 390
    fee_per_km_cents: Annotated[int, Meta(ge=0, le=1_000_000)] = 110
    pay_base_cents: Annotated[int, Meta(ge=0, le=1_000_000)] = 250
    pay_share: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.8
    # what one operator may correct of a job alone, added up; more takes a second one
    adjustment_alone_cents_max: Annotated[int, Meta(ge=0, le=100_000)] = 0

    # weights of the matching cost, in seconds of one parcel's waiting at its pickup
    pickup_wait_weight: Weight = _ENGINE.pickup_wait_weight  # a second of just that
    inbound_weight: Weight = _ENGINE.inbound_weight  # of travel to the first pickup
    courier_second_weight: Weight = _ENGINE.courier_time_weight  # when supply equals demand
    detour_weight: Weight = _ENGINE.detour_weight  # of a longer ride; not above the wait's
    lateness_weight: Weight = _ENGINE.lateness_weight
    lateness_s_max: Seconds = _ENGINE.lateness_s_max  # of a new job; 0: deadlines are hard
    age_weight: Weight = _ENGINE.age_weight  # credit of a job per second that it is open
    fairness_weight_s: Seconds = _ENGINE.fairness_weight_s  # of pay above the mean; 0: off
    open_job_s: Seconds = _ENGINE.open_job_s  # price of leaving a job open for a tick

    # what a recipient sees: the photo of where it was left, beside that there is one
    shows_photos: bool = False

    # hints to idle couriers: where to wait for the jobs that are expected
    gives_hints: bool = True
    reposition_horizon_s: Seconds = _ENGINE.reposition_horizon_s
    reposition_s_max: Seconds = _ENGINE.reposition_s_max  # longest ride there


class AskedPolicy(Policy, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy as somebody asks for it, in which no name is passed over."""

    def plain(self) -> Policy:
        """Return what was asked for."""
        return msgspec.convert(msgspec.structs.asdict(self), Policy)


def search_round(policy: Policy, *, open_s: float) -> int:
    """Return the round that a job open for `open_s` is in; the first is 0."""
    return max(0, int(open_s // policy.search_round_s))


def search_radius_m(policy: Policy, *, search_round: int) -> float:
    """Return how far from the pickup couriers are looked for in this round."""
    radius_m = policy.search_radius_m_min + search_round * policy.search_radius_m_step
    return min(radius_m, policy.search_radius_m_max)


def check_policy(policy: Policy) -> None:
    """Check that the parameters fit each other.

    Raises:
        InvalidParamsError: they do not.
    """
    if policy.search_radius_m_min > policy.search_radius_m_max:
        raise InvalidParamsError(
            "the search radius begins above its maximum", field="/policy/search_radius_m_min"
        )
    if policy.detour_weight > policy.pickup_wait_weight:
        raise InvalidParamsError(
            "detour_weight is above pickup_wait_weight: parcels would wait rather than ride",
            field="/policy/detour_weight",
        )


def with_changes(policy: Policy, changes: Mapping[str, object]) -> Policy:
    """Return the policy with some parameters set, by name, to plain values.

    Raises:
        InvalidParamsError: a name is unknown, or a value is not allowed; the text says which.
    """
    try:
        asked = msgspec.convert({**msgspec.structs.asdict(policy), **changes}, AskedPolicy)
    except msgspec.ValidationError as error:
        raise InvalidParamsError(str(error)) from error
    changed = asked.plain()
    check_policy(changed)
    return changed


def differences(before: Policy, after: Policy) -> tuple[str, ...]:
    """Return the names of the parameters that differ, in the order of the policy."""
    return tuple(
        name for name in Policy.__struct_fields__ if getattr(before, name) != getattr(after, name)
    )
