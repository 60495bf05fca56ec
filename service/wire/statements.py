"""Statements: what a merchant owes and a courier earns, line by line; and what ops correct."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from service.domain.four_eyes import ProposalStatus
from service.domain.ids import CourierId, JobId, OperatorId, TransferId
from service.domain.vocabulary import AdjustmentReason, TransferKind
from service.wire.text import FEE_CENTS_MAX


class MerchantLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a job moved: less than zero is owed by the merchant, more is given back."""

    id: TransferId
    at: datetime
    job_id: JobId
    reference: str | None
    kind: TransferKind
    amount_cents: int
    currency: str
    reason: AdjustmentReason | None


class CourierLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a job moved: more than zero is earned, less is taken back."""

    id: TransferId
    at: datetime
    job_id: JobId
    kind: TransferKind
    amount_cents: int
    currency: str
    reason: AdjustmentReason | None


class TotalBody(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of all pages in one currency; the balance is credits less debits."""

    currency: str
    credits_cents: int
    debits_cents: int
    balance_cents: int


class MerchantStatement(msgspec.Struct, frozen=True, kw_only=True):
    """Lines are a page, oldest first; totals are of all pages, and on the first one only.

    What lies before `complete_until` never changes. Where that is not the end of the period, a
    statement from there on has the rest, and no line twice.
    """

    from_at: datetime
    to_at: datetime
    complete_until: datetime
    totals: tuple[TotalBody, ...] | None
    lines: tuple[MerchantLine, ...]
    next_cursor: str | None


class CourierStatement(msgspec.Struct, frozen=True, kw_only=True):
    """Lines are a page, oldest first; totals are of all pages, and on the first one only.

    What lies before `complete_until` never changes. Where that is not the end of the period, a
    statement from there on has the rest, and no line twice.
    """

    from_at: datetime
    to_at: datetime
    complete_until: datetime
    totals: tuple[TotalBody, ...] | None
    lines: tuple[CourierLine, ...]
    next_cursor: str | None


class TransferBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a job moved, from the account that falls to the one that rises; a reason: by hand."""

    id: TransferId
    at: datetime
    kind: TransferKind
    debit: str
    credit: str
    amount_cents: int
    currency: str
    reason: AdjustmentReason | None


class TransferList(msgspec.Struct, frozen=True, kw_only=True):
    """All of a job, oldest first: a charge, a pay, and at most 20 adjustments."""

    transfers: tuple[TransferBody, ...]


class AdjustJobBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which way the money goes is in the kind: to the market, or from it.

    A fee can be given back whole; what is charged or paid on top has a lower limit. `courier_id`
    names a courier who had the job before, as one who waited and then lost it; without one it is
    who had the job at its end.
    """

    kind: Literal["extra_charge", "refund", "extra_pay", "deduction"]
    amount_cents: Annotated[int, Meta(ge=1, le=FEE_CENTS_MAX)]
    reason: AdjustmentReason
    courier_id: CourierId | None = None


class AdjustmentBody(msgspec.Struct, frozen=True, kw_only=True):
    """A correction, from the account that falls to the one that rises.

    `approved` has been made, `at`; `waiting` waits until `expires_at` for somebody other than
    `proposed_by`. Who makes one alone, where the policy allows that, has proposed nothing.
    """

    id: TransferId
    status: ProposalStatus
    at: datetime | None
    job_id: JobId
    kind: TransferKind
    debit: str
    credit: str
    amount_cents: int
    currency: str
    reason: AdjustmentReason
    proposed_by: OperatorId | None
    proposed_at: datetime | None
    expires_at: datetime | None
    decided_by: OperatorId | None
    decided_at: datetime | None


class AdjustmentList(msgspec.Struct, frozen=True, kw_only=True):
    """At most 100; first those whose time is over soonest."""

    adjustments: tuple[AdjustmentBody, ...]
