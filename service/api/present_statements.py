"""Statements as their readers see them, as JSON and as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from service.api.periods import Period
from service.store.transfers import Posting, Turnover
from service.wire.statements import (
    CourierLine,
    CourierStatement,
    MerchantLine,
    MerchantStatement,
    TotalBody,
)

# What a spreadsheet would take for a formula if a cell began with it (OWASP: CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a statement as it was read; turnovers are those of all pages, on the first one."""

    complete_until: datetime
    turnovers: Sequence[Turnover] | None
    postings: Sequence[Posting]
    next_cursor: str | None


def merchant_statement(period: Period, found: Found) -> MerchantStatement:
    """Return the page."""
    return MerchantStatement(
        from_at=period.from_at,
        to_at=period.to_at,
        complete_until=found.complete_until,
        totals=_totals(found.turnovers),
        lines=merchant_lines(found.postings),
        next_cursor=found.next_cursor,
    )


def courier_statement(period: Period, found: Found) -> CourierStatement:
    """Return the page."""
    return CourierStatement(
        from_at=period.from_at,
        to_at=period.to_at,
        complete_until=found.complete_until,
        totals=_totals(found.turnovers),
        lines=courier_lines(found.postings),
        next_cursor=found.next_cursor,
    )


def merchant_lines(postings: Sequence[Posting]) -> tuple[MerchantLine, ...]:
    """Return the postings as the merchant sees them."""
    return tuple(
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
        for one in postings
    )


def courier_lines(postings: Sequence[Posting]) -> tuple[CourierLine, ...]:
    """Return the postings as the courier sees them: without the merchant's name for the job."""
    return tuple(
        CourierLine(
            id=one.transfer_id,
            at=one.at,
            job_id=one.job_id,
            kind=one.kind,
            amount_cents=one.amount_cents,
            currency=one.currency,
            reason=one.reason,
        )
        for one in postings
    )


def _totals(turnovers: Sequence[Turnover] | None) -> tuple[TotalBody, ...] | None:
    if turnovers is None:
        return None
    return tuple(
        TotalBody(
            currency=one.currency,
            credits_cents=one.credits_cents,
            debits_cents=one.debits_cents,
            balance_cents=one.credits_cents - one.debits_cents,
        )
        for one in turnovers
    )


def csv_of(rows: Iterable[Iterable[object]]) -> bytes:
    """Return the rows as CSV (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def cells_of(lines: Iterable[MerchantLine | CourierLine]) -> Iterator[Iterable[object]]:
    """Yield the lines as rows, their fields in order."""
    for line in lines:
        fields = msgspec.to_builtins(line)
        yield [fields[name] for name in line.__struct_fields__]


def _cell(value: object) -> object:
    """Return the value so that a spreadsheet takes text for text; null is nothing."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
