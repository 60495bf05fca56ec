"""The audit log as ops read it."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.audit_log import AuditAction
from service.domain.vocabulary import Actor


class AuditEntryBody(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did by hand. Without a principal it was done from the deployment's shell.

    Looks have `content_sha256`, a random `salt` in `after` that it is made with, and after their
    time `blanked_at`: then the rest is not told.
    """

    number: int  # in the market's chain, without gap
    at: datetime
    actor: Actor
    principal_id: UUID | None
    credential_id: str | None
    action: AuditAction
    subject: str
    before: dict[str, object]
    after: dict[str, object]
    reason: str | None
    request_id: str | None
    client_address: str | None
    previous_sha256: str
    sha256: str
    content_sha256: str | None
    blanked_at: datetime | None


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` asks for what follows; null at the end."""

    entries: tuple[AuditEntryBody, ...]
    next_cursor: str | None
