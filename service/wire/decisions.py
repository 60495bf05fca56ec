"""The REST bodies about decisions and the policies behind them; like `rest`, one per audience."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from service.domain.ids import CourierId, OfferId, OperatorId
from service.domain.lifecycle import OfferStatus
from service.domain.policy import AskedPolicy, Policy
from service.domain.pricing import Pay
from service.domain.vocabulary import Actor, Outcome


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told."""


# ------------------------------------------------------------------ courier
class ReasonBody(_Body, frozen=True):
    """One thing that counted, and how much: in seconds of a parcel's waiting."""

    code: str
    text: str
    speaks: Literal["for", "against"]  # giving it to this courier
    weight_s: float


class CourierDecisionBody(_Body, frozen=True):
    """An offer made to the courier, why, and how it was answered; nothing about other couriers."""

    offer_id: OfferId
    at: datetime
    decided_by: Literal["matching", "ops"]
    status: OfferStatus
    answer: str | None
    answered_at: datetime | None
    jobs_count: int
    pay: Pay
    policy_version: int
    couriers_considered_count: int | None  # null, like what follows, where no reasons are kept
    deadhead_m: float | None  # empty, to the first pickup
    added_m: float | None  # to the courier's route, in all
    saved_m: float | None  # against carrying each job alone
    reasons: tuple[ReasonBody, ...]  # the weightiest first


class CourierDecisionPage(_Body, frozen=True):
    decisions: tuple[CourierDecisionBody, ...]
    next_cursor: str | None


# ------------------------------------------------------------------ ops
class DecisionBody(_Body, frozen=True):
    """Why an offer was made; `reasons` is the dispatcher's own record."""

    offer_id: OfferId
    tick_id: int
    at: datetime
    reasons: dict[str, object]


class JobDecisionBody(_Body, frozen=True):
    """What a tick decided about a job: an offer, or that it stays open, and why.

    `reasons` is the dispatcher's own record: couriers considered, how many each filter removed,
    cost terms, the runner-up. Offers made by ops have none and are not listed.
    """

    id: int
    at: datetime
    tick_id: int
    outcome: Outcome
    offer_id: OfferId | None
    courier_id: CourierId | None
    status: OfferStatus | None  # of the offer, by now
    policy_version: int
    reasons: dict[str, object]


class JobDecisionPage(_Body, frozen=True):
    decisions: tuple[JobDecisionBody, ...]
    next_cursor: str | None


class PolicyBody(_Body, frozen=True):
    """A version of the market's policy; null where the deployment's shell has set it."""

    version: int
    created_at: datetime
    actor: Actor
    operator_id: OperatorId | None
    policy: Policy


class PolicyPage(_Body, frozen=True):
    policies: tuple[PolicyBody, ...]
    next_cursor: str | None


class ChangePolicyBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole policy, and the version of the one that was read before it was changed."""

    based_on_version: Annotated[int, Meta(ge=1, le=2_147_483_646)]
    policy: AskedPolicy
