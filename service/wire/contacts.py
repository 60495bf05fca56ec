"""Whom to call about a job, as ops see it when they have to."""

import msgspec

from service.domain.ids import StopId
from service.domain.lifecycle import StopKind


class StopContact(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stop is and who is there, as far as they were told."""

    stop_id: StopId
    kind: StopKind
    attempt: int
    address: str
    contact_name: str | None
    contact_phone: str | None
    instructions: str | None  # the merchant's
    recipient_instructions: str | None
    safe_place: str | None  # where the recipient lets it be left


class JobContacts(msgspec.Struct, frozen=True, kw_only=True):
    stops: tuple[StopContact, ...]
