"""Where one subscriber is in its numbered stream: nothing twice, nothing missed, nothing early."""

from enum import Enum, auto


class Verdict(Enum):
    DELIVER = auto()
    DROP = auto()  # delivered before
    GAP = auto()  # something before it is missing: read the record first


class StreamCursor:
    def __init__(self, *, seq: int) -> None:
        self.seq = seq  # of the last event delivered

    def judge(self, seq: int) -> Verdict:
        """Return what to do with a live event, and count it when it is to be delivered."""
        if seq <= self.seq:
            return Verdict.DROP
        if seq > self.seq + 1:
            return Verdict.GAP
        self.seq = seq
        return Verdict.DELIVER


def can_recover(
    *, epoch: str, asked_epoch: str | None, after_seq: int | None, seq: int, first_kept_seq: int
) -> bool:
    """Return whether every event after `after_seq` is still kept.

    Args:
        epoch: of the deployment now.
        asked_epoch: as the client remembers it.
        after_seq: the last event that the client has; None if it has none.
        seq: the last event there is.
        first_kept_seq: the oldest event that is kept; seq + 1 when none is.
    """
    if after_seq is None or asked_epoch != epoch:
        return False
    return first_kept_seq - 1 <= after_seq <= seq
