"""Where a client is in its numbered stream, and whether what arrives is what comes next."""

from service.wire.stream_cursor import Verdict

VIOLATIONS_COUNT_MAX = 20  # kept as text; more say nothing new


class SequenceCheck:
    """Where one client is in its stream, and what was wrong on the way."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.seq: int | None = None  # of the last event received; None before the first snapshot
        self.restarts_count = 0  # snapshots that told a client to forget what it had
        self.violations: list[str] = []

    def snapshot(self, *, epoch: str, seq: int, recovered: bool) -> None:
        """Note the server's answer to `resume`."""
        if not recovered:
            self.restarts_count += self.seq is not None
            self.epoch, self.seq = epoch, seq
        elif self.seq is None or self.epoch != epoch:
            self._violated(f"recovered at {seq}, though nothing of this epoch was known")
            self.epoch, self.seq = epoch, seq
        elif seq < self.seq:
            self._violated(f"the stream ends at {seq}, and {self.seq} was received before")

    def event(self, seq: int) -> Verdict:
        """Return what to do with a numbered event, and count it if it is to be delivered."""
        if self.seq is None:
            self._violated(f"{seq} came before the snapshot")
            return Verdict.GAP
        if seq == self.seq + 1:
            self.seq = seq
            return Verdict.DELIVER
        self._violated(f"{seq} came after {self.seq}")
        return Verdict.DROP if seq <= self.seq else Verdict.GAP

    def _violated(self, text: str) -> None:
        if len(self.violations) < VIOLATIONS_COUNT_MAX:
            self.violations.append(text)
