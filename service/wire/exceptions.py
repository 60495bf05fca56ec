"""The REST bodies of the exceptions queue: what a human should look at, and what could be done."""

from datetime import datetime
from typing import Literal

import msgspec

from service.domain.ids import CourierId, EndpointId, ExceptionId, JobId, MerchantId
from service.domain.suggestion import SuggestedAction
from service.domain.vocabulary import ExceptionKind, Severity


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends. Unknown fields are refused: they are bugs or probes."""


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told."""


class OpsException(_Body, frozen=True):
    id: ExceptionId
    kind: ExceptionKind
    severity: Severity
    job_id: JobId | None
    courier_id: CourierId | None
    merchant_id: MerchantId | None
    endpoint_id: EndpointId | None
    opened_at: datetime
    due_at: datetime | None  # then it is too late, or decides itself
    resolved_at: datetime | None
    resolution: str | None
    version: int  # of two, the higher one is newer


class OpsExceptionPage(_Body, frozen=True):
    exceptions: tuple[OpsException, ...]
    next_cursor: str | None


class PredictedEffect(_Body, frozen=True):
    """What an action would bring, by straight lines and the market's detour factor.

    What nobody can say, or what does not apply, is null.
    """

    courier_id: CourierId | None  # who is free and would be at the pickup first
    pickup_at: datetime | None  # that courier at the pickup
    door_at: datetime | None  # the parcel at its drop-off
    otherwise_at: datetime | None  # the same, if nothing is done
    gain_s: float | None  # between the two
    lateness_s: float | None  # of the parcel then; negative: to spare


class SuggestionBody(_Body, frozen=True):
    """What to do about an exception. Which of it is one call: see `resolution` and `assignment`."""

    action: SuggestedAction
    effect: PredictedEffect | None


class ResolveExceptionBody(_Request, frozen=True):
    """`retry` and `fail` decide an undeliverable job, `reassign` frees what is not picked up.

    `dismiss` only closes the exception. Whatever is decided, the same is not opened again for a
    while, unless it is worse then.
    """

    resolution: Literal["retry", "fail", "reassign", "dismiss"]
