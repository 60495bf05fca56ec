"""What people did by hand in the market, for those who look after it."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from service.api.callers import OpsCaller
from service.api.cursors import (
    PAGE_COUNT_DEFAULT,
    Cursor,
    Limit,
    cursor_of_sequence,
    number_of_cursor,
)
from service.api.errors import problems
from service.domain.audit_log import AuditAction, SealedEntry
from service.domain.permission import Right
from service.runtime import Runtime
from service.store import audit_log
from service.wire.audit_log import AuditEntryBody, AuditPage
from service.wire.text import PRINTABLE


@get(
    "/v1/ops/audit",
    operation_id="listAuditEntries",
    summary="List what was done by hand, newest first",
    opt={"permission": Right.OPS_AUDIT},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    action: Annotated[AuditAction | None, QueryParameter(description="only these")] = None,
    subject: Annotated[
        str | None,
        QueryParameter(max_length=100, pattern=PRINTABLE, description="such as `job:<id>`"),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> AuditPage:
    """List the entries of the market's audit log, with the hashes that chain them."""
    before_number = number_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await audit_log.list_entries(
            conn,
            market_id=caller.market_id,
            action=action,
            subject=subject,
            before_number=before_number,
            limit_count=limit,
        )
    return _page(found, limit_count=limit)


def _page(found: Sequence[SealedEntry], *, limit_count: int) -> AuditPage:
    return AuditPage(
        entries=tuple(_body(entry) for entry in found),
        next_cursor=cursor_of_sequence(found[-1].number) if len(found) == limit_count else None,
    )


def _body(entry: SealedEntry) -> AuditEntryBody:
    return AuditEntryBody(
        number=entry.number,
        at=entry.at,
        actor=entry.actor,
        principal_id=entry.principal_id,
        credential_id=entry.credential_id,
        action=entry.action,
        subject=entry.subject,
        before=msgspec.json.decode(entry.before, type=dict[str, object]),
        after=msgspec.json.decode(entry.after, type=dict[str, object]),
        reason=entry.reason,
        request_id=entry.request_id,
        client_address=entry.client_address,
        previous_sha256=entry.previous_sha256,
        sha256=entry.sha256,
        content_sha256=entry.content_sha256,
        blanked_at=entry.blanked_at,
    )


HANDLERS = [list_all]
