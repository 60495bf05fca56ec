"""Statements as their readers see them, as JSON and as CSV."""

import csv
import io
from collections.abc import Sequence

import msgspec

from service.api.cursors import cursor_of_instant
from service.api.periods import Period
from service.domain.ledger import Transfer
from service.store.transfers import Posting, Turnover
from service.wire.statements import (
    AdjustmentBody,
    CourierLine,
    CourierStatement,
    MerchantLine,
    MerchantStatement,
    TotalBody,
)

# What a spreadsheet would take for a formula if a cell began with it (OWASP: CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def merchant_statement(
    period: Period, turnovers: Sequence[Turnover], found: Sequence[Posting], *, limit_count: int
) -> MerchantStatement:
    """Return the page; a full one may have a next."""
    return MerchantStatement(
        from_at=period.from_at,
        to_at=period.to_at,
        totals=_totals(turnovers),
        lines=tuple(
            MerchantLine(
                id=one.transfer_id,
                at=one.at,
                job_id=one.job_id,
                reference=one.reference,
                kind=one.kind,
                amount_cents=one.amount_cents,
                currency=one.currency,
                reason=one.reason,
            )
            for one in found
        ),
        next_cursor=_next_cursor(found, limit_count),
    )


def courier_statement(
    period: Period, turnovers: Sequence[Turnover], found: Sequence[Posting], *, limit_count: int
) -> CourierStatement:
    """Return the page; a full one may have a next. The merchant's reference is not in it."""
    return CourierStatement(
        from_at=period.from_at,
        to_at=period.to_at,
        totals=_totals(turnovers),
        lines=tuple(
            CourierLine(
                id=one.transfer_id,
                at=one.at,
                job_id=one.job_id,
                kind=one.kind,
                amount_cents=one.amount_cents,
                currency=one.currency,
                reason=one.reason,
            )
            for one in found
        ),
        next_cursor=_next_cursor(found, limit_count),
    )


def _next_cursor(found: Sequence[Posting], limit_count: int) -> str | None:
    if len(found) < limit_count:
        return None
    return cursor_of_instant(found[-1].at, found[-1].transfer_id)


def _totals(turnovers: Sequence[Turnover]) -> tuple[TotalBody, ...]:
    return tuple(
        TotalBody(
            currency=one.currency,
            credits_cents=one.credits_cents,
            debits_cents=one.debits_cents,
            balance_cents=one.credits_cents - one.debits_cents,
        )
        for one in turnovers
    )


def statement_csv(lines: Sequence[MerchantLine | CourierLine], line: type[msgspec.Struct]) -> bytes:
    """Return the lines as CSV (RFC 4180) under the names of their fields."""
    names = line.__struct_fields__
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for each in lines:
        fields = msgspec.to_builtins(each)
        writer.writerow([_cell(fields[name]) for name in names])
    return text.getvalue().encode()


def _cell(value: object) -> object:
    """Return the value so that a spreadsheet takes text for text; null is nothing."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def adjustment_body(transfer: Transfer) -> AdjustmentBody:
    """Return the adjustment."""
    return msgspec.convert(transfer, AdjustmentBody, from_attributes=True)
