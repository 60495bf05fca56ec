"""A suspension: why somebody decided that a courier may not work, and until when."""

from datetime import datetime

from msgspec import Struct

from service.domain.vocabulary import SuspensionReason


class Suspension(Struct, frozen=True, kw_only=True):
    reason: SuspensionReason
    until: datetime | None  # market time; None: until somebody ends it

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended by its time, which nobody needs to see to."""
        return self.until is not None and self.until <= now
